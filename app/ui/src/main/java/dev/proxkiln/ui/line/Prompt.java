package dev.proxkiln.ui.line;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jline.builtins.Completers;
import org.jline.reader.Candidate;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * A command line with completion and history. The terminal is ours only while a line is edited, so
 * that what the line does has it as it was.
 */
public final class Prompt {
  private final Function<List<String>, Words> completions;
  private final DefaultHistory history = new DefaultHistory();
  private final Predicate<String> kept;

  /**
   * What a word can become.
   *
   * @param words whole words, each with what it means or an empty text
   * @param files whether names of files are right too
   */
  public record Words(List<Word> words, boolean files) {
    public Words {
      words = List.copyOf(words);
    }
  }

  /** A word and what it means. */
  public record Word(String text, String about) {}

  /**
   * A prompt.
   *
   * @param completions of the last of some words
   * @param earlier lines of earlier times, the oldest first
   * @param kept whether a line may be remembered
   */
  public Prompt(
      Function<List<String>, Words> completions, List<String> earlier, Predicate<String> kept) {
    this.completions = completions;
    this.kept = kept;
    earlier.forEach(history::add);
  }

  /** How a line ended. */
  public sealed interface Entered {
    /** A line. */
    record Text(String line) implements Entered {}

    /** Ctrl-C: the line is thrown away. */
    record Cancelled() implements Entered {}

    /** Ctrl-D: no more lines. */
    record Closed() implements Entered {}

    /** This terminal edits no lines. */
    record Unable() implements Entered {}
  }

  /** Reads a line. */
  public Entered read(String prompt) {
    try (Terminal terminal =
        TerminalBuilder.builder().system(true).provider("jni").dumb(false).build()) {
      return read(terminal, prompt);
    } catch (IOException | IllegalStateException e) {
      return new Entered.Unable();
    }
  }

  Entered read(Terminal terminal, String prompt) {
    LineReader reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("proxkiln")
            .parser(parser())
            .completer(this::complete)
            // What is remembered is decided here, after the line is whole.
            .history(new DefaultHistory())
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    history.forEach(entry -> reader.getHistory().add(entry.line()));
    try {
      String line = reader.readLine(prompt).strip();
      if (!line.isEmpty() && kept.test(line)) {
        history.add(line);
      }
      return new Entered.Text(line);
    } catch (UserInterruptException e) {
      return new Entered.Cancelled();
    } catch (EndOfFileException e) {
      return new Entered.Closed();
    }
  }

  /** The lines that were remembered, the oldest first. */
  public List<String> history() {
    List<String> lines = new ArrayList<>();
    history.forEach(entry -> lines.add(entry.line()));
    return lines;
  }

  /** The words of a line, quotes and backslashes as a shell has them; empty for an open quote. */
  public static Optional<List<String>> words(String line) {
    try {
      return Optional.of(
          parser().parse(line, line.length(), Parser.ParseContext.ACCEPT_LINE).words().stream()
              .filter(word -> !word.isEmpty())
              .toList());
    } catch (EOFError e) {
      return Optional.empty();
    }
  }

  private static Parser parser() {
    DefaultParser parser = new DefaultParser();
    parser.setEofOnUnclosedQuote(true);
    return parser;
  }

  private void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    List<String> words = new ArrayList<>(line.words().subList(0, line.wordIndex()));
    words.add(line.word().substring(0, line.wordCursor()));
    Words found = completions.apply(words);
    for (Word word : found.words()) {
      candidates.add(
          new Candidate(
              word.text(),
              word.text(),
              null,
              word.about().isEmpty() ? null : word.about(),
              null,
              null,
              true));
    }
    if (found.files()) {
      new Completers.FileNameCompleter().complete(reader, line, candidates);
    }
  }
}
