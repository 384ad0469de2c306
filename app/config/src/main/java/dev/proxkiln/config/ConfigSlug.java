package dev.proxkiln.config;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Slug;

/** The problems with settings from outside. */
public enum ConfigSlug implements Slug {
  /** A spec or settings file is missing, is not YAML, or has a shape that no setting has. */
  SPEC_UNREADABLE(Kind.INPUT),
  /** A spec file is written for another command. */
  SPEC_OTHER_COMMAND(Kind.INPUT),
  /** A settings file belongs to somebody else, or others may write to it. */
  SETTINGS_UNSAFE(Kind.HOST),
  /** A secret was given in clear text where only its name may stand. */
  SECRET_IN_CLEAR(Kind.INPUT),
  /** No secret of that name is known. */
  SECRET_MISSING(Kind.INPUT),
  /** A secret's file can be read by others, or belongs to somebody else. */
  SECRET_UNSAFE(Kind.HOST);

  private final Kind kind;

  ConfigSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
