/**
 * The sandbox's state folder: where each file lies, the lock that keeps a second server out, and
 * small files written beside and renamed.
 *
 * <p>Rule: a leaf package; it knows names and modes, never what a file means.
 */
@NullMarked
package dev.proxkiln.sandbox.state;

import org.jspecify.annotations.NullMarked;
