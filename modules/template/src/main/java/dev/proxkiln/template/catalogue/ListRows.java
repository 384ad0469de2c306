package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.module.Query.Column;
import dev.proxkiln.core.module.Query.Rows;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Images as rows: releases that still get fixes first, those that get none any more after them. */
final class ListRows {

  private static final List<Column> COLUMNS =
      List.of(
          new Column("IMAGE", "id"),
          new Column("TITLE", "title"),
          new Column("SUPPORT", "support"),
          new Column("UNTIL", "until"),
          new Column("ARCH", "arch"),
          new Column("FIRMWARE", "firmware"),
          new Column("TAKES", "takes"));

  private ListRows() {}

  static Support support(Listed image, LocalDate day) {
    return Support.on(image.eol(), image.eolExtended(), day);
  }

  /** The rows of some images on a day. */
  static Rows of(List<Listed> images, LocalDate day) {
    List<Listed> sorted =
        images.stream()
            .sorted(Comparator.comparing((Listed i) -> support(i, day) == Support.ENDED))
            .toList();
    long ended = images.stream().filter(i -> support(i, day) == Support.ENDED).count();
    List<String> notes = new ArrayList<>();
    if (ended > 0) {
      notes.add(
          (ended == images.size() ? "All" : "The last " + ended)
              + " of these get no fixes any more; --supported leaves them out.");
    }
    return new Rows(COLUMNS, sorted.stream().<Object>map(i -> row(i, day)).toList(), notes);
  }

  private static Map<String, Object> row(Listed image, LocalDate day) {
    Support support = support(image, day);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", image.id());
    row.put("title", image.title());
    row.put("kind", image.kind());
    row.put("provisioning", image.provisioning());
    row.put("distribution", image.distribution());
    row.put("family", image.family());
    row.put("version", image.version());
    row.put("codename", image.codename());
    row.put("support", support.word());
    row.put(
        "until",
        switch (support) {
          case SUPPORTED -> image.eol().map(LocalDate::toString).orElse("");
          case EXTENDED -> image.eolExtended().map(LocalDate::toString).orElse("");
          case ENDED, OPEN -> "";
        });
    row.put("arch", String.join(",", image.arch()));
    row.put("firmware", String.join(",", image.firmware()));
    row.put("agent", image.agent() ? "yes" : "no");
    row.put("takes", takes(image));
    row.put("aliases", image.aliases());
    return row;
  }

  /** What configures it, or what kind of thing it is where nothing does. */
  private static String takes(Listed image) {
    return image.kind().equals(Kind.CLOUD_IMAGE.word()) ? image.provisioning() : image.kind();
  }

  /** How many images there are by a property. */
  static Rows counts(List<Listed> images, String property, LocalDate day) {
    Function<Listed, String> key =
        switch (property) {
          case "distribution" -> Listed::distribution;
          case "kind" -> Listed::kind;
          case "provisioning" -> Listed::provisioning;
          case "support" -> i -> support(i, day).word();
          default -> Listed::family;
        };
    Map<String, List<Listed>> groups =
        images.stream()
            .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    List<Object> rows =
        groups.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<String, List<Listed>> e) -> -e.getValue().size())
                    .thenComparing(Map.Entry::getKey))
            .<Object>map(e -> count(property, e.getKey(), e.getValue(), day))
            .toList();
    long systems = images.stream().map(Listed::distribution).distinct().count();
    return new Rows(
        List.of(
            new Column(property.toUpperCase(java.util.Locale.ROOT), property),
            new Column("IMAGES", "images"),
            new Column("SYSTEMS", "systems"),
            new Column("WITH FIXES", "maintained"),
            new Column("AMD64", "amd64"),
            new Column("ARM64", "arm64")),
        rows,
        List.of(images.size() + " images of " + systems + " systems."));
  }

  private static Map<String, Object> count(
      String property, String key, List<Listed> images, LocalDate day) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put(property, key);
    row.put("images", images.size());
    row.put("systems", images.stream().map(Listed::distribution).distinct().count());
    row.put("maintained", images.stream().filter(i -> support(i, day) != Support.ENDED).count());
    row.put("amd64", images.stream().filter(i -> i.arch().contains("amd64")).count());
    row.put("arm64", images.stream().filter(i -> i.arch().contains("arm64")).count());
    return row;
  }
}
