package dev.proxkiln.template.existing;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveSlug;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code template tidy}: removes the cloud-init snippets of proxkiln that no guest of the cluster
 * names any more, neither in its configuration nor in one of its snapshots. A clone names the
 * snippet of its template, and does not start without it, so nothing is taken away with a template.
 */
public final class TemplateTidy implements Survey {
  private static final String NAME = "template tidy";

  /** As {@code template create} names them. */
  private static final Pattern OURS = Pattern.compile("[^:]+:snippets/proxkiln-[a-z0-9-]+\\.yaml");

  private static final Pattern NAMED = Pattern.compile("=([^,:]+:snippets/[^,]+)");

  private static final List<Query.Column> COLUMNS =
      List.of(
          new Query.Column("NODE", "node"),
          new Query.Column("SNIPPET", "snippet"),
          new Query.Column("STATE", "state"));

  private final Supplier<LocalDate> today;

  /**
   * The survey.
   *
   * @param today the calendar: what is younger than a day may belong to a run that still works
   */
  public TemplateTidy(Supplier<LocalDate> today) {
    this.today = today;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Remove the cloud-init snippets of proxkiln that no guest uses any more.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of();
  }

  /**
   * Looks at the snippets of all nodes, and at every guest.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code only-root}
   */
  @Override
  public Found look(Values values, Facts facts, Surroundings around) {
    schema(facts).read(values, facts).orRaise();
    if (!facts.rootSession()) {
      // A guest that is not seen may need the snippet all the same.
      throw PveSlug.ONLY_ROOT
          .problem(
              "--target",
              "Only root@pam sees every guest for sure.",
              "A snippet of a guest that is not seen would be taken for unused.",
              "Run proxkiln on the node as root.")
          .raise();
    }
    Look look = new Look(facts, around.pve(), today.get().minusDays(1));
    List<Snippet> found = look.snippets();
    // Where there are none, no guest needs to be asked.
    Set<String> used = found.isEmpty() ? Set.of() : look.used();
    List<Object> rows = new ArrayList<>();
    List<Snippet> gone = new ArrayList<>();
    for (Snippet snippet : found) {
      boolean inUse = used.contains(snippet.volume());
      if (!inUse && !snippet.young()) {
        gone.add(snippet);
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("node", snippet.node());
      row.put("snippet", snippet.volume());
      row.put("state", inUse ? "in use" : snippet.young() ? "new" : "unused");
      rows.add(row);
    }
    return new Found(
        Optional.of(new Query.Rows(COLUMNS, rows)),
        gone.isEmpty() ? List.of() : List.of(job(gone, facts)),
        List.of());
  }

  private static Job job(List<Snippet> gone, Facts facts) {
    String title =
        "Remove "
            + gone.size()
            + (gone.size() == 1 ? " snippet" : " snippets")
            + " that no guest uses";
    List<Undo> removals =
        gone.stream()
            .<Undo>map(
                snippet -> {
                  Text path = snippet.path();
                  Probe there = Probe.api(PveCall.get(path));
                  return new Undo.Api(PveCall.delete(path), there, there);
                })
            .toList();
    return new Job(
        title,
        List.of(
            new Plan(
                NAME,
                title,
                facts.address(),
                facts.node(),
                List.of(new Step.Discard("remove", title + "; this cannot be undone", removals)))));
  }

  /**
   * A snippet.
   *
   * @param place the node that it is on; empty where all nodes share it
   * @param node one that has it
   * @param young whether a run that still works may need it
   */
  private record Snippet(String place, String node, String volume, boolean young) {
    String key() {
      return place + " " + volume;
    }

    Text path() {
      return Text.of(
          "/nodes/"
              + node
              + "/storage/"
              + volume.substring(0, volume.indexOf(':'))
              + "/content/"
              + volume);
    }
  }

  /** One look at a cluster. */
  private static final class Look {
    private final Facts facts;
    private final PvePort pve;
    private final LocalDate before;

    Look(Facts facts, PvePort pve, LocalDate before) {
      this.facts = facts;
      this.pve = pve;
      this.before = before;
    }

    private @Nullable Object get(String path, String... parameters) {
      return pve.send(ResolvedCall.get(path, parameters)).value();
    }

    List<Snippet> snippets() {
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
        String path = "/nodes/" + guest.node() + "/qemu/" + guest.vmid();
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
}
