/**
 * Where a template's disk comes from besides the catalogue: an address, a file of this machine, a
 * volume on the node, or the package archive of a distribution. Rule: pure; what cannot be verified
 * is refused unless the user allows it in so many words.
 */
@NullMarked
package dev.proxkiln.template.source;

import org.jspecify.annotations.NullMarked;
