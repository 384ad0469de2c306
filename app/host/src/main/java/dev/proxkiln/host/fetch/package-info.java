/**
 * Downloads: network, digest, decompression and a sparse file in one pass with constant memory, and
 * the cache of what was verified. Rule: nothing gets its final name before its digest, its
 * publisher's signature and its format have been checked, and no buffer grows with the image.
 */
@NullMarked
package dev.proxkiln.host.fetch;

import org.jspecify.annotations.NullMarked;
