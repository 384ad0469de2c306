/**
 * A snapshot of the target, taken once before planning: version, storages, bridges, guests, next
 * ID. Rule: plain records; {@code Facts.none()} exists, so every schema can be printed without a
 * target.
 */
@NullMarked
package dev.proxkiln.core.facts;

import org.jspecify.annotations.NullMarked;
