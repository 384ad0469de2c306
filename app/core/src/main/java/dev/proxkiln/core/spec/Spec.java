package dev.proxkiln.core.spec;

/** A checked wish: an immutable record. Secrets are held by name, never by value. */
public interface Spec {}
