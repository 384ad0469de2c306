/**
 * The problems of the command line itself, and what exit codes mean. Rule: every slug has a page in
 * {@code docs/problems/}.
 */
@NullMarked
package dev.proxkiln.cli.problem;

import org.jspecify.annotations.NullMarked;
