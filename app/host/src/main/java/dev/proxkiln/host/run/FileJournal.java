package dev.proxkiln.host.run;

import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.run.Journal;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.file.AppendLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A journal as a file of JSON lines; a line that a crash cut off is dropped. */
final class FileJournal implements Journal, AutoCloseable {
  private final AppendLog log;
  private final TreeText text;
  private final List<Map<String, Object>> entries;

  /** Opens a journal for appending; the caller holds the run's lock. */
  FileJournal(Path file, TreeText text) {
    this.log = AppendLog.open(file, 0640);
    this.text = text;
    this.entries = read(file, text);
  }

  /**
   * The whole entries of a journal file; none when it is not there.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code run-state} when a whole line is not
   *     an entry: somebody edited it
   */
  static List<Map<String, Object>> read(Path file, TreeText text) {
    List<Map<String, Object>> entries = new ArrayList<>();
    for (String line : AppendLog.lines(file)) {
      entries.add(entry(file, entries.size() + 1, line, text));
    }
    return entries;
  }

  @SuppressWarnings("unchecked") // keys of a JSON object are strings
  private static Map<String, Object> entry(Path file, int number, String line, TreeText text) {
    try {
      if (text.read(line) instanceof Map<?, ?> map) {
        return (Map<String, Object>) map;
      }
    } catch (IllegalArgumentException e) {
      // Reported below with the line's number.
    }
    throw CoreSlug.RUN_STATE
        .problem(
            file.toString(),
            "Line " + number + " of the journal '" + file + "' is not an entry.",
            "The file was changed by hand, or the disk is damaged.",
            "Look at the node and clean up by hand; then remove the run's folder.")
        .raise();
  }

  @Override
  public synchronized void append(Map<String, Object> entry) {
    log.append(text.line(entry));
    entries.add(entry);
  }

  @Override
  public synchronized List<Map<String, Object>> entries() {
    return List.copyOf(entries);
  }

  @Override
  public void close() {
    log.close();
  }
}
