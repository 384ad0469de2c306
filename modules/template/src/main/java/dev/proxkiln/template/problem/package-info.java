/**
 * The problems of VM templates and of the image catalogue. Rule: one constant per published slug,
 * each with a page in {@code docs/problems/}.
 */
@NullMarked
package dev.proxkiln.template.problem;

import org.jspecify.annotations.NullMarked;
