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
  /** A settings file was written by a newer release. */
  SETTINGS_TOO_NEW(Kind.INPUT),
  /** A settings file has a shape that cannot be changed setting by setting. */
  SETTINGS_NOT_EDITABLE(Kind.INPUT),
  /** Somebody else changed a settings file while it was edited. */
  SETTINGS_CHANGED(Kind.WORK),
  /** No settings file has a profile of that name. */
  PROFILE_UNKNOWN(Kind.INPUT),
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
