package dev.proxkiln.template.copies;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.template.existing.Conversion;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One plan that puts a copy of a template on one node: a full clone moves there and becomes a
 * template, and at last gets the name, from an older copy if one has it. A copy that is there
 * already under another name only gets the name.
 */
final class PublishPlan {
  static final String FIND = "find";
  static final String SOURCE = "source";

  private static final String CURRENT = "current";
  private static final String SUPERSEDED = "superseded";
  private static final String VERSION = "version-";

  private final Original original;
  private final Destination to;
  private final Facts facts;
  private final List<Cargo> cargo;
  private final Text vmid;
  private final PveCall source;
  private final PveCall config;

  /** The mark of the copy while it is none yet; its template's name comes last. */
  private final Text name = Text.join("pk-copy-", Draft.RUN);

  private PublishPlan(
      Original original, Destination to, List<Cargo> cargo, Text vmid, Facts facts) {
    this.original = original;
    this.to = to;
    this.facts = facts;
    this.cargo = List.copyOf(cargo);
    this.vmid = vmid;
    this.source = PveCall.get("/nodes/" + original.node() + "/qemu/", original.id(), "/config");
    this.config = PveCall.get("/nodes/" + to.node() + "/qemu/", vmid, "/config");
  }

  /**
   * The plan.
   *
   * @param cargo snippets that the node needs as well
   * @param known a copy of this very template that is there under another name
   * @param stale a copy of another one that has the name
   */
  static Plan of(
      Original original,
      Destination to,
      List<Cargo> cargo,
      Optional<GuestFacts> known,
      Optional<GuestFacts> stale,
      Facts facts) {
    Text vmid =
        known.map(GuestFacts::vmid).map(Text::of).orElseGet(() -> Text.output("vmid", "value"));
    PublishPlan plan = new PublishPlan(original, to, cargo, vmid, facts);
    List<Step> steps = new ArrayList<>();
    if (original.vmid().isEmpty()) {
      steps.add(plan.find());
    }
    steps.add(plan.check());
    steps.add(plan.read());
    if (known.isEmpty()) {
      cargo.forEach(snippet -> steps.add(snippet.step(to.node())));
      steps.addAll(plan.make());
    }
    stale.ifPresent(old -> steps.add(plan.release(old)));
    steps.add(plan.take(known));
    steps.add(plan.verify());
    steps.add(plan.record());
    return new Plan(
        TemplatePublish.NAME,
        "Publish template " + original.name() + " on node " + to.node(),
        facts.address(),
        to.node(),
        steps);
  }

  private Step find() {
    return Step.Call.read(
        FIND,
        "Find template " + original.name(),
        PveCall.get("/nodes/" + original.node() + "/qemu"),
        Map.of("vmid", "[name=" + original.name() + "].vmid"));
  }

  private Step check() {
    List<Check> checks = new ArrayList<>();
    checks.add(
        new Check.Api(
            "template",
            source,
            List.of(Expect.equal("template", "1"), Expect.equal("name", original.name())),
            TemplateSlug.NOT_A_TEMPLATE.problem(
                "step check",
                "Template '" + original.name() + "' is not on node '" + original.node() + "' now.",
                "",
                "See the templates with: proxkiln template list")));
    for (String storage : to.targets().keySet()) {
      checks.add(
          new Check.Api(
              "storage-" + storage,
              PveCall.get("/nodes/" + to.node() + "/storage/" + storage + "/status"),
              List.of(
                  Expect.equal("active", "1"),
                  Expect.of("content", Expect.Test.HAS_WORD, "images")),
              TemplateSlug.NODE_UNSUITABLE.problem(
                  "step check",
                  "Storage '" + storage + "' of node '" + to.node() + "' takes no disk images now.",
                  "",
                  "See it with: pvesh get /nodes/" + to.node() + "/storage")));
    }
    return new Step.Require("check", "Check the template and the node", checks, false);
  }

  /** Tags and notes as they are now: the copy gets them. */
  private Step read() {
    Map<String, String> outputs = new TreeMap<>(Map.of("tags", "tags", "notes", "description"));
    cargo.forEach(snippet -> outputs.put(snippet.role(), snippet.selector()));
    return Step.Call.read(SOURCE, "Read the template", source, outputs);
  }

  private List<Step> make() {
    Text from = Text.join("/nodes/", original.node(), "/qemu/");
    PveCall there = PveCall.get(Text.join(from, vmid), "/config");
    Probe made = Probe.api(there, Expect.equal("name", name));
    PveCall remove = PveCall.delete(Text.join(from, vmid)).with("purge", true);
    Probe moved = Probe.api(config, Expect.equal("name", name));
    PveCall migrate = PveCall.post(Text.join(from, vmid), "/migrate").with("target", to.node());
    if (to.storage().isPresent()) {
      migrate = migrate.with("targetstorage", to.storage().get());
    }
    return List.of(
        Step.Call.read(
            "vmid", "Look for a free VM ID", PveCall.get("/cluster/nextid"), Map.of("value", "")),
        new Step.Call(
                "clone",
                "Make a full clone on node " + original.node(),
                PveCall.post(Text.join(from, original.id()), "/clone")
                    .with("newid", vmid)
                    .with("name", name)
                    .with("full", true),
                Map.of(),
                Optional.empty(),
                made,
                List.of(new Undo.Api(remove, made, made)),
                20)
            .retryingFrom("vmid"),
        // A protected one could not be taken back.
        Step.Call.of(
            "unprotect",
            "Let the copy be removed again",
            PveCall.put(Text.join(from, vmid), "/config").with("protection", false),
            Probe.never()),
        Step.Call.of(
                "migrate",
                "Move it to node " + to.node(),
                migrate,
                moved,
                new Undo.Api(removal(), moved, moved))
            .weighing(20),
        there().convert("Convert it to a template"));
  }

  private Conversion there() {
    return new Conversion(Text.join("/nodes/" + to.node() + "/qemu/", vmid));
  }

  private PveCall removal() {
    return PveCall.delete("/nodes/" + to.node() + "/qemu/", vmid).with("purge", true);
  }

  private PveCall change(Object id) {
    return PveCall.put("/nodes/" + to.node() + "/qemu/", id, "/config");
  }

  /** The older copy lets go first: nobody has the name for a moment, and never two. */
  private Step release(GuestFacts old) {
    String after =
        old.tags().stream()
            .filter(tag -> tag.startsWith(VERSION))
            .map(tag -> tag.substring(VERSION.length()))
            .findFirst()
            .orElseGet(() -> Long.toString(old.vmid()));
    String dated = original.name() + "-" + after;
    PveCall look = PveCall.get(old.path() + "/config");
    Probe released = Probe.api(look, Expect.equal("template", "1"), Expect.equal("name", dated));
    return Step.Call.of(
        "release",
        "Take the name from the older copy, which becomes " + dated,
        change(old.vmid())
            .with("name", dated)
            .with("tags", String.join(";", without(old.tags(), CURRENT, SUPERSEDED))),
        released,
        new Undo.Api(
            change(old.vmid())
                .with("name", original.name())
                .with("tags", String.join(";", old.tags())),
            Probe.api(
                PveCall.get("/nodes/" + to.node() + "/qemu"),
                Expect.absent("[name=" + original.name() + "]")),
            released));
  }

  private static List<String> without(List<String> tags, String gone, String with) {
    List<String> all = new ArrayList<>(tags.stream().filter(t -> !t.equals(gone)).toList());
    if (!all.contains(with)) {
      all.add(with);
    }
    return all;
  }

  /** Name, tags and notes of the template; the mark of this run stays among the tags. */
  private Step take(Optional<GuestFacts> known) {
    String own = to.losesLinks() ? Copies.COPY + ";" + Templates.FULL_CLONE : Copies.COPY;
    Text tags = Text.join(Text.output(SOURCE, "tags"), ";" + own + ";", Draft.MARK);
    PveCall call =
        change(vmid)
            .with("name", original.name())
            .with("tags", tags)
            .with("description", Text.output(SOURCE, "notes"));
    Probe taken =
        Probe.api(
            config,
            Expect.equal("name", original.name()),
            new Expect("tags", Expect.Test.HAS_WORD, Draft.MARK));
    Undo undo =
        known
            .<Undo>map(
                copy ->
                    new Undo.Api(
                        change(vmid)
                            .with("name", copy.name())
                            .with("tags", String.join(";", copy.tags())),
                        taken,
                        taken))
            .orElseGet(() -> new Undo.Api(removal(), taken, taken));
    return Step.Call.of("name", "Give it name, tags and notes of the template", call, taken, undo);
  }

  private Step verify() {
    List<Expect> expected = new ArrayList<>();
    expected.add(Expect.equal("template", "1"));
    expected.add(Expect.equal("name", original.name()));
    expected.add(Expect.of("tags", Expect.Test.HAS_WORD, Copies.COPY));
    expected.add(Expect.absent("lock"));
    original
        .volumes()
        .disks()
        .forEach(
            (slot, volume) -> {
              expected.add(Expect.present(slot));
              if (volume.isBase() && to.storage().isEmpty()) {
                expected.add(Expect.of(slot, Expect.Test.CONTAINS, "base-"));
              }
            });
    return there()
        .compare(
            "verify",
            "Read the copy back and compare",
            expected,
            "The copy of '" + original.name() + "' on '" + to.node() + "' is not right.",
            Conversion.AGAIN);
  }

  private Step record() {
    Map<String, Text> fact = new LinkedHashMap<>();
    fact.put("vmid", vmid);
    fact.put("name", Text.of(original.name()));
    fact.put("node", Text.of(to.node()));
    fact.put("original", original.id());
    fact.put("from", Text.of(original.node()));
    return new Step.Record("record", "Announce the copy", "TemplatePublished", fact);
  }
}
