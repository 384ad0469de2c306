package dev.proxkiln.template.preflight;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.pve.health.NodeHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** What the facts of the node say, with an eye to templates. Pure. */
final class NodeFindings {
  private final Facts facts;

  NodeFindings(Facts facts) {
    this.facts = facts;
  }

  Finding bridges() {
    if (!facts.bridges().isEmpty()) {
      return Finding.ok("bridges", String.join(", ", facts.bridges()) + ".");
    }
    // The node shows only those that may be used: there are others, or none at all.
    return Finding.bad(
        "bridges",
        "There is no bridge that you may use.",
        facts.rootSession()
            ? "pvesh create /nodes/"
                + facts.node()
                + "/network --iface vmbr0 --type bridge --autostart 1 && pvesh set /nodes/"
                + facts.node()
                + "/network"
            : Rights.grant("/sdn/zones/localnetwork", List.of("SDN.Use")));
  }

  /**
   * Storage for the disks.
   *
   * @param wanted the storage that the user means; else the first that takes images
   * @param least bytes that the disk needs
   */
  Finding disks(Optional<String> wanted, long least) {
    Optional<StorageFacts> storage = storage(wanted);
    if (storage.isEmpty()) {
      return wanted
          .map(id -> Finding.bad("storage " + id, "There is no such storage.", "pvesm status"))
          .orElseGet(
              () ->
                  Finding.bad(
                      "storage",
                      facts.storages().isEmpty()
                          ? "There is no storage that you may see."
                          : "No active storage takes disk images.",
                      facts.storages().isEmpty() && !facts.rootSession()
                          ? Rights.grant(
                              "/storage", List.of("Datastore.AllocateSpace", "Datastore.Audit"))
                          : "pvesm status --content images"));
    }
    StorageFacts found = storage.get();
    String about = "storage " + found.id();
    if (!found.active()) {
      return Finding.bad(
          about,
          "It is switched off or cannot be reached.",
          "pvesm set " + found.id() + " --disable 0");
    }
    if (!found.takes("images")) {
      return allowing(Finding.State.BAD, found, "images", "It takes no disk images.");
    }
    long free = found.availableBytes().orElse(Long.MAX_VALUE);
    if (free < least) {
      return Finding.bad(
          about,
          "It has " + (free >> 20) + " MiB free; a template needs " + (least >> 20) + " MiB.",
          "pvesm list " + found.id());
    }
    return Finding.ok(
        about,
        "It is of type "
            + found.type()
            + found.availableBytes().map(bytes -> ", " + (bytes >> 30) + " GiB free").orElse("")
            + (found.linksClones() ? "." : "; it has no linked clones, only full ones."));
  }

  /** The storage for the disks, if there is one. */
  Optional<StorageFacts> storage(Optional<String> wanted) {
    return wanted.isPresent()
        ? facts.storage(wanted.get())
        : facts.storagesFor("images").stream().findFirst();
  }

  /** Where files of a content type go: snippets for the first boot, images that are uploaded. */
  Finding files(String content, String use, boolean needed) {
    String about = content + " storage";
    Optional<StorageFacts> takes = facts.storagesFor(content).stream().findFirst();
    if (takes.isPresent()) {
      return Finding.ok(about, "Storage " + takes.get().id() + " takes them, for " + use + ".");
    }
    Finding.State state = needed ? Finding.State.BAD : Finding.State.WARNING;
    String what = "No active storage takes them; needed for " + use + ".";
    return forFiles()
        .map(storage -> allowing(state, about, storage, content, what))
        .orElseGet(
            () ->
                new Finding(
                    about,
                    state,
                    what,
                    "",
                    "pvesm add dir files --path /var/lib/files --content " + content,
                    Optional.empty()));
  }

  private Finding allowing(Finding.State state, StorageFacts storage, String content, String what) {
    return allowing(state, "storage " + storage.id(), storage, content, what);
  }

  /**
   * The option replaces the list, so the old one is said again with all that is missing: whoever
   * runs the command of each finding runs the same one.
   */
  private Finding allowing(
      Finding.State state, String about, StorageFacts storage, String content, String what) {
    TreeSet<String> more = new TreeSet<>(storage.content());
    more.add(content);
    more.addAll(missing(storage));
    // "none" stands for an empty list.
    more.remove("none");
    String list = String.join(",", more);
    String before = storage.content().isEmpty() ? "none" : String.join(",", storage.content());
    PveCall change = PveCall.put("/storage/" + storage.id());
    Probe there =
        Probe.api(
            PveCall.get("/storage/" + storage.id()),
            more.stream()
                .filter(word -> !storage.content().contains(word))
                .map(word -> Expect.of("content", Expect.Test.HAS_WORD, word))
                .toArray(Expect[]::new));
    Step step =
        Step.Call.of(
            "content-" + storage.id().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-"),
            "Let storage " + storage.id() + " take " + list,
            change.with("content", list),
            there,
            new Undo.Api(change.with("content", before), there, there));
    return new Finding(
            about,
            state,
            what,
            "",
            "pvesm set " + storage.id() + " --content " + list,
            Optional.empty())
        .mendedBy(step);
  }

  /** The kinds of files that no storage takes and that this one shall take. */
  private List<String> missing(StorageFacts storage) {
    return forFiles().filter(storage::equals).isEmpty()
        ? List.of()
        : List.of("snippets", "import").stream()
            .filter(content -> facts.storagesFor(content).isEmpty())
            .toList();
  }

  /** The storage for files: the first that has a folder. */
  private Optional<StorageFacts> forFiles() {
    return facts.storages().stream()
        .filter(storage -> storage.active() && storage.path().isPresent())
        .findFirst();
  }

  /** All of them. */
  List<Finding> all(Optional<String> storage, long least) {
    List<Finding> all =
        new ArrayList<>(List.of(NodeHealth.release(facts), NodeHealth.quorum(facts), bridges()));
    all.add(disks(storage, least));
    all.add(files("snippets", "what clones do at their first boot", false));
    all.add(files("import", "images that are uploaded", !facts.importsByPath()));
    return all;
  }
}
