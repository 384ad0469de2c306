package dev.proxkiln.template.create;

/**
 * Processor and memory.
 *
 * @param cores cores per socket
 * @param sockets sockets
 * @param memory bytes
 * @param cpu CPU type
 */
public record Hardware(long cores, long sockets, long memory, String cpu) {}
