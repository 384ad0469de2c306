/**
 * {@code template tidy}: removes what nothing needs any more and no other command takes away by the
 * way. Rule: what a guest may still need stays, and so does everything that is not proxkiln's own.
 */
@NullMarked
package dev.proxkiln.template.tidy;

import org.jspecify.annotations.NullMarked;
