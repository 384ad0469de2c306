/**
 * {@code template preflight}: looks at a target before work is planned for it. Rule: every finding
 * that is not well names the command that mends it, and only what can be taken back is mended by
 * proxkiln itself.
 */
@NullMarked
package dev.proxkiln.template.preflight;

import org.jspecify.annotations.NullMarked;
