/**
 * A newer image catalogue than the shipped one: fetched from an address, believed only when a
 * pinned key signed its manifest, kept as a folder of its own. Rule: a version never goes down, and
 * a reader sees the old catalogue or the new one, never a part.
 */
@NullMarked
package dev.proxkiln.host.catalogue;

import org.jspecify.annotations.NullMarked;
