package dev.proxkiln.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A real terminal of 80x24 with a program in it, by a tmux server of its own. What was seen is kept
 * as text under {@code target/screens}.
 */
public final class Tmux implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private final Path socket;
  private final String name;
  private int captured;

  /**
   * Starts a program.
   *
   * @param folder for the server's socket
   * @param name of this terminal, for what is kept
   */
  public Tmux(Path folder, String name, Map<String, String> environment, List<String> argv) {
    this(folder, name, 80, 24, environment, argv);
  }

  /** The same in another size. */
  public Tmux(
      Path folder,
      String name,
      int columns,
      int rows,
      Map<String, String> environment,
      List<String> argv) {
    // The name of a socket has at most 107 characters.
    this.socket = folder.resolve("t");
    this.name = name;
    List<String> words = new ArrayList<>(List.of("new-session", "-d", "-s", "t"));
    words.addAll(List.of("-x", Integer.toString(columns), "-y", Integer.toString(rows)));
    words.add("env");
    environment.forEach((key, value) -> words.add(key + "=" + value));
    // The pane stays when the program ends, by Ctrl-C too, so that its last words can be read.
    words.addAll(List.of("sh", "-c", "trap : INT; \"$@\"; echo \"exit code $?\"; read -r _", "sh"));
    words.addAll(argv);
    tmux(words);
  }

  private String tmux(List<String> words) {
    List<String> argv =
        new ArrayList<>(List.of("tmux", "-S", socket.toString(), "-f", "/dev/null"));
    argv.addAll(words);
    try {
      ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().remove("TMUX");
      TestEnvironment.leaveOut(builder.environment());
      Process process = builder.start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", argv) + ": " + out);
      }
      return out;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Presses keys by tmux's names for them, for example {@code Enter}, {@code Escape}, {@code F1}.
   */
  public Tmux press(String... keys) {
    for (String key : keys) {
      tmux(List.of("send-keys", "-t", "t", key));
    }
    return this;
  }

  /** Types text as it is. */
  public Tmux type(String text) {
    tmux(List.of("send-keys", "-t", "t", "-l", text));
    return this;
  }

  /** Another size for the window. */
  public Tmux resize(int columns, int rows) {
    tmux(
        List.of(
            "resize-window",
            "-t",
            "t",
            "-x",
            Integer.toString(columns),
            "-y",
            Integer.toString(rows)));
    return this;
  }

  /** What the terminal shows. */
  public String screen() {
    return tmux(List.of("capture-pane", "-t", "t", "-p"));
  }

  /** Waits until the terminal shows a text; keeps what is seen then. */
  public String await(String text) {
    return await(text, screen -> screen.contains(text));
  }

  /**
   * Waits until the terminal shows what is wanted; keeps what is seen then.
   *
   * @throws AssertionError when it does not come
   */
  public String await(String what, Predicate<String> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String screen = screen();
    while (!wanted.test(screen)) {
      if (System.nanoTime() > end) {
        keep(screen);
        throw new AssertionError("'" + what + "' did not come:\n" + screen);
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      screen = screen();
    }
    keep(screen);
    return screen;
  }

  /** Closes the window, which hangs up on what runs in it. */
  public void hangUp() {
    tmux(List.of("kill-session", "-t", "t"));
  }

  /** Keeps what is seen now. */
  public void keep() {
    keep(screen());
  }

  private void keep(String screen) {
    try {
      Path folder = Files.createDirectories(Path.of("target/screens", name));
      captured++;
      Files.writeString(folder.resolve(String.format("%02d.txt", captured)), screen);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      tmux(List.of("kill-server"));
    } catch (IllegalStateException e) {
      // It ended by itself.
    }
  }
}
