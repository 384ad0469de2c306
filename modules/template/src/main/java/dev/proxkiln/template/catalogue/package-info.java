/**
 * The catalogue of cloud images: {@code templates/images/*.yaml}, ours and the user's own, read
 * into {@link dev.proxkiln.template.catalogue.Image}s, and the queries that show them. Rule: a file
 * is read tolerantly where formats differ and strictly where a key is unknown; nothing is
 * downloaded.
 */
@NullMarked
package dev.proxkiln.template.catalogue;

import org.jspecify.annotations.NullMarked;
