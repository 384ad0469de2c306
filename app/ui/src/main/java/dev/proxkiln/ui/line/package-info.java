/**
 * The line mode: menu, questions and prompt for terminals that cannot draw, for serial consoles and
 * for screen readers. One question a line, nothing is ever drawn over. Rule: what is asked, and
 * what is right, comes from {@link dev.proxkiln.ui.form.Form}.
 */
@NullMarked
package dev.proxkiln.ui.line;

import org.jspecify.annotations.NullMarked;
