package dev.proxkiln.core.problem;

import java.util.Locale;

/** The published name of a problem; implemented by one enum per area, one constant per problem. */
public interface Slug {

  /** The enum constant's name, for example {@code CHECKSUM_MISMATCH}. */
  String name();

  /** What sort of trouble it is. */
  Kind kind();

  /**
   * The text form, for example {@code checksum-mismatch}: file name of the page that explains it.
   */
  default String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A problem under this slug, see {@link Problem}. */
  default Problem problem(String where, String what, String why, String next) {
    return new Problem(text(), kind(), where, what, why, next);
  }
}
