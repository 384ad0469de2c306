package dev.proxkiln.pve.health;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.module.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the facts of any node say, whatever it is used for. Pure. */
public final class NodeHealth {
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
  private static final long LITTLE = 1L << 30;

  private NodeHealth() {}

  /** A release newer than any known is never refused: it is tried. */
  public static Finding release(Facts facts) {
    Matcher release = RELEASE.matcher(facts.version());
    if (!release.matches()) {
      return Finding.warning("release", "The node does not say its release.", "pveversion");
    }
    int major = Integer.parseInt(release.group(1));
    int minor = Integer.parseInt(release.group(2));
    String what = "Proxmox VE " + facts.version();
    if (major < 8) {
      return Finding.bad(
          "release",
          what + " has had no updates since July 2024 and lacks what templates need.",
          "pve7to8 --full");
    }
    if (major == 8) {
      return Finding.warning(
          "release",
          what
              + (minor < 4
                  ? " cannot import qcow2 images from an import storage (8.4 can)."
                  : " has had no updates since August 2026."),
          "pve8to9 --full");
    }
    return Finding.ok("release", what + ".");
  }

  /** Whether the cluster can be written to. */
  public static Finding quorum(Facts facts) {
    return facts.quorate()
        ? Finding.ok("quorum", "The cluster can be written to.")
        : Finding.bad("quorum", "The cluster has lost its quorum.", "pvecm status")
            .because("More than half of the votes must be online for any change.");
  }

  /** Storages that are off or nearly full; one finding where there is none such. */
  public static List<Finding> storages(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    for (StorageFacts storage : facts.storages()) {
      String about = "storage " + storage.id();
      long free = storage.availableBytes().orElse(Long.MAX_VALUE);
      if (!storage.active()) {
        findings.add(
            Finding.warning(
                about,
                "It is switched off or cannot be reached.",
                "pvesm status --storage " + storage.id()));
      } else if (free < LITTLE) {
        findings.add(
            Finding.warning(
                about, "It has only " + (free >> 20) + " MiB free.", "pvesm list " + storage.id()));
      }
    }
    return findings.isEmpty()
        ? List.of(Finding.ok("storages", "All " + facts.storages().size() + " are active."))
        : findings;
  }
}
