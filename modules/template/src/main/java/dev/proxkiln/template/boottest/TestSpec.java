package dev.proxkiln.template.boottest;

import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.spec.Spec;
import java.time.Duration;

/**
 * The checked wish of {@code template test}.
 *
 * @param template what to test
 * @param full whether the clones copy the disk, rather than link to it
 * @param exec whether the image's guest agent runs commands
 * @param deadline how long a clone may take to answer, and again to finish cloud-init
 */
public record TestSpec(GuestFacts template, boolean full, boolean exec, Duration deadline)
    implements Spec {}
