/**
 * Templates carried from one host to another as a file: a tar archive compressed by zstd with
 * {@code manifest.json}, {@code SHA256SUMS} and a disk image for every disk. Rule: everything in an
 * archive is checked before anything is made of it, and what cannot be carried is said.
 */
@NullMarked
package dev.proxkiln.template.carry;

import org.jspecify.annotations.NullMarked;
