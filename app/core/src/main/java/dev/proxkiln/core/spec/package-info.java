/**
 * The immutable, checked wish of a user: {@link dev.proxkiln.core.spec.Spec} and {@link
 * dev.proxkiln.core.spec.Checked}. Rule: a spec that exists is valid; a spec holds {@code
 * secret:NAME}, never the secret.
 */
@NullMarked
package dev.proxkiln.core.spec;

import org.jspecify.annotations.NullMarked;
