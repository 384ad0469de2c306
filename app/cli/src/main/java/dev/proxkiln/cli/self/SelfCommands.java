package dev.proxkiln.cli.self;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.release.ReleaseUpdate;
import dev.proxkiln.host.release.Stage;
import dev.proxkiln.host.release.Uninstall;
import dev.proxkiln.ui.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands that change the installation itself; {@link SelfUpdate} is one of them. */
public final class SelfCommands {
  private static final Field<Boolean> RESTORE =
      Field.of(
              "restore-config",
              "Restore configuration",
              Type.flag(),
              "Put the configuration back as that release left it, too.")
          .byDefault(false);
  private static final Field<Boolean> PURGE =
      Field.of("purge", "Purge", Type.flag(), "Remove configuration, data and logs as well.")
          .byDefault(false);

  private final Outside outside;
  private final Wiring wiring;
  private final Installed installed;

  public SelfCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
    this.installed = new Installed(outside, wiring);
  }

  /** The commands. */
  public List<Command> commands() {
    return List.of(
        new SelfCheck(outside, wiring).command(),
        new SelfUpdate(outside, wiring).command(),
        new Command.Own(
            "self rollback",
            "Go back to the release that was in use before the last update.",
            Schema.of(RESTORE),
            false,
            this::rollback),
        new Command.Own(
            "self uninstall",
            "Remove proxkiln from this machine; guests and templates are never touched.",
            Schema.of(PURGE),
            false,
            this::uninstall));
  }

  private int rollback(Invocation invocation) {
    boolean restore = invocation.answers().get(RESTORE);
    ReleaseUpdate update = installed.update();
    List<Stage.Planned> plan = update.planBack();
    if (invocation.switches().dryRun()) {
      return show(outside, wiring, invocation, plan);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    StageLines lines = lines(outside, invocation, plan);
    try {
      outcome(tree, update.back(restore, lines));
    } finally {
      lines.clear();
    }
    if (!invocation.switches().quiet()) {
      new Results(outside, wiring, invocation).print(new Query.One(tree));
    }
    return 0;
  }

  private int uninstall(Invocation invocation) {
    Answers answers = invocation.answers();
    boolean purge = answers.get(PURGE);
    Uninstall uninstall = new Uninstall(installed.place(), wiring.layout(), new ProcessCommands());
    List<Path> doomed = uninstall.doomed(purge);
    boolean quiet = invocation.switches().quiet();
    if (invocation.switches().dryRun()) {
      doomed.forEach(path -> outside.out().println("would be removed: " + path));
      return 0;
    }
    List<String> busy = installed.busy();
    if (!busy.isEmpty()) {
      throw HostSlug.UPDATE_BLOCKED
          .problem(
              "",
              "proxkiln is at work: " + String.join(", ", busy) + ".",
              "It is not removed under a run.",
              "Let it end, or stop it.")
          .raise();
    }
    agree(invocation, doomed);
    List<Path> kept = uninstall.kept();
    // What says the last word is loaded before its files are gone.
    String last =
        purge
            ? "proxkiln is removed. Guests and templates were not touched."
            : "Kept: "
                + String.join(", ", kept.stream().map(Path::toString).toList())
                + " (--purge removes them too). Guests and templates were not touched.";
    uninstall.run(
        purge,
        path -> {
          if (!quiet) {
            outside.err().println("removed: " + path);
          }
        });
    if (!quiet) {
      outside.err().println(last);
    }
    return 0;
  }

  private void agree(Invocation invocation, List<Path> doomed) {
    if (invocation.switches().yes()) {
      return;
    }
    Optional<Terminal.Line> line =
        invocation.switches().noInput() ? Optional.empty() : outside.terminal().open();
    if (line.isEmpty()) {
      throw CliSlug.CONSENT_MISSING
          .problem(
              "--yes",
              "Removing proxkiln needs consent.",
              "There is nobody to ask.",
              "Add --yes to do it, or --dry-run to see what goes.")
          .raise();
    }
    try (Terminal.Line asked = line.get()) {
      doomed.forEach(path -> outside.err().println("to be removed: " + path));
      if (asked
          .ask("Remove proxkiln from this machine?", List.of("yes", "no"), "no")
          .equals("no")) {
        throw CliSlug.DECLINED.problem("", "Nothing was done.", "You did not agree.", "").raise();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints a plan instead of carrying it out. */
  static int show(Outside outside, Wiring wiring, Invocation invocation, List<Stage.Planned> plan) {
    List<Object> rows =
        plan.stream()
            .map(
                planned -> {
                  Map<String, Object> row = new LinkedHashMap<>();
                  row.put("stage", planned.stage().word());
                  row.put("does", planned.text());
                  return (Object) row;
                })
            .toList();
    new Results(outside, wiring, invocation)
        .print(
            new Query.Rows(
                List.of(new Query.Column("STAGE", "stage"), new Query.Column("DOES", "does")),
                rows));
    return 0;
  }

  /** Progress as lines. */
  static StageLines lines(Outside outside, Invocation invocation, List<Stage.Planned> plan) {
    return new StageLines(
        outside.err(),
        outside.look().apply(invocation.globals().color()),
        invocation.switches().quiet(),
        plan);
  }

  static void outcome(Map<String, Object> tree, ReleaseUpdate.Outcome outcome) {
    tree.put("version", outcome.version().text());
    tree.put("before", outcome.before().text());
    tree.put("updated", true);
    tree.put("backup", outcome.backup().toString());
  }
}
