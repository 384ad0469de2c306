package dev.proxkiln.host.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FilesTest {
  @TempDir Path folder;

  @Test
  void writesWholeFilesWithTheirModeAndLeavesNothingBeside() throws IOException {
    LocalFiles files = new LocalFiles();
    Path file = folder.resolve("snippets/deep/user.yaml");
    files.write(file.toString(), "one\n", 0600);
    files.write(file.toString(), "two: ä\n", 0666);
    assertThat(file).content().isEqualTo("two: ä\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw-rw-");
    assertThat(names(file.getParent())).containsExactly("user.yaml");
    assertThat(files.exists(file.toString())).isTrue();
    files.delete(file.toString());
    files.delete(file.toString());
    files.delete(folder.resolve("nowhere/at/all").toString());
    assertThat(files.exists(file.toString())).isFalse();
    assertThat(names(file.getParent())).isEmpty();
  }

  @Test
  void sweepsWhatAKilledWriteLeft() throws IOException {
    AtomicFiles files = new AtomicFiles();
    Path file = folder.resolve("a");
    Files.writeString(folder.resolve(".a.999999999-1.new"), "half");
    Files.writeString(folder.resolve(".a.1-1.new"), "of a living process");
    Files.writeString(folder.resolve(".a.b.new"), "of somebody else");
    files.write(file, "whole", 0640);
    assertThat(names(folder)).containsExactly(".a.1-1.new", ".a.b.new", "a");
    Files.writeString(folder.resolve(".a." + ProcessHandle.current().pid() + "-7.new"), "ours");
    files.delete(file);
    assertThat(names(folder)).containsExactly(".a.1-1.new", ".a.b.new");
  }

  @Test
  void saysWhichFileCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> new LocalFiles().write(file + "/below", "x", 0640))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("file-unwritable");
              assertThat(e.first().what()).contains(file.toString());
            });
  }

  @Test
  void saysThatTheDiskIsFullAndHowMuchIsFree() {
    assertThatThrownBy(() -> AppendLog.open(Path.of("/dev/full"), 0640).append("line"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("disk-full");
              assertThat(e.first().what()).contains("'/dev/full'");
              assertThat(e.first().why()).contains("are free");
            });
  }

  @Test
  void appendsLinesAndDropsTheOneThatACrashCutOff() throws IOException {
    Path file = folder.resolve("journal.jsonl");
    try (AppendLog log = AppendLog.open(file, 0640)) {
      log.append("{\"a\":1}");
      log.append("ä".repeat(20_000));
    }
    Files.writeString(file, Files.readString(file) + "{\"half");
    assertThat(AppendLog.lines(file)).containsExactly("{\"a\":1}", "ä".repeat(20_000));
    try (AppendLog log = AppendLog.open(file, 0640)) {
      log.append("next");
    }
    assertThat(AppendLog.lines(file)).containsExactly("{\"a\":1}", "ä".repeat(20_000), "next");
    assertThat(AppendLog.lines(folder.resolve("none"))).isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void refusesALineBreakInALine() {
    try (AppendLog log = AppendLog.open(folder.resolve("log"), 0640)) {
      assertThatThrownBy(() -> log.append("a\nb")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void letsOneThreadInAtATime() throws Exception {
    Path file = folder.resolve("lock");
    List<String> order = new ArrayList<>();
    try (LockFile lock = LockFile.take(file, Duration.ofSeconds(5), pid -> {})) {
      assertThat(lock).isNotNull();
      assertThat(LockFile.tryTake(file)).isEmpty();
      assertThat(LockFile.isHeld(file)).isTrue();
      assertThat(LockFile.holder(file)).isEqualTo(ProcessHandle.current().pid());
      assertThatThrownBy(() -> LockFile.take(file, Duration.ZERO, pid -> {}))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.first().slug()).isEqualTo("lock-held"));
    }
    assertThat(LockFile.isHeld(file)).isFalse();
    Thread second;
    try (LockFile first = LockFile.take(file, Duration.ofSeconds(5), pid -> {})) {
      assertThat(first).isNotNull();
      Object waits = new Object();
      boolean[] told = {false};
      second =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (LockFile own =
                        LockFile.take(
                            file,
                            Duration.ofSeconds(20),
                            pid -> {
                              synchronized (waits) {
                                told[0] = true;
                                waits.notifyAll();
                              }
                            })) {
                      order.add("second " + (own != null));
                    }
                  });
      synchronized (waits) {
        while (!told[0]) {
          waits.wait();
        }
      }
      order.add("first");
    }
    second.join();
    assertThat(order).containsExactly("first", "second true");
  }

  @Test
  void keepsOtherProcessesOutAndIsFreedWhenTheHolderIsKilled() throws Exception {
    Path file = folder.resolve("lock");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("locked");
      assertThat(LockFile.isHeld(file)).isTrue();
      assertThat(LockFile.holder(file)).isEqualTo(other.pid());
    } finally {
      other.destroyForcibly().waitFor();
    }
    try (LockFile lock = LockFile.take(file, Duration.ofSeconds(5), pid -> {})) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void describesByteCounts() {
    assertThat(Stream.of(0L, 1023L, 1536L, 3L << 30).map(ByteCount::text))
        .containsExactly("0 bytes", "1023 bytes", "1.5 KiB", "3.0 GiB");
  }

  @Test
  void readsEachModeAsStatPrintsIt() throws IOException {
    for (int mode : new int[] {0, 0640, 0751, 0777, 0123}) {
      Path made = folder.resolve("m" + mode);
      Modes.folder(made, mode);
      String octal =
          new ProcessCommands().run(Command.of("stat", "-c", "%a", made.toString())).out().strip();
      assertThat(octal).isEqualTo(Integer.toOctalString(mode));
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void thoseWhoOnlyLookAtALockAreNoHolders() throws Exception {
    Path file = folder.resolve("looked-at.lock");
    LockFile.take(file, Duration.ofSeconds(5), pid -> {}).close();
    Callable<Boolean> look = () -> IntStream.range(0, 500).anyMatch(i -> LockFile.isHeld(file));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> held : threads.invokeAll(Collections.nCopies(4, look))) {
        assertThat(held.get()).isFalse();
      }
    }
    try (LockFile held = LockFile.take(file, Duration.ofSeconds(5), pid -> {})) {
      assertThat(LockFile.isHeld(file)).isTrue();
      assertThat(held.folder()).isEqualTo(folder);
    }
  }
}
