/**
 * The terminal of the screens, by JLine. Rule: whatever happens, a signal, an exception or the end,
 * the terminal is as it was before; and only cells that changed are sent.
 */
@NullMarked
package dev.proxkiln.ui.tty;

import org.jspecify.annotations.NullMarked;
