package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.spec.Spec;

/**
 * The checked wish of {@code template delete}.
 *
 * @param template what to delete
 * @param force whether it may be one that proxkiln did not make
 */
public record DeleteSpec(GuestFacts template, boolean force) implements Spec {}
