/**
 * Guests that are no templates: what there is, what each was cloned of, where it can be reached.
 * Rule: they are only looked at; what starts, stops and changes them is PVE itself.
 */
@NullMarked
package dev.proxkiln.template.guests;

import org.jspecify.annotations.NullMarked;
