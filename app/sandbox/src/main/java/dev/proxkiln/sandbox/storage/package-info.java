/**
 * Storages and their volumes: directory, thick LVM, LVM-thin and ZFS pool, each with its own names,
 * formats and rules, all of them real files underneath.
 *
 * <p>Rule: a volume is named and refused exactly as its storage's type does on a node; that a
 * logical volume is a file here shows nowhere but in its path.
 */
@NullMarked
package dev.proxkiln.sandbox.storage;

import org.jspecify.annotations.NullMarked;
