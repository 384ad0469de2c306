package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.FactsReader;
import dev.proxkiln.template.existing.Copies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One template on three nodes of a sandbox cluster. */
class PublishTest extends ThreeNodes {
  private void create(String name, String storage, String... more) {
    List<String> all = new ArrayList<>(List.of("storage", storage, "tags", "web"));
    all.addAll(List.of(more));
    make(name, all.toArray(String[]::new));
  }

  private Survey.Found look(String name, String... more) {
    List<String> all = new ArrayList<>(List.of("template", name));
    all.addAll(List.of(more));
    return rig.look("template publish", List.of(), all.toArray(String[]::new));
  }

  private static Map<String, String> states(Survey.Found found) {
    Map<String, String> states = new TreeMap<>();
    found
        .rows()
        .orElseThrow()
        .rows()
        .forEach(row -> states.put(Tree.text(row, "node"), Tree.text(row, "state")));
    return states;
  }

  private static List<String> slugs(Survey.Found found) {
    return found.problems().stream().map(problem -> problem.slug()).toList();
  }

  /** Templates as {@code NODE NAME STATE}, dates as DATE. */
  private List<String> templates() {
    return rig.facts().guests().stream()
        .filter(GuestFacts::template)
        .map(
            g ->
                g.node()
                    + " "
                    + g.name().replaceAll("\\d{8}", "DATE")
                    + g.tags().stream()
                        .filter(Set.of("current", "superseded", "copy")::contains)
                        .sorted()
                        .reduce("", (a, b) -> a + " " + b))
        .sorted()
        .toList();
  }

  private GuestFacts guest(String name, String node) {
    return rig.facts().guests().stream()
        .filter(g -> g.name().equals(name) && g.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  private Object config(GuestFacts guest) {
    return rig.pve
        .send(ResolvedCall.get("/nodes/" + guest.node() + "/qemu/" + guest.vmid() + "/config"))
        .value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local-lvm", "local-zfs", "lvm"})
  void putsTheSameTemplateOnEveryNode(String storage) {
    create("web", storage, "firmware", "uefi");
    String before = rig.world();
    Survey.Found found = look("web");
    assertThat(states(found)).isEqualTo(Map.of("pve2", "due", "pve3", "due"));
    assertThat(rig.world()).isEqualTo(before);
    List<String> runs = new ArrayList<>();
    for (Survey.Job job : found.jobs()) {
      Outcome done = rig.run(job.plans().getFirst());
      assertThat(done.problems()).isEmpty();
      assertThat(done.announced().get("TemplatePublished"))
          .containsEntry("node", job.about())
          .containsEntry("from", "pve");
      runs.add(done.run());
    }
    assertThat(templates()).containsExactly("pve web", "pve2 web copy", "pve3 web copy");

    Object original = config(guest("web", "pve"));
    Object copy = config(guest("web", "pve2"));
    for (String key : List.of("memory", "bios", "ciuser", "boot", "description", "agent")) {
      assertThat(Tree.text(copy, key)).as(key).isEqualTo(Tree.text(original, key));
    }
    for (String slot : List.of("scsi0", "efidisk0")) {
      assertThat(Tree.text(copy, slot)).contains(storage.equals("lvm") ? "vm-" : "base-");
    }
    // A clone on the other node works, linked where the storage can.
    GuestFacts there = guest("web", "pve2");
    rig.call(
        Verb.POST,
        "/nodes/pve2/qemu/" + there.vmid() + "/clone",
        "newid",
        "500",
        "full",
        storage.equals("lvm") ? "1" : "0");
    rig.call(Verb.DELETE, "/nodes/pve2/qemu/500");

    // What is there already is left alone.
    String published = rig.world();
    assertThat(states(look("web"))).isEqualTo(Map.of("pve2", "there", "pve3", "there"));
    assertThat(look("web").jobs()).isEmpty();
    assertThat(rig.world()).isEqualTo(published);

    for (String run : runs.reversed()) {
      assertThat(rig.undo(run).left()).isEmpty();
    }
    assertThat(rig.world()).isEqualTo(before);
  }

  @Test
  void saysThatSharedStorageNeedsNoCopies() {
    create("web", "shared");
    Survey.Found found = look("web");
    assertThat(states(found)).isEqualTo(Map.of("pve2", "shared", "pve3", "shared"));
    assertThat(found.jobs()).isEmpty();
    assertThat(found.problems()).isEmpty();
    assertThat(found.rows().orElseThrow().notes().getFirst()).contains("shared storage");
  }

  @Test
  void aNodeThatCannotTakeItStopsNoOther() {
    create("web", "local-lvm");
    rig.call(Verb.PUT, "/storage/local-lvm", "nodes", "pve,pve3");
    Survey.Found found = look("web");
    assertThat(states(found)).isEqualTo(Map.of("pve2", "not possible", "pve3", "due"));
    assertThat(slugs(found)).containsExactly("node-unsuitable");
    assertThat(found.problems().getFirst().next()).contains("--storage");
    rig.sandbox.faults().setOffline("pve2", true);
    assertThat(slugs(look("web"))).containsExactly("node-unreachable");
    rig.sandbox.faults().setOffline("pve2", false);

    assertThat(slugs(look("web", "nodes", "pve2", "storage", "local-zfs")))
        .containsExactly("node-unsuitable");
    Survey.Found mapped = look("web", "nodes", "pve2", "storage", "local");
    run(mapped);
    assertThat(Tree.text(config(guest("web", "pve2")), "scsi0")).startsWith("local:");
    assertThat(guest("web", "pve2").tags()).doesNotContain("full-clone");

    // Where disks cannot be linked, whoever clones the copy is told so.
    run(look("web", "nodes", "pve3", "storage", "lvm"));
    assertThat(guest("web", "pve3").tags()).contains("full-clone");
    Action<?> test = action("template test");
    Facts there = rig.facts(Optional.of("pve3"));
    Plan plan = test.plan(values("template", "web"), there).orRaise();
    assertThat(plan.node()).isEqualTo("pve3");
    assertThat(rig.run(plan).problems()).isEmpty();
  }

  @Test
  void aMissingOrWronglyNamedThingIsSaid() {
    create("web", "local");
    assertThatThrownBy(() -> look("web", "nodes", "pve2,pve9"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.first().slug()).isEqualTo("node-missing"));
    rig.call(Verb.POST, "/nodes/pve/qemu", "vmid", "700", "name", "own", "scsi0", "local:1");
    rig.call(Verb.POST, "/nodes/pve/qemu/700/template");
    assertThatThrownBy(() -> look("own"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.first().slug()).isEqualTo("not-made-by-proxkiln"));
  }

  @Test
  void aFailedMoveTakesTheCopyBack() {
    create("web", "local-lvm");
    String before = rig.world();
    rig.sandbox.faults().failNext("qmigrate", 50, "connection lost");
    Outcome failed = rig.run(look("web", "nodes", "pve2").jobs().getFirst().plans().getFirst());
    assertThat(failed.problems().getFirst().slug()).isEqualTo("task-failed");
    assertThat(rig.world()).isEqualTo(before);
  }

  @Test
  void aCloneIsMadeOfWhatIsOnItsNode() {
    create("web", "local-lvm");
    run(look("web", "nodes", "pve2"));
    Facts facts = rig.facts();
    assertThat(Copies.on("pve", facts, "web", "--template").orRaise().node()).isEqualTo("pve");
    GuestFacts there = Copies.on("pve2", facts, "web", "--template").orRaise();
    assertThat(there.node()).isEqualTo("pve2");
    assertThat(Copies.on("pve3", facts, "web", "--template"))
        .isInstanceOfSatisfying(
            Checked.Invalid.class,
            invalid ->
                assertThat(invalid.problems().toString())
                    .contains("template-not-on-node")
                    .contains("template publish web --nodes pve3"));
    // By its VM ID a template is meant as well as its copies.
    String id = Long.toString(guest("web", "pve").vmid());
    assertThat(Copies.on("pve2", facts, id, "--template").orRaise()).isEqualTo(there);

    Facts away = rig.facts(Optional.of("pve2"));
    Action<?> test = action("template test");
    Plan plan = test.plan(values("template", "web"), away).orRaise();
    assertThat(plan.node()).isEqualTo("pve2");
    assertThat(rig.run(plan).problems()).isEmpty();
    // A test on the copy changes its notes, and it is a copy all the same.
    assertThat(states(look("web", "nodes", "pve2"))).isEqualTo(Map.of("pve2", "there"));
  }

  @Test
  void listAndShowTellTheCopies() {
    create("web", "local");
    run(look("web", "nodes", "pve3"));
    Query.Rows list = (Query.Rows) answer("template list");
    assertThat(list.columns()).extracting(Query.Column::title).contains("COPIES");
    assertThat(list.rows()).hasSize(2);
    GuestFacts original = guest("web", "pve");
    assertThat(Tree.text(list.rows().get(0), "copies[0]")).isEqualTo("pve3");
    assertThat(Tree.text(list.rows().get(1), "copy-of")).isEqualTo(Long.toString(original.vmid()));
    Query.One shown = (Query.One) answer("template show", "template", "web");
    assertThat(Tree.text(shown.tree(), "vmid")).isEqualTo(Long.toString(original.vmid()));
    assertThat(Tree.text(shown.tree(), "copies.pve3"))
        .isEqualTo(Long.toString(guest("web", "pve3").vmid()));
  }

  private void start(String node, long vmid) {
    rig.call(Verb.POST, "/nodes/" + node + "/qemu/" + vmid + "/clone", "newid", "500");
    rig.call(Verb.POST, "/nodes/" + node + "/qemu/500/status/start");
    rig.call(Verb.POST, "/nodes/" + node + "/qemu/500/status/stop");
    rig.call(Verb.DELETE, "/nodes/" + node + "/qemu/500");
  }

  @Test
  void aSnippetGoesToSharedStorageWhereThereIsOne() {
    create("web", "local", "timezone", "Europe/Vienna", "customize", "first-boot");
    assertThat(Tree.text(config(guest("web", "pve")), "cicustom")).startsWith("vendor=shared:");
    run(look("web", "nodes", "pve2"));
    start("pve2", guest("web", "pve2").vmid());
  }

  @Test
  void aSnippetOnLocalStorageIsWrittenOnTheNodeOfTheCopy() {
    rig.call(Verb.PUT, "/storage/shared", "disable", "1");
    create("own", "local", "timezone", "Europe/Vienna", "customize", "first-boot");
    String before = rig.world();
    String vendor = Tree.text(config(guest("own", "pve")), "cicustom");
    assertThat(vendor).startsWith("vendor=local:snippets/");
    Plan plan = look("own", "nodes", "pve2").jobs().getFirst().plans().getFirst();
    Outcome done = rig.run(plan);
    assertThat(done.problems()).isEmpty();
    Path state = rig.sandbox.stateDir();
    String file = "storage/local/snippets/" + vendor.substring(vendor.indexOf('/') + 1);
    assertThat(state.resolve("nodes/pve2").resolve(file))
        .hasSameTextualContentAs(state.resolve(file));
    start("pve2", guest("own", "pve2").vmid());
    assertThat(rig.undo(done.run()).left()).isEmpty();
    assertThat(world()).isEqualTo(before);
  }

  /** Guests that are gone leave the machine ID that the sandbox made up for them. */
  private String world() {
    return rig.world().replaceAll("run/\\d+\\.machine-id\n", "");
  }

  @Test
  void aSnippetThatCannotBePutThereIsSaid() throws Exception {
    rig.call(Verb.PUT, "/storage/shared", "disable", "1");
    create("own", "local", "timezone", "Europe/Vienna", "customize", "first-boot");
    Survey.Found far =
        rig.look(
            "template publish",
            List.of(),
            rig.pve,
            FactsReader.read(
                rig.pve, TargetKind.REST, "https://pve.example.org", Optional.empty(), false),
            "template",
            "own",
            "nodes",
            "pve2");
    assertThat(slugs(far)).containsExactly("node-unsuitable");
    assertThat(far.problems().getFirst().what()).contains("Snippet");
    // What only root may read stays where it is.
    String vendor = Tree.text(config(guest("own", "pve")), "cicustom");
    Path file =
        rig.sandbox
            .stateDir()
            .resolve("storage/local/snippets")
            .resolve(vendor.substring(vendor.indexOf('/') + 1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(slugs(look("own", "nodes", "pve2"))).containsExactly("node-unsuitable");
  }

  @Test
  void theSnippetOfANewVersionGoesWithItsCopy() {
    rig.call(Verb.PUT, "/storage/shared", "disable", "1");
    List<Definition> tiny =
        List.of(
            Rig.definition(
                "tiny",
                "image",
                "tiny-1",
                "storage",
                "local-lvm",
                "disk-size",
                "64M",
                "timezone",
                "Europe/Vienna",
                "customize",
                "first-boot"));
    run(rig.look("template refresh", tiny, "definition", "tiny"));
    run(look("tiny", "nodes", "pve2"));
    run(
        rig.look(
            "template refresh", tiny, "definition", "tiny", "force", "true", "publish", "true"));
    start("pve2", guest("tiny", "pve2").vmid());
  }

  @Test
  void createsOnAnotherNodeByUpload() {
    Plan plan =
        action("template create")
            .plan(
                values("image", "tiny-1", "name", "there", "storage", "local", "disk-size", "64M"),
                rig.facts(Optional.of("pve2")))
            .orRaise();
    assertThat(plan.steps().stream().map(Step::id)).contains("upload");
    Outcome made = rig.run(plan);
    assertThat(made.problems()).isEmpty();
    assertThat(templates()).containsExactly("pve2 there");
    assertThat(rig.undo(made.run()).left()).isEmpty();
    assertThat(templates()).isEmpty();
  }

  // ---- versions ----

  private List<Definition> tiny() {
    return List.of(
        Rig.definition("tiny", "image", "tiny-1", "storage", "local-lvm", "disk-size", "64M"));
  }

  private Survey.Found refresh(String... more) {
    List<String> all = new ArrayList<>(List.of("definition", "tiny"));
    all.addAll(List.of(more));
    return rig.look("template refresh", tiny(), all.toArray(String[]::new));
  }

  @Test
  void refreshKeepsCopiesInStepWhenAsked() {
    run(refresh());
    run(look("tiny", "nodes", "pve2"));
    assertThat(templates()).containsExactly("pve tiny current", "pve2 tiny copy current");

    run(refresh("force", "true"));
    assertThat(templates())
        .containsExactly("pve tiny current", "pve tiny-DATE superseded", "pve2 tiny copy current");
    // The copy is of the older version now: it is not taken for the new one.
    assertThat(Copies.on("pve2", rig.facts(), "tiny", "--template"))
        .isInstanceOf(Checked.Invalid.class);
    assertThat(refresh().jobs()).isEmpty();
    Survey.Found behind = refresh("publish", "true");
    assertThat(Tree.text(behind.rows().orElseThrow().rows().getFirst(), "publishes[0]"))
        .isEqualTo("pve2");
    run(behind);
    assertThat(templates())
        .containsExactly(
            "pve tiny current",
            "pve tiny-DATE superseded",
            "pve2 tiny copy current",
            "pve2 tiny-DATE copy superseded");

    run(refresh("force", "true", "publish", "true", "keep", "1"));
    assertThat(templates()).containsExactly("pve tiny current", "pve2 tiny copy current");
    assertThat(Copies.on("pve2", rig.facts(), "tiny", "--template"))
        .isInstanceOf(Checked.Valid.class);
  }

  @Test
  void aVersionWhoseCopyHasClonesStays() {
    run(refresh());
    run(look("tiny", "nodes", "pve2"));
    long copy = guest("tiny", "pve2").vmid();
    rig.call(Verb.POST, "/nodes/pve2/qemu/" + copy + "/clone", "newid", "500");
    Survey.Found found = refresh("force", "true", "publish", "true", "keep", "1");
    assertThat(Tree.text(found.rows().orElseThrow().rows().getFirst(), "kept[0]"))
        .contains("used by 500");
    run(found);
    assertThat(templates()).hasSize(4);
  }

  @Test
  void aRollbackIsPublishedByGivingTheNameBack() {
    run(refresh());
    run(look("tiny", "nodes", "pve2"));
    long first = guest("tiny", "pve2").vmid();
    run(refresh("force", "true", "publish", "true"));
    long second = guest("tiny", "pve2").vmid();
    assertThat(second).isNotEqualTo(first);
    assertThat(rig.run(rig.plan("template rollback", "definition", "tiny")).problems()).isEmpty();
    Survey.Found found = look("tiny", "nodes", "pve2");
    Plan plan = found.jobs().getFirst().plans().getFirst();
    assertThat(plan.steps().stream().map(Step::id)).doesNotContain("clone", "migrate");
    String before = rig.world();
    Outcome done = rig.run(plan);
    assertThat(done.problems()).isEmpty();
    assertThat(guest("tiny", "pve2").vmid()).isEqualTo(first);
    assertThat(rig.undo(done.run()).left()).isEmpty();
    assertThat(rig.world()).isEqualTo(before);
  }

  private Action<?> action(String name) {
    return rig.module.actions().stream()
        .filter(a -> a.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Values values(String... settings) {
    Map<String, String> raw = new TreeMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      raw.put(settings[i], settings[i + 1]);
    }
    return Values.of(raw, Origin.flag(""));
  }

  private Query.Result answer(String name, String... settings) {
    Query query =
        rig.module.queries().stream().filter(q -> q.name().equals(name)).findFirst().orElseThrow();
    Facts facts = rig.facts();
    return query.answer(
        query.schema(facts).read(values(settings), facts).orRaise(), facts, rig.pve);
  }

  @Test
  void copiesAreDeletedWithTheirOriginalAndSnippetsStayUntilTheyAreTidied() throws Exception {
    create("web", "local", "vendor-data", "#cloud-config\nruncmd: [\"true\"]\n");
    run(look("web"));
    assertThat(templates()).hasSize(3);
    assertThat(rig.plan("template delete", "template", "web", "with-copies", "true").steps())
        .hasSize(9);
    assertThat(
            rig.run(rig.plan("template delete", "template", "web", "with-copies", "true"))
                .problems())
        .isEmpty();
    assertThat(templates()).isEmpty();
    // What was written today may belong to a run that still works.
    Survey.Found found = rig.look("template tidy", List.of());
    assertThat(found.jobs()).isEmpty();
    assertThat(found.rows().orElseThrow().rows())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(Tree.text(row, "state")).isEqualTo("new"));
  }
}
