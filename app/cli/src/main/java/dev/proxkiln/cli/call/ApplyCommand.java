package dev.proxkiln.cli.call;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.run.Agreement;
import dev.proxkiln.cli.run.Runs;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/** {@code apply}: documents that say what is wanted, or exactly one plan. */
public final class ApplyCommand {
  private static final Field<String> FILE =
      Field.of(
              "plan-file",
              "Plan file",
              Type.anyText(4096),
              "Plan as printed by --format json, to be run as it is.")
          .at(1);
  private static final Field<Boolean> CHECK =
      Field.of(
              "check",
              "Check",
              Type.flag(),
              "Change nothing; the exit code is 8 when something is missing or differs.")
          .byDefault(false);
  private static final Field<Boolean> DIFF =
      Field.of("diff", "Diff", Type.flag(), "Change nothing; show what is missing or differs.")
          .byDefault(false);

  private final Outside outside;
  private final Wiring wiring;

  public ApplyCommand(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The command. */
  public Command command() {
    return new Command.Own(
        "apply",
        "Make what the documents of a file want and what is not there (-f FILE), or run exactly the"
            + " plan in a file.",
        Schema.of(FILE, CHECK, DIFF),
        false,
        true,
        this::run);
  }

  private int run(Invocation invocation) {
    Answers answers = invocation.answers();
    List<String> documents = invocation.switches().specs();
    Optional<String> file = answers.find(FILE);
    if (file.isPresent() == !documents.isEmpty()) {
      throw CliSlug.BAD_USAGE
          .problem(
              "apply",
              file.isPresent()
                  ? "A plan and documents cannot be applied together."
                  : "There is nothing to apply.",
              "",
              "Give -f FILE for documents of settings, or the file of one plan.")
          .raise();
    }
    boolean check = answers.get(CHECK);
    boolean diff = answers.get(DIFF);
    if (file.isEmpty()) {
      return new Apply(outside, wiring, invocation, check, diff).run(documents);
    }
    if (check || diff) {
      throw CliSlug.BAD_USAGE
          .problem(
              check ? "--check" : "--diff",
              "A plan says what is done, not what is wanted: there is nothing to compare.",
              "",
              "Give documents with -f FILE.")
          .raise();
    }
    return run(invocation, plan(file.get()));
  }

  private int run(Invocation invocation, Plan plan) {
    Connection connection = wiring.connect(invocation, plan);
    ActionRun run = new ActionRun(outside, wiring, invocation);
    if (invocation.switches().dryRun()) {
      run.print(List.of(plan), invocation.globals().output().equals("json") ? "json" : "text");
      return 0;
    }
    new Agreement(outside, invocation).to(List.of(plan));
    return new Runs(outside, wiring, invocation).start(plan, connection);
  }

  private Plan plan(String file) {
    String text;
    try {
      text = Files.readString(outside.folder().resolve(file));
    } catch (IOException e) {
      throw unreadable(file, e).raise();
    }
    try {
      return PlanTree.read(wiring.json().read(text));
    } catch (IllegalArgumentException e) {
      throw unreadable(file, e).raise();
    }
  }

  private static Problem unreadable(String file, Exception e) {
    return CoreSlug.PLAN_UNREADABLE.problem(
        file,
        "The plan '" + file + "' cannot be read.",
        e instanceof NoSuchFileException ? "It is not there." : String.valueOf(e.getMessage()),
        file.endsWith(".yaml") || file.endsWith(".yml")
            ? "Documents of settings are given with -f: proxkiln apply -f " + file
            : "Make one with: proxkiln plan COMMAND ... --format json -o " + file);
  }
}
