package dev.proxkiln.ui.run;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.module.Advice;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.view.RunModel;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.ui.screen.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run in memory, as it stands at the time of its last event. */
final class FakeRuns implements RunDesk {
  static final String ID = "rtf3k2a9";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long MIB = 1 << 20;

  static final Step FIND =
      Step.Call.read(
          "vmid", "Look for a free VM ID", PveCall.get("/cluster/nextid"), Map.of("value", ""));
  static final Step IMAGE =
      new Step.Download(
          "image",
          "Download Debian 13, verify it by sha512",
          new Fetch(
              "https://x/y",
              new Fetch.Pinned("sha256", "a"),
              "none",
              Optional.empty(),
              "raw",
              false),
          20);
  static final Step CREATE =
      Step.Call.of(
              "create",
              "Create the guest and import the image",
              PveCall.post("/nodes/pve1/qemu"),
              Probe.never(),
              new Undo.Api(
                  PveCall.delete("/nodes/pve1/qemu/", Text.output("vmid", "value")),
                  Probe.never(),
                  Probe.never()))
          .weighing(25);
  static final Step VERIFY =
      new Step.Require("verify", "Read the guest back and compare", List.<Check>of(), false);
  static final Step RECORD =
      new Step.Record("record", "Announce the template", "TemplateCreated", Map.of());
  static final Plan PLAN =
      new Plan(
          "template create",
          "Create template debian-13",
          "local",
          "pve1",
          List.of(FIND, IMAGE, CREATE, VERIFY, RECORD));

  static final Problem FULL =
      new Problem(
          "storage-full",
          Kind.HOST,
          "step create",
          "Storage 'local-lvm' ran out of space after 6.4 of 10.0 GiB.",
          "pve1 said: lvcreate: insufficient free extents in the thin pool, which is shared;"
              + " another task wrote to it meanwhile.",
          "Free space on 'local-lvm', or choose another storage.");

  final List<Request> asked = new ArrayList<>();
  final List<String> calls = new ArrayList<>();
  final List<String> lines = new ArrayList<>();
  Runnable onResume = () -> {};
  Optional<String> release = Optional.empty();
  private final RunModel model = new RunModel(ID, PLAN);
  private Instant now = START;

  FakeRuns() {
    for (int i = 1; i <= 40; i++) {
      lines.add("line " + i);
    }
  }

  void add(double seconds, RunEvent event) {
    now = START.plusMillis((long) (seconds * 1000));
    model.add(event, now);
  }

  void begin() {
    add(0, new RunEvent.Started(ID, PLAN, false));
    add(0.1, new RunEvent.StepStarted(ID, FIND, 1, 5));
  }

  void done(double seconds, Step step, double took) {
    add(seconds - took, new RunEvent.StepStarted(ID, step, 1, 5));
    Map<String, String> outputs =
        step.equals(FIND)
            ? Map.of("value", "9013")
            : step.equals(IMAGE) ? Map.of("path", "/cache/debian-13.qcow2") : Map.of();
    add(
        seconds,
        new RunEvent.StepFinished(ID, step, Duration.ofMillis((long) (took * 1000)), 0, outputs));
  }

  /** A VM is being created, a good half of its disk is there. */
  void untilCreate() {
    begin();
    done(0.4, FIND, 0.3);
    done(6, IMAGE, 5.2);
    add(6, new RunEvent.StepStarted(ID, CREATE, 3, 5));
    add(6, new RunEvent.StepPrinted(ID, CREATE, "importing disk '/cache/debian-13.qcow2' ..."));
    add(6.5, new RunEvent.StepPrinted(ID, CREATE, "  Logical volume \"vm-9013-disk-0\" created."));
    add(7, new RunEvent.StepProgressed(ID, CREATE, 0, 10240 * MIB));
    add(8, new RunEvent.StepPrinted(ID, CREATE, "transferred 6.4 GiB of 10.0 GiB (64.00%)"));
    add(8, new RunEvent.StepProgressed(ID, CREATE, 6554 * MIB, 10240 * MIB));
  }

  void fail() {
    add(9, new RunEvent.StepFailed(ID, CREATE, FULL));
    add(
        9,
        new RunEvent.Finished(
            ID,
            "FAILED",
            Duration.ofSeconds(9),
            List.of(FULL),
            List.of("qm destroy 9013 --purge 1")));
  }

  void finish() {
    done(20, CREATE, 12);
    done(21, RECORD, 0.1);
    add(21, new RunEvent.Announced(ID, "TemplateCreated", Map.of("vmid", "9013")));
    add(21, new RunEvent.Finished(ID, "DONE", Duration.ofSeconds(21)));
  }

  void cutOff() {
    model.settle(
        List.of(
            Map.of("t", "run", "id", ID, "date", "2026-01-01T00:00:00Z"),
            Map.of("t", "done", "step", "vmid", "outputs", Map.of("value", "9013")),
            Map.of("t", "done", "step", "image", "outputs", Map.of("path", "/cache/a.qcow2")),
            Map.of("t", "started", "step", "create")),
        false);
  }

  @Override
  public RunView view(String run) {
    return model.view(now);
  }

  @Override
  public List<Member> batch(String batch) {
    RunModel waiting = new RunModel("r2", PLAN);
    RunModel failed = new RunModel("r3", PLAN);
    failed.add(new RunEvent.Started("r3", PLAN, false), START);
    failed.add(
        new RunEvent.Finished(
            "r3",
            "UNDONE",
            Duration.ofSeconds(3),
            List.of(
                dev.proxkiln.core.problem.CoreSlug.COMMAND_FAILED.problem(
                    "", "'virt-customize' ended with exit code 1.", "", "")),
            List.of()),
        START);
    return List.of(
        new Member("debian-13", "", view(ID)),
        new Member("debian-13 (2)", "debian-13", waiting.view(now)),
        new Member("rocky-10", "", failed.view(now)),
        new Member("rocky-10 (2)", "rocky-10", waiting.view(now)),
        new Member("ubuntu-24.04", "", waiting.view(now)));
  }

  @Override
  public List<String> output(String run) {
    return List.copyOf(lines);
  }

  @Override
  public List<String> log() {
    return List.of("2026-01-01T00:00:00.000Z INFO  [main] Program: begun");
  }

  @Override
  public List<String> details(String run) {
    return List.of("Run " + run, "", "step  vmid  done");
  }

  @Override
  public void ask(String id, Request request) {
    asked.add(request);
  }

  @Override
  public void resume(String id) {
    calls.add("resume " + id);
    onResume.run();
  }

  @Override
  public void undo(String run) {
    calls.add("undo " + run);
  }

  @Override
  public Optional<String> otherRelease(String run) {
    return release;
  }

  @Override
  public Optional<Next> change(String run) {
    calls.add("change " + run);
    return Optional.empty();
  }

  @Override
  public List<Advice> advice(RunView run) {
    return List.of(
        new Advice("Test it", "proxkiln template test debian-13"),
        new Advice("Clone it", "qm clone 9013 100 --name web-1"),
        new Advice("Look at it", "proxkiln template show debian-13"));
  }

  @Override
  public void shell() {
    calls.add("shell");
  }
}
