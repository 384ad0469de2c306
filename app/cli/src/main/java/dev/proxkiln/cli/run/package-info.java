/**
 * Runs: starting, watching, stopping and reporting them, one or several side by side, here or in a
 * process of their own. Rule: nothing is changed without the consent that {@code Agreement} gets.
 */
@NullMarked
package dev.proxkiln.cli.run;

import org.jspecify.annotations.NullMarked;
