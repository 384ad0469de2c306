package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.outside.HomeResources;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.Consoles;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.port.Time;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Checkpoint;
import dev.proxkiln.core.run.Executor;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.Policy;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.file.LocalFiles;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.run.FileRunStore;
import dev.proxkiln.pve.FactsReader;
import dev.proxkiln.pve.rest.Credentials;
import dev.proxkiln.pve.rest.RestTransport;
import dev.proxkiln.pve.rest.Trust;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.template.TemplateModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/**
 * A sandbox node whose guests really boot, and the Debian cloud image of this machine as its one
 * image, {@code debian-12-made-here}.
 */
final class RealNode implements AutoCloseable {
  private static final Duration BOOT = Duration.ofMinutes(10);
  private static final String CATALOGUE =
      """
      distribution: debian
      family: debian
      publisher: nobody
      images:
        - id: debian-12-made-here
          title: Debian 12, made here
          version: "12"
          user: debian
          packages: apt
          agent: true
          memory: 512M
          min-disk: 3G
          virtual-size: 3G
          firmware: both
          secure-boot: true
          downloads:
            - url: http://192.0.2.1/x.qcow2
              insecure: true
              pinned: {url: "http://192.0.2.1/x.qcow2", digest: "sha256:%s"}
      """;

  private final Path root;
  private Path image;
  private final Sandbox sandbox;
  private final RestTransport pve;
  private final FileRunStore runs;
  private final TemplateModule module = new TemplateModule();

  /** Opens a node in a folder, or skips the test where there is no image. */
  static RealNode in(Path root) throws IOException {
    String folder = System.getenv("PROXKILN_TEST_IMAGE");
    Assumptions.assumeTrue(
        folder != null,
        "PROXKILN_TEST_IMAGE is not set: ./dev image makes a cloud image and prints its folder");
    return new RealNode(root, Path.of(folder, "debian-12-genericcloud-amd64.qcow2"));
  }

  private RealNode(Path root, Path image) throws IOException {
    this.root = root;
    this.image = image;
    sandbox = Sandbox.open(SandboxOptions.in(root.resolve("node")).withBootMode(BootMode.QEMU));
    pve =
        new RestTransport(
            sandbox.url(),
            new Credentials.Password(sandbox.user(), sandbox.password()),
            Trust.Pinned.parse(sandbox.fingerprint()));
    runs =
        new FileRunStore(
            root.resolve("runs"), new JacksonTreeText(), InstantSource.system(), new Random(7));
    Files.createDirectories(root.resolve("cache"));
    Path own = Files.createDirectories(root.resolve("config/templates/images"));
    Files.writeString(own.resolve("mine.yaml"), CATALOGUE.formatted("a".repeat(64)));
    module.open(
        new HomeResources(
            root.resolve("config/templates"),
            Path.of(System.getProperty("proxkiln.home"), "templates")));
  }

  /** From now on the image is another file. */
  void imageIs(Path file) {
    image = file;
  }

  private Downloads downloads() {
    return new Downloads() {
      @Override
      public Map<String, String> fetch(Fetch fetch, Watch watch) {
        return Map.of(
            "path",
            image.toString(),
            "digest",
            "sha256:" + "a".repeat(64),
            "size",
            "1",
            "format",
            "qcow2",
            "virtual-size",
            Long.toString(3L << 30),
            "url",
            fetch.url(),
            "verified",
            "by the test");
      }

      @Override
      public String folder() {
        return root.resolve("cache").toString();
      }

      @Override
      public String stated(Fetch fetch, Watch watch) {
        return "";
      }

      @Override
      public void dropPartial(Fetch fetch) {}
    };
  }

  private static Values values(String... settings) {
    Map<String, String> raw = new TreeMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      raw.put(settings[i], settings[i + 1]);
    }
    return Values.of(raw, Origin.flag(""));
  }

  private Facts facts() {
    return FactsReader.read(pve, TargetKind.SANDBOX, "sandbox", Optional.empty(), true);
  }

  /** Carries an action out; settings as {@code key, value, key, value ...}. */
  void run(String name, String... settings) {
    Action<?> action =
        module.actions().stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow();
    carryOut(action.plan(values(settings), facts()).orRaise());
  }

  /** Looks, and carries out what was found; gives what it announced. */
  Map<String, Map<String, String>> survey(String name, String... settings) {
    Survey survey =
        module.surveys().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    Surroundings around =
        new Surroundings(
            pve,
            downloads(),
            new ProcessCommands(),
            List.of(),
            List.of("proxkiln"),
            root.resolve("scratch").toString());
    return carryOut(
        survey.look(values(settings), facts(), around).jobs().getFirst().plans().getFirst());
  }

  private Map<String, Map<String, String>> carryOut(Plan plan) {
    Ports ports =
        new Ports(
            pve,
            new ProcessCommands(),
            new LocalFiles(),
            downloads(),
            Consoles.NONE,
            secret -> "",
            Time.SYSTEM);
    try (RunFolder run = runs.create(plan)) {
      Outcome outcome =
          new Executor(ports, new Events(), Checkpoint.NONE).execute(run, Policy.UNDO, new Stop());
      assertThat(outcome.problems()).as(plan.title()).isEmpty();
      assertThat(outcome.exitCode()).as(plan.title()).isZero();
      return outcome.announced();
    }
  }

  /** Reads a thing of the node. */
  Object get(String path) {
    return pve.send(ResolvedCall.get(path)).value();
  }

  /** Calls, and waits for the task. */
  Object post(String path, Map<String, List<String>> parameters) {
    PvePort.Answer answer =
        pve.send(
            new ResolvedCall(
                Verb.POST, path, new LinkedHashMap<>(parameters), Set.of(), Optional.empty()));
    answer.task().ifPresent(upid -> pve.await(upid, PvePort.TaskWatch.NONE));
    return answer.value() == null ? "" : answer.value();
  }

  /** Makes a linked clone, starts it, and waits until its agent answers. */
  void boot(long template, long vmid, String name) throws InterruptedException {
    post(
        "/nodes/pve/qemu/" + template + "/clone",
        Map.of("newid", List.of(Long.toString(vmid)), "name", List.of(name)));
    post("/nodes/pve/qemu/" + vmid + "/status/start", Map.of());
    Instant end = Instant.now().plus(BOOT);
    while (true) {
      try {
        post("/nodes/pve/qemu/" + vmid + "/agent/ping", Map.of());
        return;
      } catch (ProblemException e) {
        assertThat(Instant.now()).isBefore(end);
        Thread.sleep(500);
      }
    }
  }

  /** What a command prints in a guest, by its agent. */
  String inside(long vmid, String... command) throws InterruptedException {
    String agent = "/nodes/pve/qemu/" + vmid + "/agent";
    Object started = post(agent + "/exec", Map.of("command", List.of(command)));
    Instant end = Instant.now().plus(BOOT);
    while (Instant.now().isBefore(end)) {
      Object status =
          pve.send(ResolvedCall.get(agent + "/exec-status", "pid", Tree.text(started, "pid")))
              .value();
      if (Tree.flag(status, "exited")) {
        return Tree.text(status, "out-data");
      }
      Thread.sleep(200);
    }
    throw new AssertionError("the guest does not answer");
  }

  /** Stops a guest, if it is there. */
  void stop(long vmid) {
    try {
      post("/nodes/pve/qemu/" + vmid + "/status/stop", Map.of());
    } catch (ProblemException e) {
      // It may never have been made.
    }
  }

  @Override
  public void close() {
    pve.close();
    sandbox.close();
  }
}
