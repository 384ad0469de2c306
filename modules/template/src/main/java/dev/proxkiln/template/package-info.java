/**
 * VM templates made of cloud images: the catalogue, {@code template create}, {@code list}, {@code
 * show}, {@code delete} and {@code test}. This package only puts the parts together. Rule: compiles
 * against core and pve alone; nothing here talks to a node, a file or the network except through
 * what core hands in.
 */
@NullMarked
package dev.proxkiln.template;

import org.jspecify.annotations.NullMarked;
