package dev.proxkiln.host.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Fetch.Pinned;
import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Content;
import dev.proxkiln.testkit.Fault;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
class FetchProcessTest {
  private static final Watch SILENT =
      new Watch() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void note(String text) {}
      };

  @TempDir Path folder;
  private final FaultServer server = FaultServer.http();

  @AfterEach
  void stopTheServer() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "xz"})
  void goesOnAfterTheProcessWasKilled(String compression) throws Exception {
    byte[] image = Images.raw(24 << 20);
    System.arraycopy(Images.noise(20 << 20, 9), 0, image, 4096, 20 << 20);
    byte[] packed = Packed.of(compression, image);
    server.serve("/i", packed).spoil("/i", new Fault.StallAt(packed.length / 2, Fault.ALWAYS));
    Path cache = folder.resolve("cache");
    Fetch fetch = fetch(Content.digest("SHA-256", packed), compression);
    Process process = FetchProcess.start(cache, fetch, List.of("-Xmx64m"));
    Path part = new ImageCache(cache).partial(fetch).part();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(part) && Files.size(part) > packed.length / 3);
    process.destroyForcibly().waitFor();
    server.mend("/i").forget();
    Map<String, String> outputs = downloads(cache).fetch(fetch, SILENT);
    assertThat(Path.of(outputs.get("path"))).hasBinaryContent(image);
    assertThat(server.requests("/i"))
        .singleElement()
        .satisfies(r -> assertThat(r.status()).isEqualTo(206))
        .satisfies(r -> assertThat(r.sent()).isLessThan(packed.length * 7L / 10));
    assertThat(cache.resolve("partial")).isEmptyDirectory();
  }

  @Test
  @Tag("real")
  void saysThatTheDiskBecameFullAndKeepsNoImage() throws IOException {
    ProcessCommands commands = new ProcessCommands();
    Path small = Files.createDirectory(folder.resolve("small"));
    assumeTrue(
        commands
            .run(Command.of("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.toString()))
            .ok(),
        "only root can mount a small file system");
    try {
      byte[] image = Images.qcow2OfLength(1 << 30, 6 << 20);
      server.serve("/i", image).spoil("/i", new Fault.WithoutLength());
      Fetch fetch = fetch(Content.digest("SHA-256", image), "none");
      Limits noReserve = new Limits(1 << 30, 1 << 30, 1 << 20, 0);
      StreamingDownloads downloads =
          new StreamingDownloads(small, List.of(), commands, Map.of(), Patience.USUAL, noReserve);
      assertThatThrownBy(() -> downloads.fetch(fetch, SILENT))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.first().slug()).isEqualTo("disk-full");
                assertThat(e.first().what()).contains(small.toString());
                assertThat(e.first().why()).contains("are free there");
              });
      downloads.dropPartial(fetch);
      assertThat(small.resolve("partial")).isEmptyDirectory();
    } finally {
      assertThat(commands.run(Command.of("umount", small.toString())).ok()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // More bytes than an int counts.
    "none, cat, 64, 2100",
    "zst, zstd -q -1 -c, 64, 2100",
    // Several times all the memory that it may have: xz takes its time with free space.
    "xz, 'xz -T1 --lzma2=preset=0,dict=8MiB -c', 64, 700",
    // As large a dictionary as xz -9 has.
    "xz, 'xz -T1 --lzma2=preset=0,dict=64MiB -c', 160, 700"
  })
  @Tag("real")
  void needsLittleMemoryHoweverLargeTheImageIs(
      String compression, String packer, int heap, int mebibytes) throws Exception {
    Path raw = folder.resolve("raw");
    long length = (long) mebibytes << 20;
    write(raw, length);
    Path packed = folder.resolve("packed");
    List<String> argv = new ArrayList<>(List.of(packer.split(" ")));
    argv.add(raw.toString());
    assertThat(new ProcessBuilder(argv).redirectOutput(packed.toFile()).start().waitFor()).isZero();
    server.serve("/i", packed);
    Fetch fetch = fetch(sha256(packed), compression);
    List<String> jvm = List.of("-Xmx" + heap + "m");
    Process process = FetchProcess.start(folder.resolve("cache"), fetch, jvm);
    try (BufferedReader said = process.inputReader()) {
      Path image = Path.of(said.readLine());
      long peak = Long.parseLong(said.readLine());
      System.out.printf(
          "%s: %d MiB packed, %d MiB image, heap %d MiB, peak memory %d MiB, %s%n",
          packer, Files.size(packed) >> 20, length >> 20, heap, peak >> 10, said.readLine());
      assertThat(process.waitFor()).isZero();
      assertThat(peak).isLessThan(256 << 10);
      assertThat(Files.mismatch(image, raw)).isEqualTo(-1);
    }
  }

  /** A raw image with 1 MiB of noise in every 64 MiB, and holes between. */
  private static void write(Path raw, long length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
      for (long at = 0; at < length; at += 64 << 20) {
        file.seek(at);
        file.write(Images.noise(1 << 20, at));
      }
      file.seek(510);
      file.write(new byte[] {0x55, (byte) 0xaa});
      file.setLength(length);
    }
  }

  private static String sha256(Path file) {
    Command sum = Command.of("sha256sum", file.toString()).within(Duration.ofMinutes(5));
    return new ProcessCommands().run(sum).out().substring(0, 64);
  }

  private Fetch fetch(String digest, String compression) {
    return new Fetch(
        server.url("/i"), new Pinned("sha256", digest), compression, Optional.empty(), "raw", true);
  }

  private static StreamingDownloads downloads(Path cache) {
    return new StreamingDownloads(cache, List.of(), new ProcessCommands(), Map.of());
  }
}
