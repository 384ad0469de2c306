/**
 * {@code template install} and {@code template finish}: a template from an installer ISO. The
 * generators turn {@link dev.proxkiln.template.install.Settings} into the answer file of each
 * installer. Rule: pure; YAML, JSON and XML are serialized, what else cannot be quoted is refused
 * by {@code Settings}.
 */
@NullMarked
package dev.proxkiln.template.install;

import org.jspecify.annotations.NullMarked;
