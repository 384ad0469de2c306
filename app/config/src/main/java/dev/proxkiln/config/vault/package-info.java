/**
 * Secrets at rest: the vault, whose values are sealed one by one, and exports, which are sealed
 * whole. Everything here is a function of texts and keys; files and questions are somebody else's.
 * Rule: what cannot be opened is a problem that says which of the possible reasons it is, and never
 * a wrong text.
 */
@NullMarked
package dev.proxkiln.config.vault;

import org.jspecify.annotations.NullMarked;
