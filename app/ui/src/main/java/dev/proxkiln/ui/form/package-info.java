/**
 * Answering the settings of a command one after the other, without a terminal: which apply, what
 * each holds and why, what is wrong with it. The screens and the line mode are two faces of this.
 * Rule: nothing here draws, asks or decides what is right; the command itself does.
 */
@NullMarked
package dev.proxkiln.ui.form;

import org.jspecify.annotations.NullMarked;
