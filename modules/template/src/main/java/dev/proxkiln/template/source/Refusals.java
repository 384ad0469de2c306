package dev.proxkiln.template.source;

import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;

/** What several kinds refuse. */
final class Refusals {
  private Refusals() {}

  static Problem iso(String where, String name) {
    return CoreSlug.INVALID_VALUE.problem(
        where,
        "'" + name + "' is an installation medium, not a disk image.",
        "A disk that is a copy of it would start the installer on every clone.",
        "Give a disk image (qcow2, raw, vmdk, or an OVA archive), or the medium with --iso.");
  }
}
