package dev.proxkiln.cli.wiring;

import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.ExitCodes;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Pairs;
import dev.proxkiln.ui.Table;
import java.util.List;
import java.util.Map;

/** Prints what a query answered: a table, one JSON document, or YAML. */
public final class Results {
  private final Outside outside;
  private final Wiring wiring;
  private final String form;
  private final boolean quiet;
  private final Look look;

  public Results(Outside outside, Wiring wiring, Invocation invocation) {
    this.outside = outside;
    this.wiring = wiring;
    this.form = invocation.globals().output();
    this.quiet = invocation.switches().quiet();
    this.look = outside.outLook().apply(invocation.globals().color());
  }

  /** Prints an answer in the form that was asked for. */
  public void print(Query.Result result) {
    switch (result) {
      case Query.Rows(var columns, var rows, var notes, int _) -> {
        if (tree(rows)) {
          return;
        }
        if (rows.isEmpty()) {
          outside.err().println("Nothing to show.");
          return;
        }
        Table table = new Table(columns.stream().map(Query.Column::title).toList());
        rows.forEach(
            row -> table.row(columns.stream().map(column -> cell(row, column.path())).toList()));
        outside.out().print(table.text(look));
        outside.out().flush();
        notes.forEach(outside.err()::println);
      }
      case Query.One(Object one) -> {
        if (!tree(one)) {
          outside.out().print(Pairs.text(one, look));
        }
      }
    }
  }

  /** Says what was done: as a tree where a machine reads it, else in a sentence, if at all. */
  public void told(Map<String, Object> tree, String sentence) {
    if (!form.equals("table")) {
      print(new Query.One(tree));
    } else if (!quiet) {
      outside.err().println(sentence);
    }
  }

  /** The exit code of an answer: 0, 4 where the one thing asked about is bad, 7 where some are. */
  public static int exitCode(Query.Result result) {
    return switch (result) {
      case Query.Rows rows when rows.bad() > 0 ->
          rows.rows().size() > 1 ? ExitCodes.SOME_FAILED : Kind.WORK.exitCode();
      case Query.Rows _, Query.One _ -> 0;
    };
  }

  private static String cell(Object row, String path) {
    return Tree.at(row, path)
        .map(
            value ->
                value instanceof List<?> list
                    ? String.join(", ", list.stream().map(Tree::text).toList())
                    : Tree.text(value))
        .orElse("");
  }

  /** Prints a tree where a machine reads it; tells whether it did. */
  private boolean tree(Object tree) {
    switch (form) {
      case "json" -> outside.out().print(wiring.json().pretty(tree));
      case "yaml" -> outside.out().print(wiring.yaml(tree));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What stands in the place of a result that there is none of. */
  public static void problems(Outside outside, Wiring wiring, List<Problem> problems) {
    outside
        .out()
        .println(
            wiring.json().line(Map.of("problems", problems.stream().map(Problem::tree).toList())));
  }
}
