package dev.proxkiln.cli.shell;

import dev.proxkiln.cli.call.Program;
import dev.proxkiln.cli.command.Completer;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.file.TextFile;
import dev.proxkiln.ui.Terminal;
import dev.proxkiln.ui.line.Prompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A command line of proxkiln's own: every command, with completion and history. */
public final class CommandPrompt {
  private static final String PROMPT = "proxkiln> ";
  private static final Set<String> AWAY = Set.of("exit", "quit");
  private static final int REMEMBERED = 1000;

  private final Outside outside;
  private final Wiring wiring;

  public CommandPrompt(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** Reads and runs lines until the user leaves; gives the exit code of the last. */
  public int run() {
    Path file = wiring.layout().state().resolve("history");
    Pattern secret = secret();
    Prompt prompt = new Prompt(this::complete, earlier(file), line -> !secret.matcher(line).find());
    int code = 0;
    while (true) {
      Optional<String> line = read(prompt);
      if (line.isEmpty() || AWAY.contains(line.get())) {
        keep(file, prompt.history());
        return code;
      }
      Optional<List<String>> words = Prompt.words(line.get());
      if (words.isEmpty()) {
        outside.err().println("A quote is not closed.");
      } else if (!words.get().isEmpty()) {
        code = run(words.get());
      }
    }
  }

  private int run(List<String> words) {
    List<String> call =
        words.getFirst().equals("proxkiln") ? words.subList(1, words.size()) : words;
    if (call.isEmpty() || call.getFirst().equals("shell")) {
      return 0;
    }
    return new Program(outside, wiring).run(call);
  }

  /** A line; empty when there are no more. */
  private Optional<String> read(Prompt prompt) {
    return switch (prompt.read(PROMPT)) {
      case Prompt.Entered.Text(String line) -> Optional.of(line);
      case Prompt.Entered.Cancelled _ -> Optional.of("");
      case Prompt.Entered.Closed _ -> Optional.empty();
      case Prompt.Entered.Unable _ -> plain();
    };
  }

  /** A line from a terminal that edits none. */
  private Optional<String> plain() {
    Optional<Terminal.Line> terminal = outside.terminal().open();
    if (terminal.isEmpty()) {
      return Optional.empty();
    }
    try (Terminal.Line line = terminal.get()) {
      return line.read(PROMPT).map(String::strip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Prompt.Words complete(List<String> words) {
    try {
      Completer.Answer answer = wiring.completer().answer(words);
      return new Prompt.Words(
          answer.entries().stream().map(e -> new Prompt.Word(e.word(), e.about())).toList(),
          answer.files());
    } catch (ProblemException e) {
      return new Prompt.Words(List.of(), false);
    }
  }

  /** Finds a secret that stands in a line, rather than the name of one. */
  private Pattern secret() {
    String flags =
        Stream.concat(
                Globals.SCHEMA.fields().stream(),
                wiring.commands().stream().flatMap(c -> c.schema(Facts.none()).fields().stream()))
            .filter(field -> field.source().hidden())
            .map(Field::key)
            .distinct()
            .collect(Collectors.joining("|"));
    return Pattern.compile("--(?:" + flags + ")(?:=|\\s+)(?!['\"]?secret:)\\S");
  }

  private static List<String> earlier(Path file) {
    try {
      return Files.isRegularFile(file) ? TextFile.read(file).lines().toList() : List.of();
    } catch (ProblemException e) {
      return List.of();
    }
  }

  private void keep(Path file, List<String> lines) {
    int from = Math.max(0, lines.size() - REMEMBERED);
    try {
      wiring
          .files()
          .write(
              file.toString(),
              lines.subList(from, lines.size()).stream()
                  .map(line -> line + "\n")
                  .collect(Collectors.joining()),
              0600);
    } catch (ProblemException e) {
      outside.err().println("note: the history is not kept: " + e.first().what());
    }
  }
}
