/**
 * Customises a copy of an image before it is imported, on the machine where proxkiln runs: in
 * libguestfs, or through a block device and a container. Rule: one script does the work inside the
 * image whatever opened it; what the user wrote reaches it as base64 or as one quoted word, and is
 * run by a shell only where the user gave a command for the guest's shell.
 */
@NullMarked
package dev.proxkiln.template.offline;

import org.jspecify.annotations.NullMarked;
