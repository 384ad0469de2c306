/**
 * Files on this machine: whole writes, append-only logs, locks, and where everything lives. Rule: a
 * reader never sees half a file, a file has its final mode from the moment it exists, and what was
 * reported as written survives a power cut.
 */
@NullMarked
package dev.proxkiln.host.file;

import org.jspecify.annotations.NullMarked;
