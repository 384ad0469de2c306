package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.PvePort;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code catalog show IMAGE}: everything that is known of one image. */
public final class CatalogueShow implements Query {

  private final Supplier<Catalogue> catalogue;
  private final Supplier<LocalDate> today;

  /** The query; the day decides what is supported. */
  public CatalogueShow(Supplier<Catalogue> catalogue, Supplier<LocalDate> today) {
    this.catalogue = catalogue;
    this.today = today;
  }

  @Override
  public String name() {
    return "catalog show";
  }

  @Override
  public String summary() {
    return "Show everything that is known of one image.";
  }

  private Field<String> image() {
    return Field.of(
            "image",
            "Image",
            Type.text("IMAGE", "[a-z0-9][a-z0-9.-]{0,59}", "Give an image, for example debian-13."),
            "The image, by its ID or an alias.")
        .choosing(
            facts ->
                catalogue.get().list().stream()
                    .map(i -> new Field.Choice(i.id(), i.title()))
                    .toList())
        .mandatory()
        .at(1);
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(image());
  }

  @Override
  public boolean needsTarget() {
    return false;
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    String word = answers.get(image());
    Image image =
        catalogue
            .get()
            .find(word)
            .orElseThrow(() -> catalogue.get().unknown("--image", word).raise());
    return new One(tree(image, today.get()));
  }

  static Map<String, Object> tree(Image image, LocalDate day) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", image.id());
    tree.put("title", image.title());
    tree.put("kind", image.kind().word());
    tree.put("provisioning", image.provisioning().word());
    if (image.kind() == Kind.INSTALLER_ISO) {
      tree.put("answers", image.nature().answers());
    }
    image.nature().page().ifPresent(page -> tree.put("page", page));
    tree.put("distribution", image.distribution());
    tree.put("family", image.family());
    tree.put("publisher", image.publisher());
    tree.put("version", image.version());
    put(tree, "codename", image.codename());
    image.released().ifPresent(date -> tree.put("released", date.toString()));
    image.eol().ifPresent(date -> tree.put("eol", date.toString()));
    image.eolExtended().ifPresent(date -> tree.put("eol-extended", date.toString()));
    tree.put("support", Support.on(image.eol(), image.eolExtended(), day).word());
    tree.put("aliases", image.aliases());
    Needs needs = image.needs();
    tree.put("user", needs.user());
    put(tree, "packages", needs.packages());
    tree.put("agent", needs.agent());
    tree.put("agent-runs", needs.agentRuns());
    tree.put("memory", Type.printSize(needs.memory()));
    tree.put("min-disk", Type.printSize(needs.minDisk()));
    needs.virtualSize().ifPresent(size -> tree.put("virtual-size", Type.printSize(size)));
    tree.put("firmware", image.firmware("amd64").stream().map(Firmware::word).toList());
    tree.put("secure-boot", needs.secureBoot());
    tree.put("machine", needs.machine());
    tree.put("cpu", needs.cpu());
    tree.put("cloud-init-bus", needs.cloudInitBus());
    tree.put("disk-bus", needs.diskBus());
    tree.put("console", needs.console());
    tree.put("os-type", needs.osType());
    if (!image.nature().assumed().isEmpty()) {
      tree.put("assumed", image.nature().assumed());
    }
    put(tree, "notes", image.notes());
    List<Object> downloads = new ArrayList<>();
    image.downloads().forEach(download -> downloads.add(tree(download)));
    tree.put("downloads", downloads);
    return tree;
  }

  private static void put(Map<String, Object> tree, String key, String text) {
    if (!text.isEmpty()) {
      tree.put(key, text);
    }
  }

  private static Map<String, Object> tree(Download download) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("arch", download.arch());
    tree.put("firmware", download.firmware().stream().sorted().map(Firmware::word).toList());
    tree.put("url", download.url());
    tree.put("format", download.format());
    tree.put("compression", download.compression());
    download
        .checksum()
        .ifPresent(
            c -> {
              tree.put("checksum", c.url());
              tree.put("checksum-form", c.form());
              tree.put("checksum-algorithm", c.algorithm());
            });
    download
        .signature()
        .ifPresent(
            s -> {
              tree.put("signature-over", s.over());
              s.url().ifPresent(url -> tree.put("signature", url));
              tree.put("signature-key", s.fingerprint());
            });
    download
        .pinned()
        .ifPresent(
            p -> {
              tree.put("pinned", p.url());
              tree.put("pinned-digest", p.algorithm() + ":" + p.digest());
            });
    if (!download.verifiable()) {
      tree.put("unverified", true);
    }
    download
        .newest()
        .ifPresent(
            n -> {
              tree.put("listing", n.listing());
              tree.put("listing-pattern", n.pattern().pattern());
            });
    tree.put("confidence", download.confirmed() ? "confirmed" : "pattern");
    return tree;
  }
}
