package dev.proxkiln.template.install;

import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.spec.Spec;
import java.time.Duration;

/**
 * The checked wish of {@code template finish}.
 *
 * @param guest in which a system was installed
 * @param storage for the cloud-init drive
 * @param prepare whether the guest agent makes the system fit to be cloned; else that was done
 * @param deadline how long the guest may take to answer, and again to be prepared
 */
public record FinishSpec(GuestFacts guest, String storage, boolean prepare, Duration deadline)
    implements Spec {}
