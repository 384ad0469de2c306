/**
 * The menu: the program as the pages of {@code dev.proxkiln.ui} see it, the same line by line, and
 * the prompt. Rule: a page starts nothing that a command line could not.
 */
@NullMarked
package dev.proxkiln.cli.shell;

import org.jspecify.annotations.NullMarked;
