/**
 * The commands about modules and about the catalogue of images. Rule: what others made is run only
 * when its key is trusted.
 */
@NullMarked
package dev.proxkiln.cli.module;

import org.jspecify.annotations.NullMarked;
