/**
 * The program's log on disk: lines that several processes add to one file, turned over by size and
 * packed, within a limit for all; and what keeps secrets out of them. Rule: whatever is written to
 * the log went through {@link dev.proxkiln.host.log.Masks}.
 */
@NullMarked
package dev.proxkiln.host.log;

import org.jspecify.annotations.NullMarked;
