package dev.proxkiln.cli.sandbox;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.node.SandboxNode;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.sandbox.RunningSandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sandbox ...}: the sandbox node of this user, by hand. */
public final class SandboxCommands {
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
  private final SandboxNode node;

  public SandboxCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
    this.node = wiring.sandbox();
  }

  /** The commands. */
  public List<Command> commands() {
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

  private int start(Invocation invocation) {
    Answers answers = invocation.answers();
    Optional<RunningSandbox> running = node.running();
    if (running.isEmpty()) {
      SandboxOptions options = SandboxOptions.in(node.folder());
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
      running = Optional.of(node.launch(options));
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

  private int stop(Invocation invocation) {
    Optional<RunningSandbox> running = node.running();
    running.ifPresent(node::halt);
    if (!invocation.switches().quiet()) {
      outside.err().println(running.isPresent() ? "Stopped." : "It does not run.");
    }
    return 0;
  }

  private int status(Invocation invocation) {
    show(invocation, node.running());
    return 0;
  }

  private void show(Invocation invocation, Optional<RunningSandbox> running) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("running", running.isPresent());
    running.ifPresent(
        found -> {
          tree.put("url", found.url());
          tree.put("fingerprint", found.fingerprint());
          tree.put("version", found.version());
          tree.put("node", found.node());
          tree.put("nodes", found.nodes());
          tree.put("boot", found.boot());
          tree.put("accel", found.accel());
          tree.put("pid", found.pid());
          tree.put("started", found.started());
        });
    tree.put("folder", node.folder().toString());
    new Results(outside, wiring, invocation).print(new Query.One(tree));
  }

  private int reset(Invocation invocation) {
    if (!invocation.switches().yes()) {
      throw CliSlug.CONSENT_MISSING
          .problem(
              "--yes",
              "This deletes every guest and disk of the sandbox in '" + node.folder() + "'.",
              "",
              "Add --yes to do it.")
          .raise();
    }
    node.running().ifPresent(node::halt);
    node.clear();
    if (!invocation.switches().quiet()) {
      outside.err().println("The sandbox is gone; the next start makes a new one.");
    }
    return 0;
  }
}
