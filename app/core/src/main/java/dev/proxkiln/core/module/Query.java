package dev.proxkiln.core.module;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.port.PvePort;
import java.util.List;
import java.util.Optional;

/** Something that only reads. */
public interface Query {

  /** The words that call it, for example {@code catalog list}. */
  String name();

  /** One sentence for help. */
  String summary();

  /** Its settings. */
  Schema schema(Facts facts);

  /** The setting that may be given several times, a line each; empty for none. */
  default Optional<String> several() {
    return Optional.empty();
  }

  /**
   * Whether it asks a node; when not, facts are {@link Facts#none()} and pve refuses every call.
   */
  boolean needsTarget();

  /**
   * Answers.
   *
   * @throws dev.proxkiln.core.problem.ProblemException when the node refuses or a thing is missing
   */
  Result answer(Answers answers, Facts facts, PvePort pve);

  /** What a query answers. */
  sealed interface Result {}

  /**
   * Rows.
   *
   * @param columns what the table shows, in order
   * @param rows plain trees with stable keys; JSON and YAML print them whole
   * @param notes sentences for people, shown after the table and nowhere else
   * @param bad how many of them tell of something that must be mended; the exit code says so
   */
  record Rows(List<Column> columns, List<Object> rows, List<String> notes, int bad)
      implements Result {
    /** Rows that speak for themselves. */
    public Rows(List<Column> columns, List<Object> rows) {
      this(columns, rows, List.of());
    }

    /** Rows where nothing is bad. */
    public Rows(List<Column> columns, List<Object> rows, List<String> notes) {
      this(columns, rows, notes, 0);
    }
  }

  /** One thing: a plain tree with stable keys. */
  record One(Object tree) implements Result {}

  /**
   * A column of a table.
   *
   * @param title heading
   * @param path where in the row, see {@link dev.proxkiln.core.tree.Tree}
   */
  record Column(String title, String path) {}
}
