/**
 * Problems: the only error currency. A {@link dev.proxkiln.core.problem.Problem} says where, what,
 * why and what to do next; its slug names a page in {@code docs/problems/} and decides the exit
 * code. Rule: everything wrong is reported at once, so code collects problems and throws them
 * together.
 */
@NullMarked
package dev.proxkiln.core.problem;

import org.jspecify.annotations.NullMarked;
