package dev.proxkiln.core.module;

/**
 * Something that can be done with what a run made.
 *
 * @param about what it does, in the imperative, two or three words
 * @param command the command line for it
 */
public record Advice(String about, String command) {}
