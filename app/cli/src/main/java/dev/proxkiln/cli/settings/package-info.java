/**
 * The settings files: where they are, how they are changed, and which modules they switch off.
 * Rule: a file is changed whole or not at all, by one writer at a time.
 */
@NullMarked
package dev.proxkiln.cli.settings;

import org.jspecify.annotations.NullMarked;
