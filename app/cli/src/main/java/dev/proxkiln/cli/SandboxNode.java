package dev.proxkiln.cli;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.host.file.Modes;
import dev.proxkiln.host.process.DetachedProcess;
import dev.proxkiln.sandbox.RunningSandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.SandboxProcess;
import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The sandbox node of this user: one, as a process of its own. */
final class SandboxNode {
  /** The words by which a sandbox is served in this process; for ourselves only. */
  static final List<String> SERVE = List.of("sandbox", "serve");

  /** The words of the node's own {@code pvesh}, which parses the rest itself. */
  static final List<String> PVESH = List.of("sandbox", "pvesh");

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration SLICE = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(30);

  private static final Field<String> VERSION =
      Field.of(
          "version",
          "PVE version",
          Type.word("VERSION", "8.4", "9.1", "9.2"),
          "Release whose API contract is enforced; a new sandbox gets 9.2.");
  private static final Field<String> BOOT =
      Field.of(
          "boot",
          "Boot",
          Type.word("HOW", "auto", "real", "simulated"),
          "How guests are started: in QEMU, simulated, or QEMU where it is installed.");
  private static final Field<Long> PORT =
      Field.of(
          "port", "Port", Type.integer(0, 65535), "TCP port on loopback; 0 for any that is free.");

  private static final Field<Long> NODES =
      Field.of(
          "nodes",
          "Nodes",
          Type.integer(1, SandboxOptions.MOST_NODES),
          "How many nodes the sandbox has, a cluster when more than one; a new sandbox gets one,"
              + " and none can be taken away.");

  private final Outside outside;
  private final Wiring wiring;

  SandboxNode(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  List<Command> commands() {
    Schema none = Schema.of();
    return List.of(
        own("start", "Start the sandbox node.", Schema.of(VERSION, NODES, BOOT, PORT), this::start),
        own("stop", "Stop the sandbox node; its guests and disks stay.", none, this::stop),
        own("status", "Show the sandbox node.", none, this::status),
        own(
            "reset",
            "Stop the sandbox node and delete everything that it keeps.",
            none,
            this::reset));
  }

  private static Command own(String verb, String summary, Schema schema, Command.Own.Body body) {
    return new Command.Own("sandbox " + verb, summary, schema, false, body);
  }

  Path folder() {
    return folder(wiring.layout());
  }

  static Path folder(Layout layout) {
    return layout.state().resolve("sandbox");
  }

  Optional<RunningSandbox> running() {
    return RunningSandbox.find(folder());
  }

  /** The sandbox, started when it does not run. */
  RunningSandbox demand(boolean quiet) {
    Optional<RunningSandbox> running = running();
    if (running.isPresent()) {
      return running.get();
    }
    RunningSandbox started = launch(SandboxOptions.in(folder()));
    if (!quiet) {
      outside.err().println("Started the sandbox node: " + line(started));
      outside.err().println("Stop it with: proxkiln sandbox stop");
    }
    return started;
  }

  private static String line(RunningSandbox running) {
    return "PVE "
        + running.version()
        + " contract, boot "
        + running.boot()
        + (running.boot().equals("simulated") ? "" : " (" + running.accel() + ")")
        + ", "
        + running.url();
  }

  private int start(Invocation invocation) {
    Answers answers = OwnCommands.answers(invocation);
    Optional<RunningSandbox> running = running();
    if (running.isEmpty()) {
      SandboxOptions options = SandboxOptions.in(folder());
      options = answers.find(VERSION).map(options::withVersion).orElse(options);
      if (answers.find(BOOT).isPresent()) {
        options = options.withBootMode(mode(answers.get(BOOT)));
      }
      if (answers.find(NODES).isPresent()) {
        options = options.withNodes(answers.get(NODES).intValue());
      }
      if (answers.find(PORT).isPresent()) {
        options = options.withPort(answers.get(PORT).intValue());
      }
      running = Optional.of(launch(options));
    } else if (!invocation.switches().quiet()) {
      outside.err().println("It runs already; stop it first to change how it runs.");
    }
    show(invocation, running);
    return 0;
  }

  private static BootMode mode(String word) {
    return switch (word) {
      case "real" -> BootMode.QEMU;
      case "simulated" -> BootMode.SIMULATED;
      default -> BootMode.AUTO;
    };
  }

  private RunningSandbox launch(SandboxOptions options) {
    Path log = wiring.layout().logs().resolve("sandbox.log");
    try {
      Modes.folder(wiring.layout().logs(), 0750);
      Modes.folder(options.stateDir(), 0750);
    } catch (IOException e) {
      throw FileTrouble.writing(options.stateDir(), e);
    }
    List<String> argv = new ArrayList<>(Self.argv(wiring.home()));
    argv.addAll(SERVE);
    argv.addAll(SandboxProcess.arguments(options));
    long pid = DetachedProcess.start(argv, environment(), log);
    try {
      for (Duration waited = Duration.ZERO;
          waited.compareTo(START) < 0 && (alive(pid) || anotherStarts(log));
          waited = waited.plus(SLICE)) {
        Optional<RunningSandbox> ready = SandboxProcess.awaitReady(options.stateDir(), SLICE);
        if (ready.isPresent()) {
          return ready.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw CliSlug.SANDBOX_FAILED
        .problem(
            "sandbox",
            "The sandbox node did not start.",
            Background.lastLine(log),
            "Look into " + log)
        .raise();
  }

  /** Whether ours gave way to one that somebody else, or another page of the menu, starts. */
  private static boolean anotherStarts(Path log) {
    return Background.lastLine(log).contains("another sandbox runs");
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** What the node needs to know of ours, and no secrets. */
  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String name :
        List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PROXKILN_ROOT", "PROXKILN_ACCEL")) {
      String value = outside.environment().get(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    return environment;
  }

  private int stop(Invocation invocation) {
    Optional<RunningSandbox> running = running();
    running.ifPresent(this::halt);
    if (!invocation.switches().quiet()) {
      outside.err().println(running.isPresent() ? "Stopped." : "It does not run.");
    }
    return 0;
  }

  private void halt(RunningSandbox running) {
    try {
      if (SandboxProcess.stop(running, STOP)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw CliSlug.SANDBOX_FAILED
        .problem(
            "sandbox",
            "The sandbox node, process "
                + running.pid()
                + ", did not stop within "
                + STOP.toSeconds()
                + " s.",
            "",
            "Look into " + wiring.layout().logs().resolve("sandbox.log"))
        .raise();
  }

  private int status(Invocation invocation) {
    show(invocation, running());
    return 0;
  }

  private void show(Invocation invocation, Optional<RunningSandbox> running) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("running", running.isPresent());
    running.ifPresent(
        node -> {
          tree.put("url", node.url());
          tree.put("fingerprint", node.fingerprint());
          tree.put("version", node.version());
          tree.put("node", node.node());
          tree.put("nodes", node.nodes());
          tree.put("boot", node.boot());
          tree.put("accel", node.accel());
          tree.put("pid", node.pid());
          tree.put("started", node.started());
        });
    tree.put("folder", folder().toString());
    new Results(outside, wiring, invocation).print(new Query.One(tree));
  }

  private int reset(Invocation invocation) {
    if (!invocation.switches().yes()) {
      throw CliSlug.CONSENT_MISSING
          .problem(
              "--yes",
              "This deletes every guest and disk of the sandbox in '" + folder() + "'.",
              "",
              "Add --yes to do it.")
          .raise();
    }
    running().ifPresent(this::halt);
    if (Files.isDirectory(folder())) {
      try (Stream<Path> files = Files.walk(folder())) {
        SandboxProcess.endGuests(folder());
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw FileTrouble.writing(folder(), e);
      }
    }
    if (!invocation.switches().quiet()) {
      outside.err().println("The sandbox is gone; the next start makes a new one.");
    }
    return 0;
  }
}
