package dev.proxkiln.template.tidy;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One look at the cloud-init snippets of a cluster, and at the guests that name them. */
final class Snippets {
  /** As {@code template create} names them. */
  private static final Pattern OURS = Pattern.compile("[^:]+:snippets/proxkiln-[a-z0-9-]+\\.yaml");

  private static final Pattern NAMED = Pattern.compile("=([^,:]+:snippets/[^,]+)");

  private final Facts facts;
  private final PvePort pve;
  private final LocalDate before;

  /**
   * A look through a session.
   *
   * @param before what was written on this day or later may belong to a run that still works
   */
  Snippets(Facts facts, PvePort pve, LocalDate before) {
    this.facts = facts;
    this.pve = pve;
    this.before = before;
  }

  /**
   * A snippet.
   *
   * @param place the node that it is on; empty where all nodes share it
   * @param node one that has it
   * @param young whether a run that still works may need it
   */
  record Snippet(String place, String node, String volume, boolean young) {
    private String key() {
      return place + " " + volume;
    }

    private Text path() {
      return Text.of(
          "/nodes/"
              + node
              + "/storage/"
              + volume.substring(0, volume.indexOf(':'))
              + "/content/"
              + volume);
    }

    /** What removes it. */
    Undo removal() {
      Probe there = Probe.api(PveCall.get(path()));
      return new Undo.Api(PveCall.delete(path()), there, there);
    }
  }

  private @Nullable Object get(String path, String... parameters) {
    return pve.send(ResolvedCall.get(path, parameters)).value();
  }

  /** Those that are named as proxkiln names them, on all nodes. */
  List<Snippet> all() {
    Map<String, Snippet> found = new TreeMap<>();
    for (String node : facts.nodes()) {
      Object storages = get("/nodes/" + node + "/storage", "content", "snippets");
      for (Object storage : Tree.list(storages, "")) {
        if (Tree.flag(storage, "active")) {
          String id = Tree.text(storage, "storage");
          boolean everywhere = Tree.flag(storage, "shared");
          for (Snippet snippet : on(node, id, everywhere)) {
            found.putIfAbsent(snippet.key(), snippet);
          }
        }
      }
    }
    return List.copyOf(found.values());
  }

  private List<Snippet> on(String node, String storage, boolean everywhere) {
    List<Snippet> found = new ArrayList<>();
    Object content =
        get("/nodes/" + node + "/storage/" + storage + "/content", "content", "snippets");
    long limit = before.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    for (Object row : Tree.list(content, "")) {
      String volume = Tree.text(row, "volid");
      if (OURS.matcher(volume).matches()) {
        boolean young = Tree.number(row, "ctime").map(time -> time >= limit).orElse(true);
        found.add(new Snippet(everywhere ? "" : node, node, volume, young));
      }
    }
    return found;
  }

  /** All snippets that guests name, on whatever node: a guest may move there again. */
  Set<String> used() {
    Set<String> used = new TreeSet<>();
    for (GuestFacts guest : facts.guests()) {
      if (!guest.type().equals("qemu")) {
        continue;
      }
      String path = guest.path();
      Object config = get(path + "/config");
      collect(config, used);
      // Going back to a snapshot brings back what it names.
      if (Tree.at(config, "parent").isPresent()) {
        for (Object snapshot : Tree.list(get(path + "/snapshot"), "")) {
          String name = Tree.text(snapshot, "name");
          if (!name.equals("current")) {
            collect(get(path + "/snapshot/" + name + "/config"), used);
          }
        }
      }
    }
    return used;
  }

  private static void collect(@Nullable Object config, Set<String> used) {
    Matcher named = NAMED.matcher(Tree.text(config, "cicustom"));
    while (named.find()) {
      used.add(named.group(1));
    }
  }
}
