package dev.proxkiln.template.ignition;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Slug;

/** The problems with Ignition files. */
public enum IgnitionSlug implements Slug {
  /** A Butane or Ignition file that the guest would refuse at its first boot. */
  IGNITION_INVALID(Kind.INPUT),
  /** An image that takes users from its Ignition file only, and nobody is in it. */
  IGNITION_LOCKED(Kind.INPUT);

  private final Kind kind;

  IgnitionSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
