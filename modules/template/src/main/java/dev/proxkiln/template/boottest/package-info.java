/**
 * {@code template test}: boots two clones of a template and looks whether they are what a clone
 * should be. Rule: the clones carry the run in their name from the moment they are made, and
 * nothing without that name is touched.
 */
@NullMarked
package dev.proxkiln.template.boottest;

import org.jspecify.annotations.NullMarked;
