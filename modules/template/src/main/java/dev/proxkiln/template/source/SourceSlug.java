package dev.proxkiln.template.source;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Slug;

/** The problems with sources besides the catalogue. */
public enum SourceSlug implements Slug {
  /** An address without anything that says what its bytes must be, or with too much of it. */
  IMAGE_UNVERIFIED(Kind.INPUT),
  /** A volume that cannot be the source of a disk. */
  VOLUME_UNUSABLE(Kind.INPUT);

  private final Kind kind;

  SourceSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
