package dev.proxkiln.template.existing;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.model.EfiDisk;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How ready a guest is for Secure Boot, by the mark that PVE leaves on its EFI disk. The 2011
 * certificates of Microsoft ran out in June 2026; since pve-edk2-firmware 4.2025.05-1 new EFI disks
 * have those of 2023 as well, and say so.
 */
public enum SecureBoot {
  /** No UEFI, or no keys: nothing is checked when it starts. */
  OFF("off"),
  /** Keys, and the certificates of 2023. */
  READY("ready"),
  /** Keys, and only certificates that ran out. */
  OUTDATED("outdated: without the certificates of 2023");

  private static final String MARK = "ms-cert=2023";

  private final String text;

  SecureBoot(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** Whether it starts only what is signed, with certificates that ran out. */
  public boolean isOutdated() {
    return this == OUTDATED;
  }

  /** Of a guest's configuration. */
  public static SecureBoot of(@Nullable Object config) {
    Optional<String> disk = Tree.at(config, "efidisk0").map(Tree::text);
    boolean uefi = Tree.text(config, "bios").toLowerCase(Locale.ROOT).equals("ovmf");
    if (!uefi || disk.isEmpty() || !EfiDisk.parse(disk.get()).keys()) {
      return OFF;
    }
    return disk.get().contains(MARK) ? READY : OUTDATED;
  }

  /** A step that warns where a new guest has not the certificates of 2023. */
  public static Step warning(PveCall config) {
    return new Step.Require(
        "certificates",
        "Look for the Secure Boot certificates of 2023",
        List.of(
            new Check.Api(
                "secure-boot",
                config,
                List.of(Expect.of("efidisk0", Expect.Test.CONTAINS, MARK)),
                TemplateSlug.SECURE_BOOT_OUTDATED.problem(
                    "step certificates",
                    "The node gave the guest only the Secure Boot certificates that ran out in"
                        + " June 2026.",
                    "Its firmware package is too old.",
                    "Update pve-edk2-firmware on the node and make the template again."))),
        true);
  }
}
