package dev.proxkiln.template.packages;

/** A shelf of packages. */
public record Category(String id, String title) {}
