/**
 * One declaration per setting. A {@link dev.proxkiln.core.field.Field} gives the flag, the YAML
 * key, the environment name, parsing, validation, default, choices and help; a {@link
 * dev.proxkiln.core.field.Schema} reads {@link dev.proxkiln.core.field.Values} into answers. Rule:
 * nothing else declares a setting, and reading is pure.
 */
@NullMarked
package dev.proxkiln.core.field;

import org.jspecify.annotations.NullMarked;
