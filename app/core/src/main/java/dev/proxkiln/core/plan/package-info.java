/**
 * What will be done, as data: an ordered list of sealed steps, each with its probe and its undo.
 * Rule: making and printing a plan has no side effects; one exhaustive switch per output form.
 */
@NullMarked
package dev.proxkiln.core.plan;

import org.jspecify.annotations.NullMarked;
