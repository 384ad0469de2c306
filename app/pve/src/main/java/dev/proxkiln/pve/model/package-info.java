/**
 * The texts inside PVE's parameters: drives, network cards, IP settings, sizes, volume IDs, tags.
 *
 * <p>Rule: writing is strict, so that what is printed is always accepted by PVE 8.4 and 9.x;
 * reading is tolerant and keeps options that it does not know. {@code parse(print(x)) = x} for
 * every x. What is not valid is an {@link IllegalArgumentException}: settings are checked before
 * they get here.
 */
@NullMarked
package dev.proxkiln.pve.model;

import org.jspecify.annotations.NullMarked;
