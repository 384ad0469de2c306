package dev.proxkiln.core.port;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts programs: argv only, clean environment, deadline, the whole process tree killed. */
public interface Commands {

  /**
   * What to start.
   *
   * @param argv program and arguments; no shell sees them, and no secret is among them
   * @param environment added to a clean one ({@code PATH}, {@code HOME}, {@code LC_ALL=C})
   * @param input standard input, empty for none
   * @param deadline after this the whole process tree is killed
   * @param redact texts that are replaced by {@code ***} in lines and results
   */
  record Command(
      List<String> argv,
      Map<String, String> environment,
      Optional<String> input,
      Duration deadline,
      List<String> redact) {

    /** A command without input and with a deadline of two minutes. */
    public static Command of(String... argv) {
      return new Command(
          List.of(argv), Map.of(), Optional.empty(), Duration.ofMinutes(2), List.of());
    }

    public static Command of(List<String> argv) {
      return of(argv.toArray(String[]::new));
    }

    public Command within(Duration longer) {
      return new Command(argv, environment, input, longer, redact);
    }

    public Command feeding(String text) {
      return new Command(argv, environment, Optional.of(text), deadline, redact);
    }

    public Command with(String name, String value) {
      LinkedHashMap<String, String> more = new LinkedHashMap<>(environment);
      more.put(name, value);
      return new Command(argv, more, input, deadline, redact);
    }
  }

  /**
   * How it ended.
   *
   * @param exit exit code
   * @param out standard output, whole
   * @param err standard error, whole
   */
  record Ended(int exit, String out, String err) {
    public boolean ok() {
      return exit == 0;
    }

    /** The last non-empty line of standard output. */
    public String lastLine() {
      List<String> lines = out.lines().filter(l -> !l.isBlank()).toList();
      return lines.isEmpty() ? "" : lines.getLast();
    }
  }

  /**
   * Runs a command to its end.
   *
   * @param line called for every line of both streams, on another thread
   * @throws dev.proxkiln.core.problem.ProblemException {@code command-missing}, {@code
   *     command-timeout}
   */
  Ended run(Command command, Consumer<String> line);

  /** Runs a command to its end, without following its lines. */
  default Ended run(Command command) {
    return run(command, line -> {});
  }
}
