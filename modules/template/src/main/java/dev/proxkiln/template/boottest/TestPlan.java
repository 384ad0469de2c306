package dev.proxkiln.template.boottest;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.pve.model.AgentOption;
import dev.proxkiln.pve.model.IpConfig;
import dev.proxkiln.pve.model.SshKeys;
import dev.proxkiln.pve.model.Tags;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.problem.TemplateSlug;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The boot test of a template: a plan of its own, or steps of a larger one. */
public final class TestPlan {

  /** Nobody has the other half of it: it is written and looked for, and opens nothing. */
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVGUyRuj0GGsEVEN2RrEtRpmM8LyCwDZOZewvjG9nyb"
          + " proxkiln-boot-test";

  private static final Text RUN = Text.output("run", "id");

  /** The user's part of the notes: all but the verdict of an earlier test at its end. */
  private static final String OWN_NOTES =
      "description ~ (?s)\\A(.*?)\\s*(?:(?:\\A|\\n\\n)Boot test: [^\\n]*)?\\s*\\z";

  private final Subject subject;
  private final boolean full;
  private final boolean exec;
  private final Duration deadline;
  private final Facts facts;
  private final String prefix;
  private final Text template;

  /**
   * What is tested.
   *
   * @param node where it is
   * @param vmid VM ID, which an earlier step may find
   * @param name its name at the time of the test
   * @param stillIs what its configuration must say
   */
  public record Subject(String node, Text vmid, String name, List<Expect> stillIs) {
    public Subject {
      stillIs = List.copyOf(stillIs);
    }
  }

  /** The test that a spec asks for. */
  TestPlan(TestSpec spec, Facts facts) {
    this(
        new Subject(
            spec.template().node(),
            Text.of(spec.template().vmid()),
            spec.template().name(),
            Templates.stillIs(spec.template())),
        spec.full(),
        spec.exec(),
        spec.deadline(),
        facts,
        "");
  }

  /**
   * The test of a template.
   *
   * @param full whether the clones copy the disk, rather than link to it
   * @param exec whether the image's guest agent runs commands
   * @param deadline how long a clone may take to answer, and again to finish cloud-init
   * @param prefix what the IDs of the steps begin with, for example {@code test-}; may be empty
   */
  public TestPlan(
      Subject subject, boolean full, boolean exec, Duration deadline, Facts facts, String prefix) {
    this.subject = subject;
    this.full = full;
    this.exec = exec;
    this.deadline = deadline;
    this.facts = facts;
    this.prefix = prefix;
    this.template = Text.join("/nodes/", subject.node(), "/qemu/", subject.vmid());
  }

  private PveCall config() {
    return PveCall.get(template, "/config");
  }

  /** The steps up to the verdict and the end of the clones; a failing verdict fails its step. */
  public List<Step> steps() {
    Clone one = new Clone("a");
    Clone other = new Clone("b");
    List<Step> steps = new ArrayList<>();
    steps.add(isTemplate());
    steps.add(
        Step.Call.read(
            prefix + "config",
            "Read the template",
            config(),
            Map.of(
                "disk",
                "boot ~ order=(?:.*?;)?((?:scsi|virtio|sata|ide)[0-9]+)",
                "user",
                "ciuser")));
    for (Clone clone : List.of(one, other)) {
      steps.addAll(clone.make());
    }
    steps.add(one.start());
    steps.add(other.start());
    for (Clone clone : List.of(one, other)) {
      steps.addAll(clone.look());
    }
    steps.add(verdict(one, other));
    steps.add(one.destroy());
    steps.add(other.destroy());
    steps.addAll(note(prefix + "notes", Text.of("passed (" + covered() + ")")));
    return steps;
  }

  /** The test as a plan of its own. */
  Plan plan() {
    List<Step> steps = new ArrayList<>(steps());
    steps.add(announce("record", Text.of("passed"), Text.of("")));
    List<Step> aftermath = new ArrayList<>();
    Text failed =
        Text.join(
            "failed at step ",
            Text.output("failure", "step"),
            ": ",
            Text.output("failure", "what"));
    aftermath.addAll(note("failed-notes", failed));
    aftermath.add(announce("failed", Text.of("failed"), Text.output("failure", "what")));
    return new Plan(
        "template test",
        "Boot-test template " + subject.vmid() + " (" + subject.name() + ")",
        facts.address(),
        subject.node(),
        steps,
        aftermath);
  }

  private String covered() {
    return exec
        ? "cloud-init, host name, user, key, login, disk growth, address, machine ID"
        : "host name, address; its agent runs no commands, so nothing else";
  }

  private Step isTemplate() {
    return new Step.Require(
        prefix + "check",
        "Check that it is the template that was meant",
        List.of(
            new Check.Api(
                "template",
                config(),
                subject.stillIs(),
                TemplateSlug.NOT_A_TEMPLATE.problem(
                    "step " + prefix + "check",
                    "Guest '"
                        + subject.vmid()
                        + "' is not the template '"
                        + subject.name()
                        + "' any more.",
                    "",
                    "See the templates with: proxkiln template list"))),
        false);
  }

  // ---- the verdict ----

  private Step verdict(Clone one, Clone other) {
    List<Check> checks = new ArrayList<>();
    checks.addAll(one.checks());
    checks.addAll(other.checks());
    if (exec) {
      checks.add(
          new Check.Differ(
              "machine-id",
              one.machine(),
              other.machine(),
              problem(
                  "Both clones have the same machine ID.",
                  "The image carries one, so clones ask DHCP for the same address.")));
    }
    return new Step.Require(prefix + "verdict", "Judge what the clones said", checks, false);
  }

  private Problem problem(String what, String why) {
    return TemplateSlug.TEMPLATE_TEST_FAILED.problem(
        "step " + prefix + "verdict",
        what,
        why,
        "See what the clones said with proxkiln show RUN; --on-error keep leaves them running.");
  }

  /** Reads the notes and writes them back with the verdict below what the user wrote. */
  private List<Step> note(String id, Text verdict) {
    PveCall config = config();
    Text line = Text.join("Boot test: ", verdict, ", ", Text.output("run", "date"), ", run ", RUN);
    return List.of(
        Step.Call.read(
            id, "Read the template's notes", config, Map.of("text", OWN_NOTES, "digest", "digest")),
        Step.Call.of(
            id + "-write",
            "Write the verdict into the template's notes",
            PveCall.put(template, "/config")
                .with("description", Text.join(Text.output(id, "text"), "\n\n", line))
                // Somebody may be writing notes too: then the node refuses, and nothing is lost.
                .with("digest", Text.output(id, "digest")),
            Probe.api(config, new Expect("description", Expect.Test.CONTAINS, line))));
  }

  private Step announce(String id, Text verdict, Text why) {
    Map<String, Text> fact = new LinkedHashMap<>();
    fact.put("vmid", subject.vmid());
    fact.put("name", Text.of(subject.name()));
    fact.put("node", Text.of(subject.node()));
    fact.put("verdict", verdict);
    fact.put("why", why);
    fact.put("checked", Text.of(covered()));
    fact.put("date", Text.output("run", "date"));
    return new Step.Record(id, "Announce the verdict", "TemplateTested", fact);
  }

  /** A call by pvesh is a Perl process of most of a second; one by REST costs next to nothing. */
  private Duration pause() {
    return switch (facts.target()) {
      case LOCAL, SSH -> Duration.ofSeconds(2);
      case NONE, SANDBOX, REST -> Duration.ofMillis(500);
    };
  }

  private static String script() {
    try (InputStream in = Objects.requireNonNull(TestPlan.class.getResourceAsStream("check.sh"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of the two clones. */
  private final class Clone {
    private final String side;
    private final Text vmid;
    private final Text path;
    private final PveCall config;

    /** The mark: the node writes it together with everything else of the new guest. */
    private final Text name;

    private final Probe ours;

    Clone(String side) {
      this.side = side;
      this.vmid = Text.output(id("vmid"), "value");
      this.path = Text.join("/nodes/", subject.node(), "/qemu/", vmid);
      this.config = PveCall.get(path, "/config");
      this.name = Text.join("pk-test-", RUN, "-" + side);
      this.ours = Probe.api(config, Expect.equal("name", name));
    }

    private String id(String step) {
      return prefix + step + "-" + side;
    }

    private List<Undo> removal() {
      PveCall status = PveCall.get(path, "/status/current");
      return List.of(
          new Undo.Api(
              PveCall.post(path, "/status/stop"),
              Probe.api(status, Expect.equal("status", "running"), Expect.equal("name", name)),
              ours),
          new Undo.Api(PveCall.delete(path).with("purge", true), ours, ours));
    }

    List<Step> make() {
      // No storage and no format: a linked clone takes neither.
      Step.Call clone =
          new Step.Call(
                  id("clone"),
                  "Make " + (full ? "full" : "linked") + " clone " + side,
                  PveCall.post(template, "/clone")
                      .with("newid", vmid)
                      .with("name", name)
                      .with("full", full),
                  Map.of(),
                  Optional.empty(),
                  ours,
                  removal(),
                  full ? 20 : 2)
              .retryingFrom(id("vmid"));
      PveCall settings =
          PveCall.put(path, "/config")
              .with(
                  "tags", Text.join(Tags.of(Templates.MADE, "proxkiln-test").print(), ";run-", RUN))
              // A static address of the template would be there twice.
              .with("ipconfig0", IpConfig.dhcp().print())
              .with("sshkeys", new SshKeys(List.of(KEY)).print())
              .with("ciupgrade", false)
              .with("agent", AgentOption.parse("1").print())
              .with("serial0", "socket")
              .with("onboot", false)
              .with("protection", false);
      return List.of(
          Step.Call.read(
              id("vmid"),
              "Look for a free VM ID",
              PveCall.get("/cluster/nextid"),
              Map.of("value", "")),
          clone,
          Step.Call.of(
              id("settings"), "Give clone " + side + " a test key", settings, Probe.never()),
          // Doing it again grows it once more, which the clone does not mind.
          Step.Call.of(
              id("grow"),
              "Grow the disk of clone " + side,
              PveCall.put(path, "/resize")
                  .with("disk", Text.output(prefix + "config", "disk"))
                  .with("size", "+2G"),
              Probe.never()));
    }

    Step start() {
      return Step.Call.of(
              id("start"),
              "Start clone " + side,
              PveCall.post(path, "/status/start"),
              Probe.api(PveCall.get(path, "/status/current"), Expect.equal("status", "running")))
          .weighing(2);
    }

    private Step.Await await(
        String step, String label, PveCall call, List<Expect> until, Map<String, String> outputs) {
      return new Step.Await(
          id(step), label, call, until, outputs, deadline, pause(), Optional.of(vmid), 30);
    }

    List<Step> look() {
      Step ping =
          await(
              "agent",
              "Wait until clone " + side + " answers",
              PveCall.post(path, "/agent/ping"),
              List.of(),
              Map.of());
      if (!exec) {
        return List.of(ping, hostName(), addresses());
      }
      Step run =
          Step.Call.read(
              id("look"),
              "Look inside clone " + side,
              PveCall.post(path, "/agent/exec")
                  .withAll(
                      "command", List.of(Text.of("/bin/sh"), Text.of("-c"), Text.of(script()))),
              Map.of("pid", "pid"));
      Step report =
          await(
              "report",
              "Wait for cloud-init in clone " + side,
              PveCall.get(path, "/agent/exec-status").with("pid", Text.output(id("look"), "pid")),
              List.of(Expect.of("exited", Expect.Test.MATCHES, "^(?:1|true)$")),
              Map.of("text", "out-data", "machine", "out-data ~ (?m)^machine-id=(\\S+)$"));
      return List.of(ping, run, report);
    }

    private Step hostName() {
      return await(
          "name",
          "Wait for the host name of clone " + side,
          PveCall.get(path, "/agent/get-host-name"),
          List.of(new Expect("result.host-name", Expect.Test.CONTAINS, name)),
          Map.of("text", "result.host-name"));
    }

    /** A path cannot look for any entry, so the interface is named: PVE calls the first eth0. */
    private Step addresses() {
      return await(
          "address",
          "Wait for an address of clone " + side,
          PveCall.get(path, "/agent/network-get-interfaces"),
          List.of(
              Expect.of(
                  "result[name=eth0].ip-addresses[ip-address-type=ipv4].ip-address",
                  Expect.Test.MATCHES,
                  "^\\d+\\.")),
          Map.of("text", "result[name=eth0].ip-addresses[ip-address-type=ipv4].ip-address"));
    }

    Text machine() {
      return Text.output(id("report"), "machine");
    }

    List<Check> checks() {
      if (!exec) {
        return List.of(
            new Check.Matches(
                id("hostname"),
                Text.output(id("name"), "text"),
                Text.join("^", name, "(?:\\.|$)"),
                problem("Clone " + side + " has another host name than its guest's name.", "")));
      }
      return List.of(
          line("cloud-init", Text.of("done"), "cloud-init did not end well", ""),
          line(
              "hostname",
              Text.join(name, "(?:\\..*)?"),
              "the host name is not the guest's name",
              "cloud-init may not have read its drive."),
          line(
              "user",
              // Nothing is asked of the name where the template does not say one.
              Text.join(Text.output(prefix + "config", "user"), "\\b.*"),
              "the test key was not written for the user of the template",
              ""),
          line("key", Text.of("yes"), "nobody can log in with the test key", ""),
          line("ssh", Text.of("yes"), "nothing listens on port 22", ""),
          // Untried where the image has no ssh client to try it with.
          line("login", Text.of("(?:yes|untried)"), "the user cannot log in by key", ""),
          line(
              "disk",
              Text.of("grown"),
              "the root file system did not grow with its disk",
              "growpart or the resizing of the file system is missing in the image."),
          line(
              "address",
              Text.of("[0-9a-f]*[.:].*"),
              "there is no address",
              "No DHCP server may be answering on the bridge."),
          line("machine-id", Text.of("\\S+"), "there is no machine ID", ""));
    }

    private Check line(String key, Text value, String what, String why) {
      return new Check.Matches(
          id(key),
          Text.output(id("report"), "text"),
          Text.join("(?m)^" + key + "=", value, "$"),
          problem("Clone " + side + ": " + what + ".", why));
    }

    Step destroy() {
      return new Step.Discard(id("destroy"), "Stop and destroy clone " + side, removal());
    }
  }
}
