package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import dev.proxkiln.testkit.TestEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program as a process of its own, gone at once in the middle of its work, as by {@code kill
 * -9}: no handler runs, nothing is closed. {@link CrashMatrixTest} has every other point.
 */
@Tag("real")
class KilledProcessTest {
  @TempDir Path root;
  private FaultServer server;

  private record Ended(int exit, String out, String err) {}

  @BeforeEach
  void serveImage() throws Exception {
    byte[] image = Images.qcow2(8 << 20);
    server = FaultServer.http().serve("/tiny.qcow2", image);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
    Path own = Files.createDirectories(root.resolve("etc/proxkiln/templates/images"));
    Files.writeString(
        own.resolve("tiny.yaml"), Rig.CATALOGUE.formatted(server.url("/tiny.qcow2"), digest));
    assertThat(proxkiln(Map.of(), "sandbox", "start", "--boot", "simulated").exit()).isZero();
  }

  @AfterEach
  void stop() throws Exception {
    proxkiln(Map.of(), "sandbox", "stop");
    server.close();
  }

  private Ended proxkiln(Map<String, String> environment, String... words) throws Exception {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.add("-XX:TieredStopAtLevel=1");
    argv.add("-Dproxkiln.home=" + System.getProperty("proxkiln.home"));
    argv.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    argv.addAll(List.of(words));
    Path out = Files.createTempFile(root, "out", "");
    Path err = Files.createTempFile(root, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(argv).redirectOutput(out.toFile()).redirectError(err.toFile());
    TestEnvironment.leaveOut(builder.environment());
    builder.environment().put("PROXKILN_ROOT", root.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new Ended(process.waitFor(), text(out), text(err));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static final String[] CREATE = {
    "--target", "sandbox", "template", "create", "tiny-1", "--disk-size", "1G", "--yes"
  };

  private void killAt(String point) throws Exception {
    Ended killed = proxkiln(Map.of("PROXKILN_CRASH_AT", point), CREATE);
    assertThat(killed.exit()).as(point + killed.err()).isEqualTo(137);
  }

  private String templates() throws Exception {
    return proxkiln(Map.of(), "--target", "sandbox", "template", "list", "-o", "json").out();
  }

  @Test
  void aKilledRunIsResumedOrUndoneByTheNextProcess() throws Exception {
    for (String point : List.of("create:before", "create:after", "convert:journaled")) {
      killAt(point);
      Ended resumed = proxkiln(Map.of(), "resume", "--yes");
      assertThat(resumed.exit()).as(point + resumed.err()).isZero();
      assertThat(templates()).as(point).contains("tiny-1");
      Ended deleted =
          proxkiln(Map.of(), "--target", "sandbox", "template", "delete", "tiny-1", "--yes");
      assertThat(deleted.exit()).as(point + deleted.err()).isZero();

      killAt(point);
      String run = proxkiln(Map.of(), "runs", "-o", "json").out();
      String id = run.replaceFirst("(?s).*?\"id\"\\s*:\\s*\"([a-z0-9]+)\".*", "$1");
      Ended undone = proxkiln(Map.of(), "undo", id, "--yes");
      assertThat(undone.exit()).as(point + undone.err()).isZero();
      assertThat(templates()).as(point).doesNotContain("tiny-1");
    }
  }

  @Test
  void aKilledQueueGoesOnWhereItWas() throws Exception {
    for (String name : List.of("one", "two", "three")) {
      List<String> add = new ArrayList<>(List.of("queue", "add"));
      add.addAll(List.of(CREATE).subList(0, CREATE.length - 1));
      add.addAll(List.of("--name", name));
      Ended added = proxkiln(Map.of(), add.toArray(String[]::new));
      assertThat(added.exit()).as(added.err()).isZero();
    }
    Ended killed =
        proxkiln(
            Map.of("PROXKILN_CRASH_AT", "create:after"), "queue", "run", "--yes", "--jobs", "2");
    assertThat(killed.exit()).as(killed.err()).isEqualTo(137);
    assertThat(proxkiln(Map.of(), "queue", "list").out()).contains("interrupted");
    Ended run = proxkiln(Map.of(), "queue", "run", "--yes", "--jobs", "2");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.err()).contains("goes on where it stopped");
    assertThat(templates()).contains("\"one\"").contains("\"two\"").contains("\"three\"");
    String guests = proxkiln(Map.of(), "--target", "sandbox", "facts", "-o", "json").out();
    assertThat(guests.split("\"vmid\"", -1)).hasSize(4);
  }
}
