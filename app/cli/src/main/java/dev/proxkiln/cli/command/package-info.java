/**
 * What can be said: commands, their flags and words, and one call with everything that was given.
 * Rule: nothing here does what a command says; picocli is seen by {@code Flags} alone, and only
 * when it is needed.
 */
@NullMarked
package dev.proxkiln.cli.command;

import org.jspecify.annotations.NullMarked;
