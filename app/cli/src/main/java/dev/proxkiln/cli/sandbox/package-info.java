/** {@code sandbox ...}: the sandbox node by hand. */
@NullMarked
package dev.proxkiln.cli.sandbox;

import org.jspecify.annotations.NullMarked;
