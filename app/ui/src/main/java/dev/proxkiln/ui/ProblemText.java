package dev.proxkiln.ui;

import dev.proxkiln.core.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Problems as lines: what happened, why, what to do next, and where it is explained. */
public final class ProblemText {
  private ProblemText() {}

  /** Every problem in order; the page is named once for each slug. */
  public static String of(List<Problem> problems, Look look) {
    StringBuilder out = new StringBuilder();
    List<String> explained = new ArrayList<>();
    for (Problem problem : problems) {
      lines(out, look, look.paint(Look.Ink.ERROR, "error:"), "       ", said(problem));
      part(out, look, "why:", problem.why());
      part(out, look, "next:", problem.next());
      if (!explained.contains(problem.slug())) {
        explained.add(problem.slug());
      }
    }
    explained.forEach(
        slug ->
            out.append("  ")
                .append(look.paint(Look.Ink.DIM, "proxkiln explain " + slug))
                .append('\n'));
    return out.toString();
  }

  /** Names the place unless the sentence does so itself. */
  private static String said(Problem problem) {
    return problem.where().isEmpty() || problem.what().contains(problem.where())
        ? problem.what()
        : problem.where() + ": " + problem.what();
  }

  private static void part(StringBuilder out, Look look, String name, String text) {
    if (!text.isBlank()) {
      lines(out, look, "  " + look.paint(Look.Ink.DIM, name), " ".repeat(3 + name.length()), text);
    }
  }

  private static void lines(StringBuilder out, Look look, String name, String indent, String text) {
    String before = name + " ";
    for (String line : text.strip().lines().toList()) {
      out.append(before).append(look.fit(line.stripTrailing())).append('\n');
      before = indent;
    }
  }
}
