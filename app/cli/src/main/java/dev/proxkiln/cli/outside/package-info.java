/**
 * What is around the program: streams, the terminal, signals, the tree that it was installed in,
 * and itself as a process. Rule: tests can put something else in the place of each.
 */
@NullMarked
package dev.proxkiln.cli.outside;

import org.jspecify.annotations.NullMarked;
