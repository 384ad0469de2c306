package dev.proxkiln.cli;

import dev.proxkiln.cli.node.SandboxFiles;
import dev.proxkiln.cli.outside.HomeResources;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Definition;
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
import dev.proxkiln.core.run.Checkpoint;
import dev.proxkiln.core.run.Executor;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.Policy;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.core.spec.Checked;
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
import dev.proxkiln.sandbox.boot.GuestModel;
import dev.proxkiln.sandbox.boot.SimulatedGuest;
import dev.proxkiln.template.TemplateModule;
import dev.proxkiln.testkit.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole program without its command line: a sandbox node with simulated guests, REST, real
 * files, real journals. The image is a tiny real one; how images get here is tested elsewhere.
 */
final class Rig implements AutoCloseable {
  /** The sandbox's storages, one of each type that keeps disks its own way. */
  static final List<String> STORAGES = List.of("local", "local-lvm", "local-zfs", "lvm");

  static final String ADDRESS = "https://images.example.org/tiny.qcow2";
  static final String DIGEST = "a".repeat(64);

  static final String CATALOGUE =
      """
      distribution: tiny
      title: Tiny
      family: tiny
      publisher: nobody
      defaults:
        user: tiny
        memory: 64M
        min-disk: 16M
        virtual-size: 8M
        firmware: both
        secure-boot: true
        agent: true
      images:
        - id: tiny-1
          title: Tiny 1
          version: "1"
          downloads:
            - arch: amd64
              url: %1$s
              insecure: true
              pinned: {url: "%1$s", digest: "sha256:%2$s"}
              confidence: confirmed
      """;

  /** Waits for simulated guests, which need none of the patience that a plan has. */
  private static final Time HASTY =
      new Time() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Thread.sleep(Math.min(5, duration.toMillis()));
        }
      };

  final Path root;
  final Sandbox sandbox;
  final RestTransport pve;
  final FileRunStore runs;
  final TemplateModule module = new TemplateModule();
  final Events events = new Events();
  private final Downloads downloads;

  /** How cloud-init ends in every guest. */
  volatile String cloudInit = "done";

  /** A rig whose one image is on this machine already. */
  Rig(Path root) throws IOException {
    this(root, 1);
  }

  /** A rig with a cluster of some nodes. */
  Rig(Path root, int nodes) throws IOException {
    this(
        root,
        ADDRESS,
        DIGEST,
        here(Files.write(root.resolve("tiny.qcow2"), Images.qcow2(8 << 20))),
        nodes);
  }

  /**
   * A rig.
   *
   * @param address where the image is
   * @param digest its SHA-256
   */
  Rig(Path root, String address, String digest, Downloads downloads) throws IOException {
    this(root, address, digest, downloads, 1);
  }

  private Rig(Path root, String address, String digest, Downloads downloads, int nodes)
      throws IOException {
    this.root = root;
    this.downloads = downloads;
    this.sandbox =
        Sandbox.open(
            SandboxOptions.in(root.resolve("node"))
                .withNodes(nodes)
                .withBootMode(BootMode.SIMULATED)
                .withSimulatedBoot(Duration.ZERO)
                .withSimulatedGuest((guest, command, input) -> report(guest, cloudInit)));
    this.pve =
        new RestTransport(
            sandbox.url(),
            new Credentials.Password(sandbox.user(), sandbox.password()),
            Trust.Pinned.parse(sandbox.fingerprint()));
    this.runs =
        new FileRunStore(
            root.resolve("runs"), new JacksonTreeText(), InstantSource.system(), new Random(7));
    Path own = root.resolve("config/templates/images");
    Files.createDirectories(own);
    Files.writeString(own.resolve("tiny.yaml"), CATALOGUE.formatted(address, digest));
    module.open(
        new HomeResources(
            root.resolve("config/templates"),
            Path.of(System.getProperty("proxkiln.home"), "templates")));
  }

  /** What the scripts that look around print in a guest where everything went well. */
  private static SimulatedGuest.Exec report(GuestModel guest, String cloudInit) {
    return new SimulatedGuest.Exec(
        0,
        """
        cloud-init=%s
        hostname=%s
        user=%s
        key=yes
        ssh=yes
        login=yes
        disk=grown
        address=%s
        machine-id=%s
        host-key=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVGUyRuj0GGsEVEN2RrEtRpmM8LyCwDZOZewvjG9nyb
        """
            .formatted(
                cloudInit,
                guest.hostName(),
                guest.user(),
                guest.addresses().getFirst(),
                guest.machineId())
            .replace("[", "")
            .replace("]", ""),
        "");
  }

  private static Downloads here(Path image) {
    return new Downloads() {
      @Override
      public Map<String, String> fetch(Fetch fetch, Watch watch) {
        return Map.of(
            "path",
            image.toString(),
            "digest",
            "sha256:" + DIGEST,
            "size",
            "1",
            "format",
            "qcow2",
            "virtual-size",
            Long.toString(8 << 20),
            "url",
            fetch.url(),
            "verified",
            "by the test");
      }

      @Override
      public String folder() {
        return image.getParent().toString();
      }

      @Override
      public String stated(Fetch fetch, Watch watch) {
        return "sha256:" + DIGEST;
      }

      @Override
      public void dropPartial(Fetch fetch) {}
    };
  }

  Facts facts() {
    return facts(Optional.empty());
  }

  /** The facts of a node. */
  Facts facts(Optional<String> node) {
    return FactsReader.read(pve, TargetKind.SANDBOX, "sandbox", node, true);
  }

  /** The plan of an action with settings as {@code key, value, key, value ...}. */
  Plan plan(String action, String... settings) {
    return plan(Optional.empty(), action, settings);
  }

  /** The same for a node. */
  Plan plan(Optional<String> node, String action, String... settings) {
    Action<?> found =
        module.actions().stream().filter(a -> a.name().equals(action)).findFirst().orElseThrow();
    return found.plan(values(settings), facts(node)).orRaise();
  }

  /** What a survey finds, with definitions of {@code template create}. */
  Survey.Found look(String survey, List<Definition> definitions, String... settings) {
    return look(survey, definitions, pve, facts(), settings);
  }

  /** What a survey finds when it looks through another session. */
  Survey.Found look(
      String survey, List<Definition> definitions, PvePort port, Facts facts, String... settings) {
    Survey found =
        module.surveys().stream().filter(s -> s.name().equals(survey)).findFirst().orElseThrow();
    return found.look(
        values(settings),
        facts,
        new Surroundings(
            port,
            downloads,
            new ProcessCommands(),
            definitions,
            List.of("/opt/proxkiln/bin/proxkiln"),
            root.resolve("scratch").toString()));
  }

  /** Settings kept under a name. */
  static Definition definition(String name, String... settings) {
    return new Definition(name, 1, "template create", new Checked.Valid<>(values(settings)));
  }

  private static Values values(String... settings) {
    Map<String, String> raw = new TreeMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      raw.put(settings[i], settings[i + 1]);
    }
    return Values.of(raw, Origin.flag(""));
  }

  Executor executor(Checkpoint checkpoint) {
    Ports ports =
        new Ports(
            pve,
            new ProcessCommands(),
            SandboxFiles.of(new LocalFiles(), sandbox.stateDir()),
            downloads,
            Consoles.NONE,
            name -> "$5$salt$" + "x".repeat(43),
            HASTY);
    return new Executor(ports, events, checkpoint);
  }

  /** Runs a plan to its end. */
  Outcome run(Plan plan) {
    try (RunFolder run = runs.create(plan)) {
      return executor(Checkpoint.NONE).execute(run, Policy.UNDO, new Stop());
    }
  }

  Outcome resume(String id) {
    try (RunFolder run = runs.open(id)) {
      return executor(Checkpoint.NONE).execute(run, Policy.UNDO, new Stop());
    }
  }

  Outcome undo(String id) {
    try (RunFolder run = runs.open(id)) {
      return executor(Checkpoint.NONE).undo(run, new Stop());
    }
  }

  /** The process is gone, with everything that it had in memory. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Runs a plan that is killed at one point; gives the ID of its run. */
  String killed(Plan plan, String step, Checkpoint.Moment moment) {
    Checkpoint checkpoint =
        (s, m) -> {
          if (s.equals(step) && m == moment) {
            throw new Killed();
          }
        };
    RunFolder run = runs.create(plan);
    try (run) {
      executor(checkpoint).execute(run, Policy.UNDO, new Stop());
      throw new AssertionError("never came to " + step + " " + moment);
    } catch (Killed e) {
      return run.id();
    }
  }

  /** Everything that the nodes have: configurations, volumes, files. Line by line, sorted. */
  String world() {
    StringBuilder out = new StringBuilder();
    for (String node : sandbox.nodes()) {
      world(node, out);
    }
    out.append(files());
    return out.toString();
  }

  private void world(String node, StringBuilder out) {
    String at = "/nodes/" + node;
    out.append(node).append('\n');
    for (Object guest : Tree.list(get(at + "/qemu"), "")) {
      String vmid = Tree.text(guest, "vmid");
      out.append(vmid).append(' ').append(Tree.text(guest, "status"));
      Map<String, Object> config =
          new TreeMap<>(Tree.map(get(at + "/qemu/" + vmid + "/config"), ""));
      // Made anew for every guest, so never the same twice.
      for (String key : List.of("digest", "meta", "smbios1", "vmgenid")) {
        config.remove(key);
      }
      config.forEach(
          (key, value) -> out.append("\n  ").append(key).append(": ").append(steady(value)));
      out.append('\n');
    }
    for (String storage : STORAGES) {
      Tree.list(get(at + "/storage/" + storage + "/content"), "").stream()
          .map(v -> steady(Tree.text(v, "volid")) + " " + Tree.text(v, "size"))
          .sorted()
          .forEach(line -> out.append(line).append('\n'));
    }
  }

  /** A call to the node, and the wait for its task; parameters as names and values. */
  void call(Verb verb, String path, String... namesAndValues) {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      params.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    PvePort.Answer answer =
        pve.send(new ResolvedCall(verb, path, params, Set.of(), Optional.empty()));
    answer.task().ifPresent(task -> pve.await(task, PvePort.TaskWatch.NONE));
  }

  private @Nullable Object get(String path) {
    return pve.send(ResolvedCall.get(path)).value();
  }

  private static String steady(Object value) {
    return value
        .toString()
        .replaceAll("(?i)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", "MAC")
        .replaceAll("run[- ][a-z0-9]+", "RUN")
        .replaceAll("proxkiln-[a-z0-9]+\\.yaml", "SNIPPET")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "DATE");
  }

  /** Files of the node outside its disks: snippets, uploads, leftovers of any sort. */
  private String files() {
    try (Stream<Path> all = Files.walk(root.resolve("node"))) {
      return String.join(
              "\n",
              all.filter(Files::isRegularFile)
                  .map(f -> root.resolve("node").relativize(f).toString())
                  .filter(f -> !f.startsWith("tasks") && !f.startsWith("log"))
                  .map(Rig::steady)
                  .sorted()
                  .toList())
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    pve.close();
    sandbox.close();
  }
}
