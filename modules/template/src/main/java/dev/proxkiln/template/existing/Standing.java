package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Download;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.part.Subject;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a template stands: what its configuration and its publisher tell of it. */
final class Standing {
  private static final Pattern CREATED = Pattern.compile("\\bctime=(\\d{1,12})\\b");
  private static final Pattern VERDICT = Pattern.compile("(?m)^Boot test: (\\w+)");
  private static final Pattern DIGEST = Pattern.compile("(?m)^- digest: (.*)$");

  private final Catalogue catalogue;
  private final Supplier<Publishers> publishers;

  /** What publishers said, by image and firmware; several templates may be of one image. */
  private final Map<String, Optional<String>> stated = new HashMap<>();

  Standing(Catalogue catalogue, Supplier<Publishers> publishers) {
    this.catalogue = catalogue;
    this.publishers = publishers;
  }

  /** The day on which it was made; empty where the node has not kept it. */
  static String made(@Nullable Object config) {
    Matcher created = CREATED.matcher(Tree.text(config, "meta"));
    return created.find()
        ? Instant.ofEpochSecond(Long.parseLong(created.group(1)))
            .atZone(ZoneId.systemDefault())
            .toLocalDate()
            .toString()
        : "";
  }

  /** The verdict of its boot test, in a word. */
  static String tested(@Nullable Object config) {
    Matcher verdict = VERDICT.matcher(Tree.text(config, "description"));
    return verdict.find() ? verdict.group(1) : "never";
  }

  /** How many guests were cloned of it, as far as their tags tell: a clone inherits them. */
  static long clones(GuestFacts template, Facts facts) {
    return Copies.canBeKnown(template)
        ? facts.guests().stream().filter(guest -> Copies.isClone(guest, template)).count()
        : 0;
  }

  /**
   * Whether the publisher has another build by now.
   *
   * @param image its ID; empty where it is of none
   * @return {@code newer}, {@code same}, or {@code unknown}
   */
  String upstream(String image, @Nullable Object config) {
    Matcher digest = DIGEST.matcher(Tree.text(config, "description"));
    if (image.isEmpty() || !digest.find()) {
      return "unknown";
    }
    Firmware firmware =
        Tree.text(config, "bios").equals(Firmware.UEFI.bios()) ? Firmware.UEFI : Firmware.BIOS;
    return stated
        .computeIfAbsent(image + " " + firmware, key -> stated(image, firmware))
        .map(now -> now.equals(digest.group(1).strip()) ? "same" : "newer")
        .orElse("unknown");
  }

  private Optional<String> stated(String image, Firmware firmware) {
    try {
      return catalogue
          .find(image)
          .flatMap(found -> found.download(Subject.ARCH, firmware))
          .filter(Download::verifiable)
          .map(file -> publishers.get().stated(file.fetch(false, catalogue.keys())).digest());
    } catch (ProblemException e) {
      // The publisher does not answer now.
      return Optional.empty();
    }
  }
}
