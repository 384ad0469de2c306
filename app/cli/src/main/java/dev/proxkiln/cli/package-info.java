/**
 * The command line. {@code Main} starts it and alone ends the process; {@code OwnCommands} is the
 * list of proxkiln's own commands. Rule: only this room knows all the others, and results go to
 * standard output, all the rest to standard error.
 */
@NullMarked
package dev.proxkiln.cli;

import org.jspecify.annotations.NullMarked;
