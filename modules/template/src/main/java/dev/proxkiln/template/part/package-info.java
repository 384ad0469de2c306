/**
 * What {@code template create} is put together from: parts, each a page of settings with its
 * reading and its share of the plan, and sources, each a place that a template's disk comes from.
 *
 * <p>Rule: pure, and no part knows another's settings; what parts must know of each other goes
 * through {@link dev.proxkiln.template.part.Reading} and {@link dev.proxkiln.template.part.Draft}.
 * This package knows the catalogue only.
 */
@NullMarked
package dev.proxkiln.template.part;

import org.jspecify.annotations.NullMarked;
