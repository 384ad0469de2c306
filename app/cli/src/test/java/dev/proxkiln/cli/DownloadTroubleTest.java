package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.host.fetch.Limits;
import dev.proxkiln.host.fetch.Patience;
import dev.proxkiln.host.fetch.StreamingDownloads;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Fault;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a publisher can do wrong, through the whole program: slug, exit code, nothing left. */
class DownloadTroubleTest {
  private static final String FILE = "/tiny.qcow2";

  /** An endless download must end soon. */
  private static final Limits SMALL = new Limits(32L << 20, 1L << 30, 1 << 20, 0);

  @TempDir Path folder;
  private FaultServer server;

  @BeforeEach
  void serve() {
    server = FaultServer.http();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  record Trouble(String slug, byte[] content, boolean otherDigest, List<Fault> faults) {
    @Override
    public String toString() {
      return slug;
    }
  }

  static Stream<Trouble> troubles() {
    byte[] good = Images.qcow2(8 << 20);
    byte[] page = "<html>not here</html>".repeat(99).getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        new Trouble("checksum-mismatch", good, true, List.of()),
        new Trouble("download-not-found", good, false, List.of(Fault.Status.of(404))),
        new Trouble("download-too-large", good, false, List.of(new Fault.Endless())),
        new Trouble("image-not-an-image", page, false, List.of()),
        new Trouble(
            "image-has-backing-file",
            Images.qcow2WithBackingFile("/etc/passwd"),
            false,
            List.of()));
  }

  private Rig rig(byte[] content, boolean otherDigest) throws Exception {
    server.serve(FILE, content);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
    Path cache = folder.resolve("cache");
    return new Rig(
        folder,
        server.url(FILE),
        otherDigest ? Rig.DIGEST : HexFormat.of().formatHex(digest),
        new StreamingDownloads(
            cache, List.of(), new ProcessCommands(), Map.of(), Patience.USUAL, SMALL));
  }

  private static Outcome create(Rig rig) {
    return rig.run(rig.plan("template create", "image", "tiny-1", "disk-size", "1G"));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void hasItsOwnNameAndLeavesNothing(Trouble trouble) throws Exception {
    try (Rig rig = rig(trouble.content(), trouble.otherDigest())) {
      trouble.faults().forEach(fault -> server.spoil(FILE, fault));
      String before = rig.world();
      Outcome outcome = create(rig);
      assertThat(outcome.problems()).extracting(Problem::slug).containsExactly(trouble.slug());
      assertThat(outcome.exitCode()).isEqualTo(4);
      assertThat(outcome.left()).isEmpty();
      assertThat(rig.world()).isEqualTo(before);
      assertThat(images()).isEmpty();
    }
  }

  @Test
  void aServerErrorThatPassesIsNoTroubleAndTheSecondBuildDownloadsNothing() throws Exception {
    try (Rig rig = rig(Images.qcow2(8 << 20), false)) {
      server.spoil(FILE, Fault.Status.of(500, 1));
      Outcome first = create(rig);
      assertThat(first.problems()).isEmpty();
      assertThat(server.requests(FILE)).hasSize(2);
      server.forget();
      assertThat(create(rig).exitCode()).isZero();
      assertThat(server.requests()).isEmpty();
      assertThat(images()).filteredOn(f -> f.toString().endsWith(".qcow2")).hasSize(1);
    }
  }

  private List<Path> images() throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(f -> !f.toString().endsWith(".lock"))
          .toList();
    }
  }
}
