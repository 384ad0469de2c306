/**
 * Releases of proxkiln on this machine: how they are found, verified, put beside one another and
 * switched. The same files, keys and order as {@code bootstrap.sh}. Rule: until the one rename that
 * switches, nothing outside the staging folder has changed; after it, what does not work is taken
 * back.
 */
@NullMarked
package dev.proxkiln.host.release;

import org.jspecify.annotations.NullMarked;
