/**
 * The command line: words to a command, flags to values, one class {@code Wiring} that puts the
 * parts together by hand. Rule: results go to standard output, all the rest to standard error; only
 * {@code Main} ends the process; picocli is seen by {@code Flags} alone, and only when it is
 * needed.
 */
@NullMarked
package dev.proxkiln.cli;

import org.jspecify.annotations.NullMarked;
