package dev.proxkiln.cli.shell;

import dev.proxkiln.cli.call.Program;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.ui.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commands of the program itself, called for the pages of the shell: with nobody to ask, and what
 * they print taken as data.
 */
final class ShellCalls {
  private final Outside outside;
  private final Wiring wiring;
  private final Globals globals;

  ShellCalls(Outside outside, Wiring wiring, Globals globals) {
    this.outside = outside;
    this.wiring = wiring;
    this.globals = globals;
  }

  /**
   * Rows that a command answers.
   *
   * @throws ProblemException what the command tells, where it answers none
   */
  List<Object> rows(List<String> words) {
    String text = run(words);
    // A table is one document over several lines; findings are a line, problems another.
    String document = text.startsWith("{") ? text.lines().findFirst().orElse("") : text;
    Object tree = document.isBlank() ? List.of() : wiring.json().read(document);
    if (tree instanceof List<?> list) {
      return List.copyOf(list);
    }
    raise(tree);
    return List.copyOf(Tree.list(tree, "found"));
  }

  /**
   * One thing that a command answers, with what is wrong with it.
   *
   * @throws ProblemException what the command tells, where it answers nothing
   */
  Map<String, Object> one(List<String> words) {
    Object tree = wiring.json().read(run(words));
    Map<String, Object> fields = Tree.map(tree, "");
    if (fields.size() == 1) {
      raise(tree);
    }
    return fields;
  }

  /**
   * Has a command done.
   *
   * @throws ProblemException what the command tells
   */
  void call(List<String> words) {
    run(words)
        .lines()
        .filter(line -> line.startsWith("{\"problems\""))
        .findFirst()
        .ifPresent(line -> raise(wiring.json().read(line)));
  }

  private static void raise(@Nullable Object tree) {
    List<Problem> problems = Tree.list(tree, "problems").stream().map(Problem::of).toList();
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }

  private String run(List<String> words) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Outside alone =
        new Outside(
            out,
            nowhere,
            outside.environment(),
            outside.folder(),
            Terminal.NONE,
            outside.look(),
            outside.outLook(),
            outside.interrupts());
    List<String> call = there(words);
    call.addAll(flags(call), List.of("-o", "json"));
    new Program(alone, wiring.with(alone)).run(call);
    return said.toString(StandardCharsets.UTF_8);
  }

  /** What was said of the target counts for what is called, too. */
  List<String> there(List<String> words) {
    List<String> call = new ArrayList<>(words);
    globals.target().ifPresent(t -> call.addAll(flags(call), List.of("--target", t)));
    globals.node().ifPresent(n -> call.addAll(flags(call), List.of("--node", n)));
    return call;
  }

  /** Where flags can stand: behind two dashes everything is a word. */
  private static int flags(List<String> call) {
    int dashes = call.indexOf("--");
    return dashes < 0 ? call.size() : dashes;
  }
}
