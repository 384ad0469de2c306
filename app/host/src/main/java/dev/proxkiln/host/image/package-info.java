/**
 * Disk images as files: what a header says, and whether an image stands on its own. Rule: an image
 * is untrusted, so its header is read here first and QEMU is only ever told the format, never asked
 * to guess it.
 */
@NullMarked
package dev.proxkiln.host.image;

import org.jspecify.annotations.NullMarked;
