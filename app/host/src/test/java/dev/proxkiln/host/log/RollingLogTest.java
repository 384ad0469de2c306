package dev.proxkiln.host.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollingLogTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path root;

  private Path file() {
    return root.resolve("log/proxkiln.log");
  }

  private RollingLog log(long one, long total) {
    return new RollingLog(file(), new RollingLog.Limits(one, total), InstantSource.fixed(NOON));
  }

  private static List<String> lines(RollingLog log) throws IOException {
    List<String> all = new ArrayList<>();
    for (Path one : log.files()) {
      try (InputStream in = RollingLog.read(one)) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(all::add);
      }
    }
    return all;
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void turnsAFullFileOverAndKeepsEveryLineInOrder() throws IOException {
    RollingLog log = log(100, 1 << 20);
    List<String> written = IntStream.range(0, 40).mapToObj(i -> "line " + i).toList();
    for (String line : written) {
      log.append(line);
    }
    assertThat(log.files()).hasSizeGreaterThan(3);
    assertThat(lines(log)).isEqualTo(written);
    for (Path one : log.files()) {
      assertThat(mode(one)).isEqualTo("rw-r-----");
    }
    assertThat(mode(file().getParent())).isEqualTo("rwxr-x---");
  }

  @Test
  void dropsTheOldestWhenAllAreOverTheLimit() throws IOException {
    RollingLog log = log(100, 300);
    for (int i = 0; i < 100; i++) {
      log.append("line " + i);
    }
    long size = 0;
    for (Path one : log.files()) {
      size += Files.size(one);
    }
    assertThat(size).isLessThanOrEqualTo(300);
    assertThat(lines(log)).contains("line 99").doesNotContain("line 0");
  }

  @Test
  void packsWhatAKilledProcessLeftUnpacked() throws IOException {
    RollingLog log = log(20, 1 << 20);
    log.append("first");
    Path left = file().resolveSibling("proxkiln.log.20261121T110000.000Z");
    Files.writeString(left, "earlier\n");
    Files.writeString(file().resolveSibling(left.getFileName() + ".gz.new"), "half");
    assertThat(lines(log)).containsExactly("earlier", "first");
    log.append("a line too long for the file");
    assertThat(left).doesNotExist();
    assertThat(lines(log)).containsExactly("earlier", "first", "a line too long for the file");
    try (var files = Files.list(file().getParent())) {
      assertThat(files.map(one -> one.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".new"));
    }
  }

  @Test
  void writesALineInAnInterruptedThreadAndLeavesItInterrupted() throws IOException {
    Thread.currentThread().interrupt();
    log(100, 1000).append("stopped");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(lines(log(100, 1000))).containsExactly("stopped");
  }

  @Test
  void losesNothingWhenTwoProcessesAndTwoThreadsWriteAtOnce() throws Exception {
    int each = 400;
    List<Process> others = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      others.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-Xshare:auto",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  LogWriter.class.getName(),
                  file().toString(),
                  name,
                  String.valueOf(each))
              .inheritIO()
              .start());
    }
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    LogWriter.main(new String[] {file().toString(), "c", String.valueOf(each)});
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    LogWriter.main(new String[] {file().toString(), "d", String.valueOf(each)});
    thread.join();
    for (Process other : others) {
      assertThat(other.waitFor()).isZero();
    }
    RollingLog log = new RollingLog(file(), LogWriter.LIMITS, InstantSource.system());
    List<String> all = lines(log);
    assertThat(all).hasSize(4 * each);
    for (String name : List.of("a", "b", "c", "d")) {
      assertThat(all.stream().filter(line -> line.startsWith(name + " ")))
          .as("each writer's lines stay in their order")
          .isEqualTo(
              IntStream.range(0, each)
                  .mapToObj(i -> name + " " + i + " " + "x".repeat(40))
                  .toList());
    }
    assertThat(log.files()).hasSizeGreaterThan(3);
  }
}
