package dev.proxkiln.sandbox.storage;

import java.nio.file.Path;

/**
 * The file behind a volume and the format it really has, which QEMU needs to know: the overlay of a
 * linked clone is qcow2 even where its storage says raw.
 */
public record DiskFile(Path path, String format) {}
