/**
 * Templates that are there already: list, show, delete. Rule: a template is proxkiln's own when it
 * carries the tag {@code proxkiln}; others are shown, and touched only when the user insists.
 */
@NullMarked
package dev.proxkiln.template.existing;

import org.jspecify.annotations.NullMarked;
