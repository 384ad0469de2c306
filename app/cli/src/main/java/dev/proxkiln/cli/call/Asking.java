package dev.proxkiln.cli.call;

import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Terminal;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.line.LineWizard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/** Asks for what a call leaves open, where somebody is there to answer. */
final class Asking {
  private final Outside outside;
  private final Wiring wiring;

  Asking(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /**
   * The call with everything that it needs. Nothing is asked when nothing is missing, with {@code
   * --no-input} or {@code --yes}, and where there is no terminal: then what is missing is told as
   * problems by whoever reads the values.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code declined} when the user leaves
   */
  Invocation completed(Invocation invocation, Facts facts) {
    if (mayNot(invocation)) {
      return invocation;
    }
    // Only what is missing opens questions: whoever gave something wrong reads what, and mends it.
    FormReader reader = new FormReader(invocation.command(), facts, wiring.sources(), wiring::kept);
    return Form.of(reader, invocation.resolved().given()).incomplete()
        ? ask(invocation, reader, LineWizard::ask).orElse(invocation)
        : invocation;
  }

  private static boolean mayNot(Invocation invocation) {
    return invocation.switches().noInput() || invocation.switches().yes();
  }

  /**
   * Asks on the whole screen for what a call leaves open, shows what will be done, and lets it be
   * done there: what the menu does from the wizard on. Empty where nothing is missing, where the
   * terminal shows no screens, and where more is wanted than that it is done.
   *
   * @return the exit code
   * @throws dev.proxkiln.core.problem.ProblemException {@code declined} when the user leaves
   */
  OptionalInt onScreen(Invocation invocation, Facts facts) {
    Switches switches = invocation.switches();
    boolean more =
        invocation.planning()
            || invocation.queueing()
            || switches.dryRun()
            || switches.detach()
            || switches.answers().isPresent()
            || !invocation.globals().output().equals("table");
    if (more || mayNot(invocation) || !showsScreens(invocation.globals())) {
      return OptionalInt.empty();
    }
    FormReader reader = new FormReader(invocation.command(), facts, wiring.sources(), wiring::kept);
    return Form.of(reader, invocation.resolved().given()).incomplete()
        ? wiring.askOnScreen(invocation)
        : OptionalInt.empty();
  }

  /** Whether somebody sits at a terminal that can show screens, and wants them. */
  private boolean showsScreens(Globals globals) {
    String terminal = outside.environment().getOrDefault("TERM", "dumb");
    return !globals.ui().equals("line")
        && !terminal.equals("dumb")
        && outside.outLook().apply("auto").live();
  }

  /**
   * The call with other settings, as the user wants them.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code declined} when the user leaves
   */
  Invocation changed(Invocation invocation, Facts facts) {
    FormReader reader = new FormReader(invocation.command(), facts, wiring.sources(), wiring::kept);
    return ask(invocation, reader, LineWizard::change).orElse(invocation);
  }

  private Optional<Invocation> ask(
      Invocation invocation,
      FormReader reader,
      BiFunction<LineWizard, Form, Optional<Form>> questions) {
    Optional<Terminal.Line> terminal = outside.terminal().open();
    if (terminal.isEmpty()) {
      return Optional.empty();
    }
    Look look = outside.look().apply(invocation.globals().color());
    try (Terminal.Line line = terminal.get()) {
      Form form = Form.of(reader, invocation.resolved().given());
      Form answered =
          questions
              .apply(new LineWizard(line, look), form)
              .orElseThrow(
                  () ->
                      CliSlug.DECLINED
                          .problem("", "Nothing was done.", "You left the questions.", "")
                          .raise());
      line.out().println();
      return Optional.of(with(invocation, reader, answered.values()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Invocation with(Invocation invocation, FormReader reader, Values values) {
    Sources.Resolved resolved = reader.resolve(values);
    return new Invocation(
        invocation.command(),
        invocation.planning(),
        invocation.queueing(),
        resolved,
        invocation.globals(),
        invocation.switches());
  }
}
