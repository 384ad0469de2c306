package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.boot.BootMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox as a process of its own, stopped gently and killed. */
final class SandboxProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path dir;
  private Process process;

  /** What the started process runs. */
  static final class Entry {
    private Entry() {}

    public static void main(String[] arguments) {
      System.exit(SandboxProcess.run(List.of(arguments), System.out, System.err));
    }
  }

  @AfterEach
  void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private RunningSandbox start() throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    argv.add(System.getProperty("java.class.path"));
    argv.add(Entry.class.getName());
    argv.addAll(
        SandboxProcess.arguments(
            SandboxOptions.in(dir).withBootMode(BootMode.SIMULATED).withVersion("9.1")));
    process =
        new ProcessBuilder(argv)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolveSibling(dir.getFileName() + ".log").toFile())
            .start();
    return SandboxProcess.awaitReady(dir, LIMIT).orElseThrow();
  }

  private Api api(RunningSandbox running) {
    return Api.root(running, dir);
  }

  @Test
  void servesUntilItIsStopped() throws Exception {
    RunningSandbox running = start();
    assertThat(running.version()).isEqualTo("9.1");
    assertThat(running.boot()).isEqualTo("simulated");
    assertThat(running.pid()).isEqualTo(process.pid());
    assertThat(api(running).get("/version").data().path("release").asString()).isEqualTo("9.1");
    assertThat(SandboxProcess.stop(running, LIMIT)).isTrue();
    assertThat(RunningSandbox.find(dir)).isEmpty();
    assertThat(dir.resolve("sandbox.json")).doesNotExist();
  }

  @Test
  void leavesWhatAKilledNodeLeaves() throws Exception {
    Api api = api(start());
    api.sandbox("POST", "/faults", "{\"delay\":{\"type\":\"qmcreate\",\"millis\":60000}}");
    Api.Answer creating = api.post("/nodes/pve/qemu", "vmid", "100");
    Awaitility.await()
        .until(
            () ->
                api.get("/nodes/pve/qemu/100/config")
                    .data()
                    .path("lock")
                    .asString("")
                    .equals("create"));
    process.destroyForcibly().waitFor();
    assertThat(RunningSandbox.find(dir)).isEqualTo(Optional.empty());
    Api again = api(start());
    String upid = creating.data().asString();
    assertThat(
            again.get("/nodes/pve/tasks/" + upid + "/status").data().path("exitstatus").asString())
        .isEqualTo("unexpected status");
    assertThat(again.await(again.delete("/nodes/pve/qemu/100"))).isEqualTo("VM is locked (create)");
    assertThat(again.await(again.delete("/nodes/pve/qemu/100", "skiplock", "1"))).isEqualTo("OK");
  }

  @Test
  void endsGuestsThatWereLeftRunningAndNoOtherProcess() throws Exception {
    Path mine = Files.createDirectories(dir.resolve("run")).resolve("101.pid");
    Path reused = dir.resolve("run/102.pid");
    Files.createFile(mine);
    // A guest's command line names its pid file, so any program that does stands in for one.
    process = new ProcessBuilder("tail", "-f", mine.toString()).start();
    Process other = new ProcessBuilder("tail", "-f", "/dev/null").start();
    try {
      Files.writeString(mine, process.pid() + "\n");
      Files.writeString(reused, other.pid() + "\n");
      assertThat(SandboxProcess.endGuests(dir)).isEqualTo(1);
      assertThat(process.waitFor()).isNotZero();
      assertThat(other.isAlive()).isTrue();
      assertThat(SandboxProcess.endGuests(dir)).isZero();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void saysWhatIsWrongWithItsArguments() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        SandboxProcess.run(
            List.of("--state", dir.toString(), "--version", "7.4"),
            System.out,
            new PrintStream(err, true));
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("no contract for version '7.4'");
  }
}
