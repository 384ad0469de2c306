/**
 * Checksum files and their signatures: which digest a publisher vouches for. Rule: only a key that
 * is pinned by its full fingerprint counts, and only text that it signed is read.
 */
@NullMarked
package dev.proxkiln.host.trust;

import org.jspecify.annotations.NullMarked;
