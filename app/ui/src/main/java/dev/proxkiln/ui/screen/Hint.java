package dev.proxkiln.ui.screen;

/**
 * A key that does something now.
 *
 * @param keys which
 * @param label what it does here, a word or two
 */
public record Hint(Keys keys, String label) {}
