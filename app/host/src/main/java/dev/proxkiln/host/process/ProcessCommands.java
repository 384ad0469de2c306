package dev.proxkiln.host.process;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs programs of this machine as child processes.
 *
 * <p>The environment is {@code LC_ALL=C}, a fixed {@code PATH} and {@code HOME}, plus what the
 * command adds. When the deadline passes, the caller is interrupted or the line callback throws,
 * the whole process tree is asked to end and killed two seconds later. A program that leaves a
 * daemon behind is finished when the program itself is.
 */
public final class ProcessCommands implements Commands {
  /** Where programs are looked for. */
  public static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  private static final Duration GRACE = Duration.ofSeconds(2);

  /** How long the streams of an ended process may stay open in the hands of a daemon it left. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Map<String, String> environment;
  private final String path;

  /** Commands with the home folder of the current user. */
  public ProcessCommands() {
    this(Path.of(Optional.ofNullable(System.getenv("HOME")).orElse("/root")), PATH);
  }

  /**
   * Commands with a home folder and a search path.
   *
   * @param home the value of {@code HOME}
   * @param path folders joined by colons, the value of {@code PATH}
   */
  public ProcessCommands(Path home, String path) {
    this.environment = Map.of("LC_ALL", "C", "PATH", path, "HOME", home.toString());
    this.path = path;
  }

  @Override
  public Ended run(Command command, Consumer<String> line) {
    Redaction redaction = new Redaction(command.redact());
    Process process = start(command, redaction);
    AtomicReference<Throwable> refusal = new AtomicReference<>();
    Consumer<String> guarded = text -> handOut(redaction.apply(text), line, process, refusal);
    Drain out = new Drain(process.getInputStream(), guarded);
    Drain err = new Drain(process.getErrorStream(), guarded);
    List<Thread> threads =
        List.of(
            Thread.ofVirtual().name("command-out").start(out),
            Thread.ofVirtual().name("command-err").start(err),
            Thread.ofVirtual().name("command-in").start(() -> feed(process, command.input())));
    try {
      boolean ended = process.waitFor(command.deadline().toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        kill(process);
      }
      for (Thread thread : threads) {
        thread.join(LAST_WORDS);
      }
      if (refusal.get() != null) {
        throw rethrow(refusal.get());
      }
      if (!ended) {
        throw timeout(command, redaction, out, err);
      }
      return new Ended(
          process.exitValue(), redaction.apply(out.text()), redaction.apply(err.text()));
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw new ProblemException(
          CoreSlug.STOPPED.problem(
              name(command), "'" + name(command) + "' was stopped before it ended", "", ""),
          e);
    }
  }

  private Process start(Command command, Redaction redaction) {
    List<String> argv = new ArrayList<>(command.argv());
    String searched = command.environment().getOrDefault("PATH", path);
    argv.set(0, find(argv.getFirst(), searched).toString());
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putAll(command.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new ProblemException(
          HostSlug.COMMAND_MISSING.problem(
              name(command),
              "'" + name(command) + "' cannot be started",
              redaction.apply(String.valueOf(e.getMessage())),
              "check that it is installed and may be executed"),
          e);
    }
  }

  private static Path find(String program, String path) {
    return where(program, path)
        .orElseThrow(
            () ->
                HostSlug.COMMAND_MISSING
                    .problem(
                        program,
                        "'" + program + "' is not installed",
                        program.contains("/") ? "" : "searched in " + path,
                        "install the package that holds '" + program + "' and try again")
                    .raise());
  }

  /** The JVM would search its own PATH, not the one that the program gets; so it is done here. */
  static Optional<Path> where(String program, String path) {
    Stream<Path> candidates =
        program.contains("/")
            ? Stream.of(Path.of(program))
            : Stream.of(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program));
    return candidates
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private static void handOut(
      String text, Consumer<String> line, Process process, AtomicReference<Throwable> refusal) {
    // One lock per command, so that the callback is never called by both streams at once.
    synchronized (refusal) {
      if (refusal.get() != null) {
        return;
      }
      try {
        line.accept(text);
      } catch (RuntimeException | Error e) {
        refusal.set(e);
        Thread.ofVirtual().name("command-kill").start(() -> kill(process));
      }
    }
  }

  private static void feed(Process process, Optional<String> input) {
    try (OutputStream in = process.getOutputStream()) {
      if (input.isPresent()) {
        in.write(input.get().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // The program did not want all of its input; its exit code says whether that is bad.
    }
  }

  private static void kill(Process process) {
    boolean interrupted = Thread.interrupted();
    // A child whose parent has died is no descendant any more, so the list is taken first.
    List<ProcessHandle> tree =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    tree.forEach(ProcessHandle::destroy);
    interrupted |= awaitEnd(tree);
    List<ProcessHandle> rest =
        Stream.concat(tree.stream().flatMap(ProcessHandle::descendants), tree.stream()).toList();
    rest.forEach(ProcessHandle::destroyForcibly);
    interrupted |= awaitEnd(rest);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until all have ended, at most {@link #GRACE}; tells whether it was interrupted. */
  private static boolean awaitEnd(List<ProcessHandle> processes) {
    CompletableFuture<?>[] ends =
        processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      return false;
    } catch (InterruptedException e) {
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    }
  }

  private static RuntimeException rethrow(Throwable refusal) {
    return switch (refusal) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(refusal);
    };
  }

  private static ProblemException timeout(
      Command command, Redaction redaction, Drain out, Drain err) {
    String said = redaction.apply((out.text() + "\n" + err.text()).strip());
    String last = said.substring(said.lastIndexOf('\n') + 1);
    return HostSlug.COMMAND_TIMEOUT
        .problem(
            name(command),
            "'"
                + name(command)
                + "' did not end within "
                + seconds(command.deadline())
                + " and was killed",
            last.isEmpty() ? "it said nothing" : "it last said: " + last,
            "check the load of the machine, then try again")
        .raise();
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() > 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
  }

  private static String name(Command command) {
    return command.argv().getFirst();
  }
}
