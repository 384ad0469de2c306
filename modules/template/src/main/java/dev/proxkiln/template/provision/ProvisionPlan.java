package dev.proxkiln.template.provision;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.template.existing.Conversion;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.here.Here;
import dev.proxkiln.template.problem.TemplateSlug;
import dev.proxkiln.template.rotation.Series;
import dev.proxkiln.template.rotation.Succession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The plan of one {@code template provision}. */
final class ProvisionPlan {

  /** In the notes of the clone from the moment it is made, and in those of the template. */
  private static final Text MARK = Text.join("run ", Here.RUN);

  private final ProvisionSpec spec;
  private final Facts facts;
  private final String proxkiln;
  private final Here here;
  private final Playbook playbook;
  private final Inside inside;
  private final Text vmid = Text.output("vmid", "value");
  private final Text guest;
  private final PveCall config;
  private final PveCall status;
  private final Text tags;

  /**
   * A plan in the making.
   *
   * @param proxkiln version of the program, for the notes
   * @param work folder on this machine for what the run needs for a while
   */
  ProvisionPlan(ProvisionSpec spec, Facts facts, String proxkiln, String work) {
    this.spec = spec;
    this.facts = facts;
    this.proxkiln = proxkiln;
    this.here =
        new Here(
            work,
            TemplateSlug.PROVISION_FAILED.problem(
                "--playbook",
                "What Ansible needs on this machine could not be made.",
                "",
                "Mend what the command names, and start again."));
    this.playbook = new Playbook(spec, here);
    this.guest = Text.join("/nodes/", spec.node(), "/qemu/", vmid);
    this.config = PveCall.get(guest, "/config");
    this.status = PveCall.get(guest, "/status/current");
    this.inside = new Inside(spec, facts, guest, vmid);
    this.tags = tags();
  }

  Plan plan() {
    List<Step> steps = new ArrayList<>();
    steps.add(check());
    steps.addAll(playbook.prepare());
    steps.addAll(make());
    steps.addAll(inside.welcome(Text.output("public", "out")));
    steps.addAll(playbook.reach(inside.address(), inside.port(), inside.hostKey()));
    steps.addAll(playbook.play());
    steps.addAll(inside.seal());
    steps.add(
        Step.Call.of(
            "shutdown",
            "Shut the clone down",
            PveCall.post(guest, "/status/shutdown").with("timeout", 300),
            Probe.api(status, Expect.equal("status", "stopped"))));
    steps.add(here.remove());
    steps.addAll(convert());
    Succession succession = new Succession(spec.series(), spec.version(), spec.node(), vmid, tags);
    if (spec.test()) {
      steps.addAll(
          succession.test(
              spec.template().tags().contains(Templates.FULL_CLONE), true, spec.deadline(), facts));
    }
    steps.add(record());
    steps.addAll(succession.move());
    return new Plan(
        TemplateProvision.NAME,
        "Provision template "
            + spec.series().name()
            + " version "
            + spec.version()
            + " from "
            + spec.template().vmid()
            + " ("
            + spec.template().name()
            + ") with "
            + playbook.name(),
        facts.address(),
        spec.node(),
        steps);
  }

  // ---- the clone ----

  private Step check() {
    List<Expect> same = new ArrayList<>(Templates.stillIs(spec.template()));
    Optional.ofNullable(spec.config().get("digest"))
        .ifPresent(digest -> same.add(Expect.equal("digest", digest)));
    return new Step.Require(
        "check",
        "Check that it is the template that was looked at",
        List.of(
            new Check.Api(
                "template",
                PveCall.get(spec.template().path() + "/config"),
                same,
                TemplateSlug.NOT_A_TEMPLATE.problem(
                    "step check",
                    "Guest '" + spec.template().vmid() + "' is not as it was any more.",
                    "",
                    "Start again, so that the plan is made of what is there now."))),
        false);
  }

  private List<Step> make() {
    Probe ours = Probe.api(config, new Expect("description", Expect.Test.CONTAINS, MARK));
    String from = spec.template().node();
    PveCall full =
        PveCall.post(spec.template().path() + "/clone")
            .with("newid", vmid)
            .with("name", Text.join("pk-provision-", Here.RUN))
            .with("description", Text.join("Being provisioned by proxkiln, ", MARK, "."))
            .with("full", true);
    boolean away = !spec.node().equals(from);
    Step.Call clone =
        new Step.Call(
                "clone",
                "Make a full clone on node " + spec.node() + (away ? ", by shared storage" : ""),
                away ? full.with("target", spec.node()) : full,
                Map.of(),
                Optional.empty(),
                ours,
                List.of(
                    new Undo.Api(
                        PveCall.post(guest, "/status/stop"),
                        Probe.api(status, Expect.equal("status", "running")),
                        ours),
                    new Undo.Api(PveCall.delete(guest).with("purge", true), ours, ours)),
                20)
            .retryingFrom("vmid");
    PveCall settings = PveCall.put(guest, "/config");
    for (Map.Entry<String, String> setting : meanwhile().entrySet()) {
      settings = settings.with(setting.getKey(), setting.getValue());
    }
    return List.of(
        Step.Call.read(
            "vmid", "Look for a free VM ID", PveCall.get("/cluster/nextid"), Map.of("value", "")),
        clone,
        Step.Call.of("settings", "Set what holds while it is provisioned", settings, Probe.never()),
        Step.Call.of(
                "start",
                "Start the clone",
                PveCall.post(guest, "/status/start"),
                Probe.api(status, Expect.equal("status", "running")))
            .weighing(2));
  }

  /** Settings for the clone's one boot; afterwards those of the template are there again. */
  private Map<String, String> meanwhile() {
    Map<String, String> settings = new LinkedHashMap<>();
    // An upgrade would hold the package manager's lock while the playbook wants it.
    settings.put("ciupgrade", "0");
    settings.put("onboot", "0");
    settings.put("protection", "0");
    // A static address of the template may be somebody's.
    if (!spec.config().getOrDefault("ipconfig0", "").contains("ip=dhcp")) {
      settings.put("ipconfig0", "ip=dhcp");
    }
    return settings;
  }

  // ---- the template ----

  private List<Step> convert() {
    String dated = spec.series().dated(spec.version());
    PveCall settings =
        PveCall.put(guest, "/config")
            .with("name", dated)
            .with("tags", tags)
            .with("description", notes());
    List<String> unset = new ArrayList<>();
    for (String key : meanwhile().keySet()) {
      String before = spec.config().get(key);
      if (before == null) {
        unset.add(key);
      } else {
        settings = settings.with(key, before);
      }
    }
    if (!unset.isEmpty()) {
      settings = settings.with("delete", String.join(",", unset));
    }
    return List.of(
        Step.Call.of(
            "identity",
            "Give it its name, tags and notes, and the template's settings",
            settings,
            Probe.api(config, Expect.equal("name", dated))),
        new Conversion(guest).convert("Convert the clone to a template"),
        new Conversion(guest)
            .compare(
                "converted",
                "Check that it is a template",
                List.of(
                    Expect.equal("template", "1"),
                    Expect.equal("name", dated),
                    Expect.absent("lock")),
                "The provisioned clone is no template.",
                Conversion.AGAIN));
  }

  private Text tags() {
    List<String> kept =
        spec.template().tags().stream()
            .filter(tag -> !Series.isOwn(tag) && !tag.startsWith("run-"))
            .toList();
    return Text.join(
        String.join(
            ";",
            Stream.of(List.of(Templates.MADE), kept, spec.series().tags(spec.version()))
                .flatMap(List::stream)
                .distinct()
                .toList()),
        ";run-",
        Here.RUN);
  }

  private Text notes() {
    List<Object> parts = new ArrayList<>();
    parts.add("Made by proxkiln from template " + spec.template().name());
    parts.add(" with the Ansible playbook " + playbook.name() + ".\n\n");
    parts.add("- template: " + spec.template().vmid() + " (" + spec.template().name() + ")\n");
    // What the template itself was made of, as its own notes tell.
    spec.config()
        .getOrDefault("description", "")
        .lines()
        .filter(line -> line.matches("- (?:address|digest|verified|customized): .*"))
        .forEach(line -> parts.add(line.strip() + "\n"));
    parts.add("- playbook: " + playbook.name() + ", sha256:");
    parts.add(Text.output("playbook", "sha256"));
    parts.add("\n- playbook-recap: ");
    parts.add(Text.output("play", "recap"));
    parts.add("\n- made: ");
    parts.add(Text.output("run", "date"));
    parts.add("\n- proxkiln: " + proxkiln + ", ");
    parts.add(MARK);
    return Text.join(parts.toArray());
  }

  private Step record() {
    Map<String, Text> fact = new LinkedHashMap<>();
    fact.put("vmid", vmid);
    fact.put("name", Text.of(spec.series().name()));
    fact.put("node", Text.of(spec.node()));
    fact.put("series", Text.of(spec.series().name()));
    fact.put("version", Text.of(spec.version()));
    fact.put("template", Text.of(spec.template().vmid()));
    fact.put("playbook", Text.of(spec.playbook()));
    fact.put("playbook-digest", Text.join("sha256:", Text.output("playbook", "sha256")));
    fact.put("recap", Text.output("play", "recap"));
    return new Step.Record("record", "Announce the template", "TemplateProvisioned", fact);
  }

  /** Whether the guest's ssh is a port on loopback of this machine. */
  static boolean onLoopback(Facts facts) {
    return facts.target() == TargetKind.SANDBOX;
  }
}
