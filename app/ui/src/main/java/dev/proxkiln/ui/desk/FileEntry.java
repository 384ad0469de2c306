package dev.proxkiln.ui.desk;

/**
 * A file or folder of this machine.
 *
 * @param name without its folder
 * @param folder whether it is one
 * @param bytes its size; 0 for folders
 */
public record FileEntry(String name, boolean folder, long bytes) {}
