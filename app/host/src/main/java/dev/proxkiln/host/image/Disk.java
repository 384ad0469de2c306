package dev.proxkiln.host.image;

/**
 * A disk image that stands on its own.
 *
 * @param format {@code qcow2}, {@code raw} or {@code vmdk}
 * @param virtualSize bytes that a guest sees
 */
public record Disk(String format, long virtualSize) {}
