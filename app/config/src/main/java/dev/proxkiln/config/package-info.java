/**
 * Settings from outside: files, environment and flags as layers of {@link
 * dev.proxkiln.core.field.Values}, JSON and YAML text, secrets by name, JSON Schema of a command.
 * Rule: nothing here checks what a setting means; that is the schema's work. A secret's text never
 * leaves {@link dev.proxkiln.config.SecretSource} except to the run that asks for it by name. How
 * secrets are sealed is {@code config.vault}'s.
 */
@NullMarked
package dev.proxkiln.config;

import org.jspecify.annotations.NullMarked;
