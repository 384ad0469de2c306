package dev.proxkiln.core.module;

import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.spec.Checked;

/**
 * Settings of a command, kept under a name.
 *
 * @param name lower-case letters, digits and dashes
 * @param version 1 for the first, one more with every change
 * @param command the words of the command that they are for
 * @param values the settings with those of the settings files below them, or why they cannot be
 *     read
 */
public record Definition(String name, int version, String command, Checked<Values> values) {}
