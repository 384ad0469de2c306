package dev.proxkiln.host.process;

import dev.proxkiln.host.file.BlockStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a program such as {@code xz -dc} makes of a stream: a thread feeds the bytes to its standard
 * input, and its standard output is read here. The environment is {@code LC_ALL=C} and a fixed
 * {@code PATH} and nothing else, so that no variable adds options.
 */
public final class ProgramStream extends BlockStream {
  private static final int PIECE = 128 << 10;

  private final String name;
  private final Process process;
  private final InputStream from;
  private final InputStream out;
  private final Drain said;
  private final List<Thread> threads;
  private volatile @Nullable Throwable trouble;
  private boolean ended;

  private ProgramStream(String name, Process process, InputStream from) {
    this.name = name;
    this.process = process;
    this.from = from;
    this.out = process.getInputStream();
    this.said = new Drain(process.getErrorStream(), line -> {});
    this.threads =
        List.of(
            Thread.ofPlatform().daemon().name(name + "-in").start(this::feed),
            Thread.ofVirtual().name(name + "-err").start(said));
  }

  /**
   * Starts a program; empty where it is not installed or cannot be started, and then nothing was
   * read.
   *
   * @param argv program and arguments; no secret is among them
   * @param from what it reads, on another thread until this stream is closed; left open
   * @param path folders joined by colons, where it is looked for
   */
  public static Optional<ProgramStream> open(List<String> argv, InputStream from, String path) {
    return open(argv, from, path, ProcessBuilder.Redirect.PIPE);
  }

  /**
   * The same, but what the program makes goes straight to a file; {@link #ends} waits for it, and
   * reading gives nothing.
   *
   * @param to the file; cut off first
   */
  public static Optional<ProgramStream> into(
      Path to, List<String> argv, InputStream from, String path) {
    return open(argv, from, path, ProcessBuilder.Redirect.to(to.toFile()));
  }

  private static Optional<ProgramStream> open(
      List<String> argv, InputStream from, String path, ProcessBuilder.Redirect to) {
    String name = argv.getFirst();
    Optional<Path> program = ProcessCommands.where(name, path);
    if (program.isEmpty()) {
      return Optional.empty();
    }
    List<String> full = new ArrayList<>(argv);
    full.set(0, program.get().toString());
    ProcessBuilder builder = new ProcessBuilder(full).redirectOutput(to);
    builder.environment().clear();
    builder.environment().putAll(Map.of("LC_ALL", "C", "PATH", path));
    try {
      return Optional.of(new ProgramStream(name, builder.start(), from));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a program is installed.
   *
   * @param path folders joined by colons, where it is looked for
   */
  public static boolean isThere(String program, String path) {
    return ProcessCommands.where(program, path).isPresent();
  }

  /**
   * Whether a program is installed and ends well with these arguments, given nothing to read.
   *
   * @param path folders joined by colons, where it is looked for
   */
  public static boolean runs(List<String> argv, String path) {
    Optional<ProgramStream> started = open(argv, InputStream.nullInputStream(), path);
    if (started.isEmpty()) {
      return false;
    }
    try (ProgramStream program = started.get()) {
      program.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void feed() {
    try (OutputStream in = process.getOutputStream()) {
      byte[] bytes = new byte[PIECE];
      for (int count = given(bytes); count >= 0; count = given(bytes)) {
        in.write(bytes, 0, count);
      }
    } catch (IOException e) {
      // The program wants no more; its exit code says whether that is bad.
    }
  }

  /** The trouble of the source is known before the program meets the end of its input. */
  private int given(byte[] bytes) {
    try {
      return from.read(bytes);
    } catch (IOException | RuntimeException | Error e) {
      trouble = e;
      return -1;
    }
  }

  /**
   * Reads some of what the program gives.
   *
   * @throws IOException at the end, when the source broke or the program failed
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = ended ? -1 : out.read(target, offset, length);
    if (count < 0 && !ended) {
      ended = true;
      judge();
    }
    return count;
  }

  /**
   * Waits for the end of the program.
   *
   * @param within how long at most
   * @return whether it has ended, and well
   * @throws IOException when the source broke or the program failed
   */
  public boolean ends(Duration within) throws IOException {
    try {
      if (!process.waitFor(within)) {
        return false;
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    judge();
    return true;
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("stopped");
  }

  private void judge() throws IOException {
    int exit;
    try {
      exit = process.waitFor();
      threads.getLast().join();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    switch (trouble) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IOException(e);
    }
    if (exit != 0) {
      throw new IOException(
          said.text()
              .lines()
              .filter(line -> !line.isBlank())
              .findFirst()
              .orElse(name + " ended with exit code " + exit));
    }
  }

  /** Ends the program, and waits until nobody reads the source any more. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    out.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
