/**
 * One call from its words to what is done: {@code Program} finds the command and reads the
 * settings; actions are planned, agreed to and run, surveys look first. Rule: everything that is
 * wrong with a call is told at once.
 */
@NullMarked
package dev.proxkiln.cli.call;

import org.jspecify.annotations.NullMarked;
