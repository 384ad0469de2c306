package dev.proxkiln.host.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Fetch.Pinned;
import dev.proxkiln.core.plan.Fetch.Published;
import dev.proxkiln.core.plan.Fetch.Signed;
import dev.proxkiln.core.plan.Fetch.Trust;
import dev.proxkiln.core.plan.Fetch.Unverified;
import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Content;
import dev.proxkiln.testkit.Fault;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import dev.proxkiln.testkit.SigningKey;
import dev.proxkiln.testkit.TestCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class StreamingDownloadsTest {
  private static final Patience BRIEF =
      new Patience(
          Duration.ofSeconds(5),
          Duration.ofMillis(500),
          4,
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofSeconds(30));
  private static final Limits SMALL = new Limits(4 << 20, 8 << 20, 64 << 10, 1 << 20);
  private static final byte[] QCOW2 = Images.qcow2(1 << 30);
  private static final byte[] LONG = Images.qcow2OfLength(1 << 30, 3 << 20);
  private static final byte[] RAW = Images.raw(3 << 20);

  @TempDir Path folder;
  private final FaultServer server = FaultServer.http();
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> progress = Collections.synchronizedList(new ArrayList<>());
  private final Watch watch =
      new Watch() {
        @Override
        public void progress(long done, long total) {
          progress.add(done);
        }

        @Override
        public void note(String text) {
          notes.add(text);
        }
      };

  @AfterEach
  void stopTheServer() {
    server.close();
  }

  @Test
  void fetchesAnImageAndSaysEverythingOfIt() throws IOException {
    server.serve("/i.qcow2", QCOW2);
    Map<String, String> outputs = fetch(pinned("/i.qcow2", QCOW2, "none", "qcow2"));
    assertThat(outputs.keySet()).containsExactlyInAnyOrderElementsOf(Fetch.OUTPUTS);
    Path image = Path.of(outputs.get("path"));
    assertThat(image)
        .hasBinaryContent(QCOW2)
        .hasFileName("sha256-" + Content.digest("SHA-256", QCOW2) + ".qcow2");
    assertThat(outputs)
        .containsEntry("digest", "sha256:" + Content.digest("SHA-256", QCOW2))
        .containsEntry("size", String.valueOf(QCOW2.length))
        .containsEntry("virtual-size", String.valueOf(1 << 30))
        .containsEntry("format", "qcow2")
        .containsEntry("url", server.url("/i.qcow2"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(image)))
        .isEqualTo("rw-r-----");
    assertThat(progress).last().isEqualTo((long) QCOW2.length);
    assertThat(partial()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none", "xz", "gz", "bz2", "zst", "zip", "tar", "tar.xz", "tar.gz", "tar.bz2", "tar.zst"
      })
  void unpacksEveryCompression(String compression) throws IOException {
    byte[] packed = Packed.of(compression, RAW);
    server.serve("/i", packed);
    Map<String, String> outputs = fetch(pinned("/i", packed, compression, "raw"));
    Path image = Path.of(outputs.get("path"));
    assertThat(image).hasBinaryContent(RAW);
    assertThat(outputs).containsEntry("virtual-size", String.valueOf(RAW.length));
    assertThat(allocated(image)).as("holes where there are zeroes").isLessThan(RAW.length / 4);
    assertThat(partial()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"xz", "gz", "bz2", "zst"})
  void unpacksSeveralStreamsInOneFile(String compression) throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(Packed.of(compression, Arrays.copyOfRange(RAW, 0, 1_000_001)));
    both.write(Packed.of(compression, Arrays.copyOfRange(RAW, 1_000_001, RAW.length)));
    server.serve("/i", both.toByteArray());
    Map<String, String> outputs = fetch(pinned("/i", both.toByteArray(), compression, "raw"));
    assertThat(Path.of(outputs.get("path"))).hasBinaryContent(RAW);
  }

  @Test
  void keepsZeroesAtTheEndOfTheImage() throws IOException {
    byte[] image = Arrays.copyOf(Images.raw(8192), 1_000_000);
    byte[] packed = Packed.of("gz", image);
    server.serve("/i", packed).serve("/plain", image);
    assertThat(Path.of(fetch(pinned("/i", packed, "gz", "raw")).get("path")))
        .hasBinaryContent(image);
    assertThat(Path.of(fetch(pinned("/plain", image, "none", "raw")).get("path")))
        .hasBinaryContent(image);
  }

  @ParameterizedTest
  @CsvSource({"*.raw", "disk.raw", "dir/*.raw", "**/disk.raw"})
  void takesTheNamedMemberOfAnArchive(String glob) {
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("README", "text".getBytes());
    members.put("./dir/disk.raw", RAW);
    members.put("LICENCE", "text".getBytes());
    byte[] packed = Packed.of("tar.gz", members);
    server.serve("/i", packed);
    Fetch fetch = member(pinned("/i", packed, "tar.gz", "raw"), glob);
    assertThat(Path.of(fetch(fetch).get("path"))).hasBinaryContent(RAW);
  }

  @Test
  void refusesAnArchiveWithoutTheMemberOrWithTwo() {
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("a.raw", Images.raw(1 << 20));
    members.put("b.raw", Images.raw(1 << 20));
    byte[] packed = Packed.of("tar", members);
    server.serve("/i", packed);
    Fetch fetch = pinned("/i", packed, "tar", "raw");
    assertThat(problem(() -> fetch(member(fetch, "*.qcow2"))))
        .satisfies(p -> assertThat(p.slug()).isEqualTo("archive-member-missing"))
        .satisfies(p -> assertThat(p.why()).contains("a.raw"));
    assertThat(problem(() -> fetch(fetch)).slug()).isEqualTo("archive-member-missing");
    assertThat(problem(() -> fetch(member(fetch, "[ab].raw"))).what()).contains("several");
    assertNothingLeft();
  }

  @Test
  void downloadsNothingTheSecondTimeAndAsksNobodyForAPinnedDigest() {
    server.serve("/i", QCOW2);
    Map<String, String> first = fetch(pinned("/i", QCOW2, "none", "qcow2"));
    server.forget();
    assertThat(fetch(pinned("/i", QCOW2, "none", "qcow2"))).isEqualTo(first);
    assertThat(server.requests()).isEmpty();
    assertThat(notes).anyMatch(note -> note.startsWith("already here"));
  }

  @Test
  void readsOnlyTheChecksumFileAgainAndNotItsBytes() {
    server.serve("/i", QCOW2).serve("/SUMS", sums(QCOW2, "i"));
    Map<String, String> first = fetch(published("/i", "/SUMS", Optional.empty()));
    assertThat(first.get("verified")).contains("/SUMS").contains("nobody signed");
    server.forget();
    assertThat(fetch(published("/i", "/SUMS", Optional.empty()))).isEqualTo(first);
    assertThat(server.requests())
        .singleElement()
        .satisfies(r -> assertThat(r.path()).isEqualTo("/SUMS"))
        .satisfies(r -> assertThat(r.status()).isEqualTo(304))
        .satisfies(r -> assertThat(r.sent()).isZero());
  }

  @Test
  void downloadsWhatIsNewWhenThePublisherHasANewBuild() {
    server.serve("/i", QCOW2).serve("/SUMS", sums(QCOW2, "i"));
    Map<String, String> old = fetch(published("/i", "/SUMS", Optional.empty()));
    byte[] newer = Images.qcow2(2L << 30);
    server.serve("/i", newer).serve("/SUMS", sums(newer, "i"));
    Map<String, String> fresh = fetch(published("/i", "/SUMS", Optional.empty()));
    assertThat(Path.of(fresh.get("path"))).hasBinaryContent(newer);
    assertThat(Path.of(old.get("path"))).hasBinaryContent(QCOW2);
  }

  @Test
  void downloadsAgainWhenTheCachedFileWasChanged() throws IOException {
    server.serve("/i", QCOW2);
    Fetch fetch = pinned("/i", QCOW2, "none", "qcow2");
    Path image = Path.of(fetch(fetch).get("path"));
    Files.write(image, new byte[] {1, 2, 3});
    assertThat(Path.of(fetch(fetch).get("path"))).hasBinaryContent(QCOW2);
    Files.delete(image);
    assertThat(Path.of(fetch(fetch).get("path"))).hasBinaryContent(QCOW2);
    assertThat(server.requests("/i")).hasSize(3);
  }

  @Test
  void downloadsOnceForTwoThreadsThatWantTheSame() throws Exception {
    server.serve("/i", LONG).spoil("/i", new Fault.Slow(6 << 20));
    Fetch fetch = qcow2(LONG);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Map<String, String>> one = threads.submit(() -> headerOnly().fetch(fetch, watch));
      Future<Map<String, String>> two = threads.submit(() -> headerOnly().fetch(fetch, watch));
      assertThat(one.get()).isEqualTo(two.get());
      assertThat(Path.of(one.get().get("path"))).hasBinaryContent(LONG);
    }
    assertThat(server.requests("/i")).hasSize(1);
    assertThat(notes).anyMatch(note -> note.contains("another run") && note.contains("waiting"));
  }

  @Test
  void refusesBytesThatAreNotThePinnedOnes() {
    server.serve("/i", QCOW2);
    byte[] others = Images.qcow2(1 << 20);
    Problem problem = problem(() -> fetch(pinned("/i", others, "none", "qcow2")));
    assertThat(problem.slug()).isEqualTo("checksum-mismatch");
    assertThat(problem.kind()).isEqualTo(Kind.WORK);
    assertThat(problem.why())
        .contains(Content.digest("SHA-256", QCOW2), Content.digest("SHA-256", others));
    assertNothingLeft();
  }

  @Test
  void saysThatTheChecksumDiffersEvenWhenTheBytesDoNotUnpack() {
    server.serve("/i", "<html>please log in</html>");
    assertThat(problem(() -> fetch(pinned("/i", RAW, "xz", "raw"))).slug())
        .isEqualTo("checksum-mismatch");
    assertNothingLeft();
  }

  @Test
  void saysThatTheBytesDoNotUnpackWhenTheyAreTheRightOnes() {
    server.serve("/i", QCOW2);
    assertThat(problem(() -> fetch(pinned("/i", QCOW2, "xz", "qcow2"))).slug())
        .isEqualTo("unpack-failed");
    assertNothingLeft();
  }

  @ParameterizedTest
  @CsvSource({"detached", "armoured", "clearsigned"})
  void acceptsAChecksumFileThatThePinnedKeySigned(String how) throws IOException {
    SigningKey key = SigningKey.create("Publisher");
    key.writeTo(keys());
    String sums = sums(QCOW2, "i");
    server
        .serve("/i", QCOW2)
        .serve("/SUMS", how.equals("clearsigned") ? key.clearSign(sums) : sums);
    server.serve("/SUMS.sig", key.sign(sums.getBytes(), 8)).serve("/SUMS.asc", key.sign(sums));
    Optional<String> signature =
        switch (how) {
          case "detached" -> Optional.of(server.url("/SUMS.sig"));
          case "armoured" -> Optional.of(server.url("/SUMS.asc"));
          default -> Optional.empty();
        };
    Fetch fetch = published("/i", "/SUMS", Optional.of(new Signed(signature, key.fingerprint())));
    assertThat(fetch(fetch).get("verified")).contains("signed by " + key.fingerprint());
  }

  @Test
  void refusesAChecksumFileThatIsNotSignedAsItMustBeBeforeTheImageIsAskedFor() throws IOException {
    SigningKey key = SigningKey.create("Publisher");
    key.writeTo(keys());
    String sums = sums(QCOW2, "i");
    server.serve("/i", QCOW2).serve("/SUMS", sums);
    Signed signed = new Signed(Optional.of(server.url("/SUMS.sig")), key.fingerprint());
    Fetch fetch = published("/i", "/SUMS", Optional.of(signed));
    assertThat(problem(() -> fetch(fetch)).slug()).isEqualTo("signature-missing");
    server.serve("/SUMS.sig", "not a signature");
    assertThat(problem(() -> fetch(fetch)).slug()).isEqualTo("signature-missing");
    server.serve("/SUMS.sig", SigningKey.create("Impostor").sign(sums));
    assertThat(problem(() -> fetch(fetch)).slug()).isEqualTo("signature-invalid");
    server.serve("/SUMS.sig", key.sign(sums + "tampered"));
    assertThat(problem(() -> fetch(fetch)).slug()).isEqualTo("signature-invalid");
    Signed unknown = new Signed(Optional.of(server.url("/SUMS.sig")), "AB".repeat(20));
    assertThat(problem(() -> fetch(published("/i", "/SUMS", Optional.of(unknown)))).slug())
        .isEqualTo("key-unknown");
    assertThat(server.requests("/i")).isEmpty();
    assertNothingLeft();
  }

  @Test
  void refusesAChecksumFileThatDoesNotNameTheImage() {
    server.serve("/i", QCOW2).serve("/SUMS", sums(QCOW2, "other"));
    assertThat(problem(() -> fetch(published("/i", "/SUMS", Optional.empty()))).slug())
        .isEqualTo("checksum-missing");
    server.serve("/SUMS", "<html>");
    assertThat(problem(() -> fetch(published("/i", "/SUMS", Optional.empty()))).slug())
        .isEqualTo("checksum-unreadable");
    server.serve("/SUMS", Images.noise(100_000, 1));
    assertThat(problem(() -> fetch(published("/i", "/SUMS", Optional.empty()))).slug())
        .isEqualTo("download-too-large");
    assertThat(problem(() -> fetch(published("/i", "/NONE", Optional.empty()))).slug())
        .isEqualTo("download-not-found");
    assertNothingLeft();
  }

  @Test
  void goesOnAfterServerErrorsAndBrokenConnections() {
    server
        .serve("/i", LONG)
        .spoil("/i", Fault.Status.of(500, 1))
        .spoil("/i", Fault.Status.of(429, 1))
        .spoil("/i", new Fault.NoResponse(1))
        .spoil("/i", new Fault.CutAt(1_000_000, 1))
        .spoil("/i", new Fault.StallAt(2_000_000, 2));
    assertThat(Path.of(headerOnly().fetch(qcow2(LONG), watch).get("path"))).hasBinaryContent(LONG);
    assertThat(notes).anyMatch(n -> n.contains("500") && n.contains("trying again in"));
    assertThat(notes).anyMatch(n -> n.contains("no byte came"));
    assertThat(server.requests("/i").stream().map(r -> r.header("range")).filter(r -> !r.isEmpty()))
        .isNotEmpty()
        .allMatch(range -> range.matches("bytes=[12]\\d{6}-"));
    assertThat(server.requests("/i").stream().mapToLong(FaultServer.Request::sent).sum())
        .as("nothing came twice")
        .isLessThan(LONG.length + 1_500_000L);
  }

  @Test
  void goesOnWithAServerThatKnowsNoRanges() {
    server
        .serve("/i", LONG)
        .spoil("/i", new Fault.IgnoresRange())
        .spoil("/i", new Fault.CutAt(2_000_000, 1));
    assertThat(Path.of(headerOnly().fetch(qcow2(LONG), watch).get("path"))).hasBinaryContent(LONG);
  }

  @Test
  void goesOnWithoutValidators() {
    server
        .serve("/i", LONG)
        .spoil("/i", new Fault.WithoutValidators())
        .spoil("/i", new Fault.CutAt(2_000_000, 1));
    assertThat(Path.of(headerOnly().fetch(qcow2(LONG), watch).get("path"))).hasBinaryContent(LONG);
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    server.serve("/i", QCOW2).spoil("/i", new Fault.Status(503, Map.of("Retry-After", "1"), 1));
    fetch(pinned("/i", QCOW2, "none", "qcow2"));
    assertThat(notes).anyMatch(n -> n.matches(".*503; trying again in 1\\.[0-6].*"));
  }

  @ParameterizedTest
  @CsvSource({
    "404, download-not-found, 1",
    "403, download-not-found, 1",
    "410, download-not-found, 1",
    "418, download-failed, 1",
    "500, download-failed, 4",
    "503, download-failed, 4"
  })
  void triesAgainOnlyWhatMayPass(int status, String slug, int requests) {
    server.serve("/i", QCOW2).spoil("/i", Fault.Status.of(status));
    Problem problem = problem(() -> fetch(pinned("/i", QCOW2, "none", "qcow2")));
    assertThat(problem.slug()).isEqualTo(slug);
    assertThat(problem.kind()).isEqualTo(Kind.WORK);
    assertThat(problem.why()).contains(String.valueOf(status));
    assertThat(server.requests("/i")).hasSize(requests);
  }

  @Test
  void saysThatADownloadIsTruncated() {
    server.serve("/i", LONG).spoil("/i", new Fault.CutAt(1_000_000, Fault.ALWAYS));
    assertThat(problem(() -> headerOnly().fetch(qcow2(LONG), watch)).slug())
        .isEqualTo("download-truncated");
  }

  @Test
  void saysThatADownloadOfUnknownLengthIsTruncated() {
    byte[] packed = Packed.of("xz", Images.noise(1_000_000, 5));
    server.serve("/i", Arrays.copyOf(packed, 500_000)).spoil("/i", new Fault.WithoutLength());
    assertThat(problem(() -> fetch(pinned("/i", packed, "xz", "raw"))).slug())
        .isEqualTo("download-truncated");
  }

  @Test
  void saysThatAServerWentSilent() {
    server.serve("/i", LONG).spoil("/i", new Fault.StallAt(1_000_000, Fault.ALWAYS));
    Problem problem = problem(() -> headerOnly().fetch(qcow2(LONG), watch));
    assertThat(problem.slug()).isEqualTo("download-stalled");
    assertThat(problem.kind()).isEqualTo(Kind.TIMEOUT);
  }

  @Test
  void endsAnEndlessDownload() {
    server.serve("/i", LONG).spoil("/i", new Fault.Endless());
    Problem problem = problem(() -> fetch(pinned("/i", LONG, "none", "qcow2")));
    assertThat(problem.slug()).isEqualTo("download-too-large");
    assertThat(problem.why()).contains("4.0 MiB");
    assertNothingLeft();
  }

  @Test
  void doesNotStartADownloadThatIsAnnouncedAsTooLarge() {
    byte[] large = new byte[5 << 20];
    server.serve("/i", large);
    assertThat(problem(() -> fetch(pinned("/i", large, "none", "raw"))).slug())
        .isEqualTo("download-too-large");
    assertThat(server.requests("/i")).hasSize(1);
    assertNothingLeft();
  }

  @Test
  void endsAnImageThatUnpacksForEver() {
    byte[] packed = Packed.of("xz", new byte[64 << 20]);
    server.serve("/i", packed);
    assertThat(problem(() -> fetch(pinned("/i", packed, "xz", "raw"))).slug())
        .isEqualTo("unpack-too-large");
    assertNothingLeft();
  }

  @Test
  void saysHowMuchRoomIsMissingBeforeItStarts() {
    server.serve("/i", QCOW2);
    Limits greedy = new Limits(1 << 30, 1 << 30, 64 << 10, Long.MAX_VALUE / 4);
    Problem problem =
        problem(() -> downloads(greedy).fetch(pinned("/i", QCOW2, "none", "qcow2"), watch));
    assertThat(problem.slug()).isEqualTo("disk-full");
    assertThat(problem.kind()).isEqualTo(Kind.HOST);
    assertThat(problem.why()).contains("are free there").contains("are needed");
    assertThat(server.requests("/i").stream().mapToLong(FaultServer.Request::sent).sum())
        .isLessThanOrEqualTo(QCOW2.length);
  }

  @Test
  void namesAServerThatIsNotThereOrHasNoName() {
    server.close();
    assertThat(problem(() -> fetch(pinned("/i", QCOW2, "none", "qcow2"))))
        .satisfies(p -> assertThat(p.slug()).isEqualTo("download-failed"))
        .satisfies(p -> assertThat(p.why()).contains("takes no connection"));
    Fetch nowhere =
        new Fetch(
            "https://no-such-host.invalid/i",
            new Pinned("sha256", "00".repeat(32)),
            "none",
            Optional.empty(),
            "raw",
            false);
    assertThat(problem(() -> fetch(nowhere)).why()).contains("'no-such-host.invalid' is unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "xz", "zst"})
  void goesOnWhereAStoppedDownloadWas(String compression) throws Exception {
    byte[] packed = Packed.of(compression, LONG);
    server.serve("/i", packed);
    Fetch fetch = pinned("/i", packed, compression, "qcow2");
    stopAt(packed.length / 2, fetch);
    assertThat(partial()).contains(key(fetch) + ".part");
    server.mend("/i").forget();
    assertThat(Path.of(headerOnly().fetch(fetch, watch).get("path"))).hasBinaryContent(LONG);
    assertThat(server.requests("/i"))
        .singleElement()
        .satisfies(r -> assertThat(r.status()).isEqualTo(206))
        .satisfies(r -> assertThat(r.header("if-range")).isNotEmpty())
        .satisfies(r -> assertThat(r.sent()).isLessThan(packed.length * 3L / 4));
    assertThat(notes).anyMatch(n -> n.startsWith("going on at"));
    assertThat(partial()).isEmpty();
  }

  @Test
  void startsAgainWhenThePublisherChangedTheFileMeanwhile() throws Exception {
    server.serve("/i", LONG);
    stopAt(1_500_000, qcow2(LONG));
    byte[] newer = Images.qcow2OfLength(1 << 30, 3_100_000);
    server.mend("/i").serve("/i", newer).forget();
    // The same address and the same digest is expected, but the server has a new entity tag.
    assertThat(problem(() -> headerOnly().fetch(qcow2(LONG), watch)).slug())
        .isEqualTo("checksum-mismatch");
    server.serve("/i", LONG);
    assertThat(Path.of(headerOnly().fetch(qcow2(LONG), watch).get("path"))).hasBinaryContent(LONG);
    assertThat(notes).anyMatch(n -> n.contains("has another file now"));
  }

  @Test
  void startsAgainWhenThePartIsDamaged() throws Exception {
    server.serve("/i", LONG);
    stopAt(1_500_000, qcow2(LONG));
    Path part = folder.resolve("cache/partial/" + key(qcow2(LONG)) + ".part");
    byte[] bytes = Files.readAllBytes(part);
    bytes[1000] ^= 1;
    Files.write(part, bytes);
    server.mend("/i").forget();
    assertThat(Path.of(headerOnly().fetch(qcow2(LONG), watch).get("path"))).hasBinaryContent(LONG);
    assertThat(notes).anyMatch(n -> n.contains("is damaged; starting again"));
  }

  @Test
  void doesNotGoOnWithThePartOfAnotherBuild() throws Exception {
    server.serve("/i", LONG);
    stopAt(1_500_000, qcow2(LONG));
    server.mend("/i").serve("/i", QCOW2).forget();
    assertThat(Path.of(fetch(pinned("/i", QCOW2, "none", "qcow2")).get("path")))
        .hasBinaryContent(QCOW2);
    assertThat(server.requests("/i")).noneMatch(r -> !r.header("range").isEmpty());
  }

  @Test
  void finishesADownloadThatWasWholeWhenItWasStopped() throws Exception {
    server.serve("/i", LONG);
    stopAt(1_500_000, qcow2(LONG));
    Files.write(folder.resolve("cache/partial/" + key(qcow2(LONG)) + ".part"), LONG);
    server.mend("/i").forget();
    assertThat(Path.of(headerOnly().fetch(qcow2(LONG), watch).get("path"))).hasBinaryContent(LONG);
    assertThat(server.requests("/i"))
        .singleElement()
        .satisfies(r -> assertThat(r.status()).isEqualTo(416));
  }

  @Test
  void dropsOnlyWhatIsUnfinished() throws Exception {
    server.serve("/i", LONG).serve("/j", QCOW2);
    downloads(SMALL).dropPartial(qcow2(LONG)); // nothing there yet
    Map<String, String> finished = fetch(pinned("/j", QCOW2, "none", "qcow2"));
    stopAt(1_500_000, qcow2(LONG));
    assertThat(partial()).isNotEmpty();
    downloads(SMALL).dropPartial(qcow2(LONG));
    downloads(SMALL).dropPartial(pinned("/j", QCOW2, "none", "qcow2"));
    assertThat(partial()).isEmpty();
    assertThat(Path.of(finished.get("path"))).hasBinaryContent(QCOW2);
  }

  @Test
  void refusesPlainHttpThatNobodyAllowed() {
    Fetch fetch =
        new Fetch(
            server.url("/i"),
            new Pinned("sha256", "00".repeat(32)),
            "none",
            Optional.empty(),
            "raw",
            false);
    Problem problem = problem(() -> fetch(fetch));
    assertThat(problem.slug()).isEqualTo("address-insecure");
    assertThat(problem.kind()).isEqualTo(Kind.INPUT);
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x/i", "image", "https:///i", "ht tp://x"})
  void refusesOtherAddresses(String address) {
    Fetch fetch =
        new Fetch(
            address, new Pinned("sha256", "00".repeat(32)), "none", Optional.empty(), "raw", true);
    assertThat(problem(() -> fetch(fetch)).slug()).isEqualTo("address-invalid");
  }

  @Test
  void followsRedirectsAndSaysWhereItEnded() {
    server
        .serve("/mirror/i", QCOW2)
        .spoil("/i", Fault.Redirect.to("/next"))
        .spoil("/next", new Fault.Redirect(308, server.url("/mirror/i"), Fault.ALWAYS));
    assertThat(fetch(pinned("/i", QCOW2, "none", "qcow2")).get("url"))
        .isEqualTo(server.url("/mirror/i"));
  }

  @Test
  void endsALoopOfRedirects() {
    server.spoil("/i", Fault.Redirect.to("/i"));
    assertThat(problem(() -> fetch(pinned("/i", QCOW2, "none", "qcow2"))).why())
        .contains("redirects more than 10 times");
  }

  @Test
  void staysOnHttpsAndTrustsTheHostsAuthorities() {
    TestCertificate certificate = TestCertificate.in(folder);
    Map<String, String> trusting = Map.of("SSL_CERT_FILE", certificate.pem().toString());
    try (FaultServer secure = FaultServer.https(certificate)) {
      secure
          .serve("/i", QCOW2)
          .spoil("/away", Fault.Redirect.to(server.url("/i")))
          .spoil("/odd", Fault.Redirect.to("file:///etc/passwd"));
      server.serve("/i", QCOW2);
      Fetch fetch = secure(secure.url("/i"), QCOW2);
      Problem distrust = problem(() -> downloads(SMALL).fetch(fetch, watch));
      assertThat(distrust.slug()).isEqualTo("download-failed");
      assertThat(distrust.why()).contains("not trusted", "/etc/ssl/certs/ca-certificates.crt");
      assertThat(downloads(SMALL, trusting).fetch(fetch, watch).get("url")).startsWith("https:");
      for (String path : List.of("/away", "/odd")) {
        Problem problem =
            problem(() -> downloads(SMALL, trusting).fetch(secure(secure.url(path), RAW), watch));
        assertThat(problem.slug()).isEqualTo("redirect-insecure");
        assertThat(problem.kind()).isEqualTo(Kind.WORK);
      }
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void refusesImagesThatNeedOtherFiles() {
    for (byte[] bad :
        List.of(
            Images.qcow2WithBackingFile("/etc/shadow"),
            Images.qcow2WithExternalContent("/etc/shadow"))) {
      server.serve("/i", bad);
      Problem problem = problem(() -> fetch(pinned("/i", bad, "none", "qcow2")));
      assertThat(problem.slug()).isEqualTo("image-has-backing-file");
      assertThat(problem.what()).contains("'/etc/shadow'");
      assertNothingLeft();
    }
  }

  @Test
  void refusesWhatIsNoImageOrAnotherOne() {
    byte[] page = "<!DOCTYPE html><p>moved".getBytes();
    server.serve("/page", page).serve("/raw", RAW);
    assertThat(problem(() -> fetch(pinned("/page", page, "none", "raw"))))
        .satisfies(p -> assertThat(p.slug()).isEqualTo("image-not-an-image"))
        .satisfies(p -> assertThat(p.why()).contains("a web page"));
    assertThat(problem(() -> fetch(pinned("/raw", RAW, "none", "qcow2"))))
        .satisfies(p -> assertThat(p.slug()).isEqualTo("image-format-differs"))
        .satisfies(p -> assertThat(p.what()).contains("'raw'", "'qcow2'"));
    assertNothingLeft();
  }

  @Test
  void takesWhateverComesWhereTheUserVouchesAndSaysSo() {
    server.serve("/i", QCOW2);
    Map<String, String> outputs = fetch(fetch("/i", new Unverified(), "none", "auto"));
    assertThat(outputs)
        .containsEntry("digest", "sha256:" + Content.digest("SHA-256", QCOW2))
        .containsEntry("format", "qcow2");
    assertThat(outputs.get("verified")).startsWith("not at all");
    assertThat(Path.of(outputs.get("path"))).hasBinaryContent(QCOW2);
    server.serve("/i", RAW);
    assertThat(fetch(fetch("/i", new Unverified(), "none", "auto")))
        .as("asked again every time")
        .containsEntry("format", "raw");
    assertThat(partial()).isEmpty();
  }

  @Test
  void findsTheFormatOfAPinnedImageOnceAndThenInTheCache() {
    server.serve("/i", RAW);
    Fetch fetch = pinned("/i", RAW, "none", "auto");
    assertThat(fetch(fetch)).containsEntry("format", "raw");
    assertThat(fetch(fetch)).containsEntry("format", "raw");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void refusesAnUnknownFormatEvenWhereAnyWillDo() {
    server.serve("/i", "<!DOCTYPE html><p>moved".getBytes());
    assertThat(problem(() -> fetch(fetch("/i", new Unverified(), "none", "auto"))).slug())
        .isEqualTo("image-not-an-image");
    assertNothingLeft();
  }

  @ParameterizedTest
  @CsvSource({
    "SHA-256, %s  i",
    "SHA-512, %s *i",
    "SHA-512, SHA512 (i) = %s",
    "SHA-256, %s",
  })
  void findsOutTheFormAndTheAlgorithmOfAChecksumFile(String algorithm, String line) {
    String digest = Content.digest(algorithm, QCOW2);
    server.serve("/i", QCOW2).serve("/sums", (line.formatted(digest) + "\n").getBytes());
    Trust trust = new Published("sha512", server.url("/sums"), "auto", "i", Optional.empty());
    assertThat(fetch(fetch("/i", trust, "none", "auto")).get("digest")).endsWith(":" + digest);
  }

  @Test
  void leavesALocalFileWhereItIs() throws IOException {
    Path file = Files.write(folder.resolve("my image.img"), QCOW2);
    Map<String, String> outputs = fetch(local(file, new Unverified(), "none"));
    assertThat(outputs)
        .containsEntry("path", file.toString())
        .containsEntry("format", "qcow2")
        .containsEntry("virtual-size", String.valueOf(1 << 30))
        .containsEntry("digest", "sha256:" + Content.digest("SHA-256", QCOW2));
    assertThat(outputs.get("verified")).contains("this machine");
    assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"xz", "zst", "tar.gz"})
  void unpacksALocalFileIntoTheCache(String compression) throws IOException {
    byte[] packed = Packed.of(compression, RAW);
    Path file = Files.write(folder.resolve("image." + compression), packed);
    Trust trust = new Pinned("sha512", Content.digest("SHA-512", packed));
    Map<String, String> outputs = fetch(local(file, trust, compression));
    assertThat(Path.of(outputs.get("path"))).hasBinaryContent(RAW).startsWith(folder);
    assertThat(file).exists();
    assertThat(partial()).isEmpty();
  }

  @Test
  void refusesALocalFileThatIsNotWhatItShouldBe() throws IOException {
    Path file = Files.write(folder.resolve("i"), Images.qcow2WithBackingFile("/etc/shadow"));
    assertThat(problem(() -> fetch(local(file, new Unverified(), "none"))).slug())
        .isEqualTo("image-has-backing-file");
    Trust other = new Pinned("sha256", "00".repeat(32));
    assertThat(problem(() -> fetch(local(file, other, "none"))).slug())
        .isEqualTo("checksum-mismatch");
    Files.write(file, Arrays.copyOf(Packed.of("gz", RAW), 500));
    assertThat(problem(() -> fetch(local(file, new Unverified(), "gz"))).slug())
        .isEqualTo("unpack-failed");
    assertThat(problem(() -> fetch(local(folder.resolve("no"), new Unverified(), "none"))).slug())
        .isEqualTo("file-unreadable");
    assertNothingLeft();
  }

  /** The node would copy a qcow2 image as if it were a plain disk, which nothing boots from. */
  @ParameterizedTest
  @CsvSource({"i.raw,false", "i.vmdk,false", "i.qcow2,true", "i.img,true", "i,true"})
  void refusesALocalFileWhoseNameSaysAnotherFormat(String name, boolean good) throws IOException {
    Path file = Files.write(folder.resolve(name), QCOW2);
    Fetch fetch = local(file, new Unverified(), "none");
    if (good) {
      assertThat(fetch(fetch)).containsEntry("path", file.toString());
    } else {
      Problem problem = problem(() -> fetch(fetch));
      assertThat(problem.slug()).isEqualTo("image-format-differs");
      assertThat(problem.next()).contains(folder.resolve("i.qcow2").toString());
    }
  }

  @Test
  void comparesTheChecksumInsideOfThePackedBytesWhereNobodyGaveADigest() throws IOException {
    byte[] xz = Packed.of("xz", RAW);
    ByteBuffer end = ByteBuffer.wrap(xz).order(ByteOrder.LITTLE_ENDIAN);
    int index = (end.getInt(xz.length - 8) + 1) * 4; // bytes of the index, from the footer
    xz[xz.length - 12 - index - 1] ^= 1; // the checksum of the only block lies before it
    ByteArrayOutputStream zst = new ByteArrayOutputStream();
    try (OutputStream packer = new ZstdOutputStream(zst).setChecksum(true)) {
      packer.write(RAW);
    }
    byte[] spoilt = zst.toByteArray();
    spoilt[spoilt.length - 1] ^= 1;
    server.serve("/xz", xz).serve("/zst", spoilt);
    for (String form : List.of("xz", "zst")) {
      assertThat(problem(() -> fetch(fetch("/" + form, new Unverified(), form, "raw"))).slug())
          .as(form)
          .isEqualTo("unpack-failed");
    }
    assertNothingLeft();
  }

  private static Fetch local(Path file, Trust trust, String compression) {
    return new Fetch(file.toUri().toString(), trust, compression, Optional.empty(), "auto", false);
  }

  private Map<String, String> fetch(Fetch fetch) {
    return downloads(SMALL).fetch(fetch, watch);
  }

  private StreamingDownloads downloads(Limits limits) {
    return downloads(limits, Map.of());
  }

  private StreamingDownloads downloads(Limits limits, Map<String, String> environment) {
    return new StreamingDownloads(
        folder.resolve("cache"),
        List.of(folder.resolve("keys")),
        new ProcessCommands(),
        environment,
        BRIEF,
        limits);
  }

  /** Without qemu-img, which takes an image whose clusters are noise for corrupt. */
  private StreamingDownloads headerOnly() {
    return new StreamingDownloads(
        folder.resolve("cache"),
        List.of(),
        new ProcessCommands(folder, folder.toString()),
        Map.of(),
        BRIEF,
        SMALL);
  }

  private Path keys() throws IOException {
    return Files.createDirectories(folder.resolve("keys"));
  }

  private Fetch pinned(String path, byte[] bytes, String compression, String format) {
    return fetch(path, new Pinned("sha256", Content.digest("SHA-256", bytes)), compression, format);
  }

  private Fetch qcow2(byte[] bytes) {
    return pinned("/i", bytes, "none", "qcow2");
  }

  private Fetch published(String path, String sums, Optional<Signed> signed) {
    String form = signed.filter(s -> s.url().isEmpty()).map(s -> "clearsigned").orElse("gnu");
    Trust trust = new Published("sha512", server.url(sums), form, "i", signed);
    return fetch(path, trust, "none", "qcow2");
  }

  private Fetch fetch(String path, Trust trust, String compression, String format) {
    return new Fetch(server.url(path), trust, compression, Optional.empty(), format, true);
  }

  private static Fetch secure(String url, byte[] bytes) {
    return new Fetch(
        url,
        new Pinned("sha256", Content.digest("SHA-256", bytes)),
        "none",
        Optional.empty(),
        "qcow2",
        false);
  }

  private static Fetch member(Fetch fetch, String glob) {
    return new Fetch(
        fetch.url(),
        fetch.trust(),
        fetch.compression(),
        Optional.of(glob),
        fetch.format(),
        fetch.insecure());
  }

  private static String sums(byte[] bytes, String name) {
    return Content.digest("SHA-512", bytes) + "  " + name + "\n";
  }

  /** Stops a download as a user does, when about so much of it has come. */
  private void stopAt(long offset, Fetch fetch) throws InterruptedException {
    server.spoil("/i", new Fault.StallAt(offset, Fault.ALWAYS));
    CountDownLatch came = new CountDownLatch(1);
    List<String> slugs = new ArrayList<>();
    Watch stopper =
        new Watch() {
          @Override
          public void progress(long done, long total) {}

          @Override
          public void note(String text) {
            came.countDown(); // the stall was noticed: all bytes before it are here
          }
        };
    Thread thread =
        Thread.ofPlatform()
            .start(() -> slugs.add(problem(() -> headerOnly().fetch(fetch, stopper)).slug()));
    came.await();
    thread.interrupt();
    thread.join();
    assertThat(slugs).containsExactly("stopped");
  }

  private List<String> partial() {
    Path partial = folder.resolve("cache/partial");
    if (!Files.isDirectory(partial)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(partial)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String key(Fetch fetch) {
    String name = new ImageCache(Path.of("x")).partial(fetch).part().getFileName().toString();
    return name.substring(0, name.indexOf('.'));
  }

  private void assertNothingLeft() {
    assertThat(partial()).isEmpty();
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long allocated(Path file) {
    String blocks =
        new ProcessCommands().run(Command.of("stat", "-c", "%b", file.toString())).out().strip();
    return Long.parseLong(blocks) * 512;
  }

  private static Problem problem(ThrowingCallable call) {
    Problem[] found = new Problem[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> found[0] = e.first());
    return found[0];
  }
}
