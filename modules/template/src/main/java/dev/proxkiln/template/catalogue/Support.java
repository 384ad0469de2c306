package dev.proxkiln.template.catalogue;

import java.time.LocalDate;
import java.util.Optional;

/** How far a release is still looked after by its publisher, on a given day. */
public enum Support {
  /** Full support. */
  SUPPORTED,
  /** Only long-term or paid support is left. */
  EXTENDED,
  /** Nobody publishes fixes any more. */
  ENDED,
  /** The publisher promises nothing, or the dates are not known: rolling and development builds. */
  OPEN;

  /** The support of a release on a day. */
  public static Support on(
      Optional<LocalDate> eol, Optional<LocalDate> eolExtended, LocalDate day) {
    if (eol.isEmpty()) {
      return OPEN;
    }
    if (!day.isAfter(eol.get())) {
      return SUPPORTED;
    }
    return eolExtended.isPresent() && !day.isAfter(eolExtended.get()) ? EXTENDED : ENDED;
  }

  /** In lower case, as shown. */
  public String word() {
    return switch (this) {
      case SUPPORTED -> "supported";
      case EXTENDED -> "extended";
      case ENDED -> "ended";
      case OPEN -> "open";
    };
  }
}
