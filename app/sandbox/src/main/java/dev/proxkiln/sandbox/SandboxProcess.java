package dev.proxkiln.sandbox;

import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.sandbox.boot.QemuMachines;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The sandbox as a process of its own: what {@code proxkiln sandbox start} starts detached.
 *
 * <p>{@link #run} serves until it is told to stop by a signal (SIGTERM). Whoever started it awaits
 * {@link #awaitReady} and stops it with {@link #stop}.
 */
public final class SandboxProcess {
  private SandboxProcess() {}

  /**
   * Arguments for {@link #run}.
   *
   * @return for example {@code --state DIR --version 9.2 --node pve --nodes 0 --boot auto --port 0}
   */
  public static List<String> arguments(SandboxOptions options) {
    return List.of(
        "--state",
        options.stateDir().toString(),
        "--version",
        options.version(),
        "--node",
        options.nodeName(),
        "--nodes",
        String.valueOf(options.nodes()),
        "--boot",
        options.bootMode().name().toLowerCase(Locale.ROOT),
        "--port",
        String.valueOf(options.port()));
  }

  /**
   * Serves until the process is asked to end.
   *
   * @param arguments as made by {@link #arguments}
   * @return exit code: 0 after an orderly stop, 1 when it could not start, 2 for bad arguments
   */
  public static int run(List<String> arguments, PrintStream out, PrintStream err) {
    SandboxOptions options;
    try {
      options = parse(arguments);
    } catch (IllegalArgumentException e) {
      err.println("error: " + e.getMessage());
      return 2;
    }
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    try (Sandbox sandbox = Sandbox.open(options)) {
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .unstarted(
                      () -> {
                        stop.countDown();
                        awaitQuietly(stopped);
                      }));
      out.println("sandbox node on " + sandbox.url());
      stop.await();
    } catch (IOException e) {
      err.println("error: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  /**
   * Waits for a sandbox that was just started to serve.
   *
   * @return the sandbox, empty when the time is over
   */
  public static Optional<RunningSandbox> awaitReady(Path stateDir, Duration limit)
      throws InterruptedException {
    Instant end = Instant.now().plus(limit);
    while (Instant.now().isBefore(end)) {
      Optional<RunningSandbox> running = RunningSandbox.find(stateDir);
      if (running.isPresent()) {
        return running;
      }
      Thread.sleep(Duration.ofMillis(20));
    }
    return Optional.empty();
  }

  /**
   * Asks a running sandbox to stop and waits for its process to end; guests go on running.
   *
   * @return whether it has ended in time
   */
  public static boolean stop(RunningSandbox running, Duration limit) throws InterruptedException {
    Optional<ProcessHandle> process = ProcessHandle.of(running.pid());
    if (process.isEmpty()) {
      return true;
    }
    process.get().destroy();
    Instant end = Instant.now().plus(limit);
    while (process.get().isAlive()) {
      if (Instant.now().isAfter(end)) {
        return false;
      }
      Thread.sleep(Duration.ofMillis(20));
    }
    return true;
  }

  /**
   * Ends the guests that a stopped sandbox left running, as taking the power away does, and removes
   * what of theirs lies outside the state folder; for whoever is about to delete that.
   *
   * @return how many there were
   */
  public static int endGuests(Path stateDir) throws IOException {
    int ended = 0;
    Path run = stateDir.resolve("run").toAbsolutePath().normalize();
    if (!Files.isDirectory(run)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".pid")).toList()) {
        Optional<ProcessHandle> guest = QemuMachines.process(file).flatMap(ProcessHandle::of);
        if (guest.isPresent() && guest.get().destroyForcibly()) {
          guest.get().onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(e -> null).join();
          ended++;
        }
      }
    }
    QemuMachines.removeSockets(run);
    return ended;
  }

  private static SandboxOptions parse(List<String> arguments) {
    Map<String, String> given = new TreeMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!List.of("--state", "--version", "--node", "--nodes", "--boot", "--port").contains(name)
          || i + 1 >= arguments.size()) {
        throw new IllegalArgumentException("unknown or incomplete argument '" + name + "'");
      }
      given.put(name, arguments.get(i + 1));
    }
    String state = given.get("--state");
    if (state == null) {
      throw new IllegalArgumentException("'--state DIR' is missing");
    }
    return SandboxOptions.in(Path.of(state))
        .withVersion(given.getOrDefault("--version", "9.2"))
        .withNodeName(given.getOrDefault("--node", "pve"))
        .withNodes(Integer.parseInt(given.getOrDefault("--nodes", "0")))
        .withBootMode(
            BootMode.valueOf(given.getOrDefault("--boot", "auto").toUpperCase(Locale.ROOT)))
        .withPort(Integer.parseInt(given.getOrDefault("--port", "0")));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
