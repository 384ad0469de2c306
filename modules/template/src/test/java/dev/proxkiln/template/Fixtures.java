package dev.proxkiln.template;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.cloudinit.Schemas;
import dev.proxkiln.template.create.Library;
import dev.proxkiln.template.packages.PackageSets;
import java.lang.reflect.Proxy;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Targets, settings and the module, for tests. */
public final class Fixtures {
  public static final long GIB = 1L << 30;

  private static final LocalDate TODAY = LocalDate.parse("2026-11-20");

  private Fixtures() {}

  public static TemplateModule module() {
    return module(new FolderResources());
  }

  public static TemplateModule module(FolderResources resources) {
    TemplateModule module = new TemplateModule(() -> TODAY, "1.0.0");
    module.open(resources);
    return module;
  }

  /** What templates are made with, with the images of a catalogue. */
  public static Library library(Catalogue catalogue) {
    FolderResources resources = new FolderResources();
    return new Library(
        () -> catalogue,
        () -> new PackageSets(resources),
        () -> new Schemas(resources::read),
        () -> TODAY);
  }

  public static Action<?> action(String name) {
    return action(module(), name);
  }

  public static Action<?> action(TemplateModule module, String name) {
    return module.actions().stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow();
  }

  public static StorageFacts storage(String id, String type, String... content) {
    return new StorageFacts(
        id,
        type,
        new TreeSet<>(List.of(content)),
        true,
        false,
        Optional.of(500 * GIB),
        type.equals("dir") ? Optional.of("/var/lib/" + id) : Optional.empty());
  }

  public static final List<StorageFacts> STORAGES =
      List.of(
          storage("files", "dir", "images", "import", "snippets"),
          storage("thin", "lvmthin", "images"),
          storage("zfs", "zfspool", "images"),
          storage("thick", "lvm", "images"),
          storage("iso", "dir", "iso"));

  private static final List<GuestFacts> GUESTS =
      List.of(
          new GuestFacts(100, "web", "pve", "qemu", false, true, List.of()),
          new GuestFacts(
              9000,
              "debian-12",
              "pve",
              "qemu",
              true,
              false,
              List.of("proxkiln", "debian-12", "run-abc")),
          new GuestFacts(
              9001,
              "thick-template",
              "pve",
              "qemu",
              true,
              false,
              List.of("proxkiln", "full-clone", "run-abd")),
          new GuestFacts(9002, "foreign", "pve", "qemu", true, false, List.of()),
          new GuestFacts(9003, "box", "pve", "lxc", true, false, List.of("proxkiln")));

  public static Facts facts(TargetKind target, boolean root, List<StorageFacts> storages) {
    return new Facts(
        target,
        target == TargetKind.REST ? "https://pve.example.org:8006" : "sandbox",
        "9.2.3",
        "pve",
        List.of("pve"),
        true,
        storages,
        List.of("vmbr0", "vmbr1"),
        GUESTS,
        List.of("team"),
        OptionalLong.of(101),
        root);
  }

  /** The sandbox with every type of storage. */
  public static Facts sandbox() {
    return facts(TargetKind.SANDBOX, true, STORAGES);
  }

  /** The same of another release, for example {@code 8.4}. */
  public static Facts sandbox(String release) {
    Facts now = sandbox();
    return new Facts(
        now.target(),
        now.address(),
        release + ".1",
        now.node(),
        now.nodes(),
        now.quorate(),
        now.storages(),
        now.bridges(),
        now.guests(),
        now.pools(),
        now.nextId(),
        now.rootSession());
  }

  /** A node far away, by an API token. */
  public static Facts rest() {
    return facts(TargetKind.REST, false, STORAGES);
  }

  /** Settings as flags, in the form {@code key=value}. */
  public static Values values(String... settings) {
    Map<String, String> raw = new HashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      raw.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return Values.of(raw, Origin.flag(""));
  }

  /** Anything that must not be asked. */
  public static <T> T untouched(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new AssertionError(method + " is none of its business");
            }));
  }
}
