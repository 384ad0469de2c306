package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.spec.Spec;
import java.util.List;

/**
 * The checked wish of {@code template delete}.
 *
 * @param template what to delete
 * @param copies its copies on other nodes, which go with it
 * @param force whether it may be one that proxkiln did not make
 */
public record DeleteSpec(GuestFacts template, List<GuestFacts> copies, boolean force)
    implements Spec {
  public DeleteSpec {
    copies = List.copyOf(copies);
  }
}
