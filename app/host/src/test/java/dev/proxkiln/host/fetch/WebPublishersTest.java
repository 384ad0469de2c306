package dev.proxkiln.host.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Fault;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.SigningKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WebPublishersTest {
  private static final Patience BRIEF =
      new Patience(
          Duration.ofSeconds(5),
          Duration.ofMillis(500),
          2,
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofSeconds(30));
  private static final String DIGEST = "a".repeat(64);

  @TempDir Path folder;
  private final FaultServer server = FaultServer.http();

  @AfterEach
  void stopTheServer() {
    server.close();
  }

  private Publishers publishers() {
    return new StreamingDownloads(
            folder.resolve("cache"),
            List.of(folder),
            new ProcessCommands(),
            Map.of(),
            BRIEF,
            new Limits(1 << 20, 1 << 20, 1 << 20, 1 << 20))
        .publishers();
  }

  private static String slugOf(ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call).first().slug();
  }

  @Test
  void asksForAFileWithoutReadingIt() {
    server.serve("/image", new byte[300_000]);
    assertThat(publishers().there(server.url("/image"), true))
        .isEqualTo(new Publishers.There(server.url("/image"), 300_000));
    assertThat(server.requests("/image").getFirst().header("range")).isEqualTo("bytes=0-0");
  }

  @Test
  void saysWhereAFileHasMovedForGood() {
    server.serve("/new", "x");
    server.spoil("/old", new Fault.Status(308, Map.of("Location", "/new"), Integer.MAX_VALUE));
    server.spoil("/mirror", Fault.Redirect.to(server.url("/old")));
    assertThat(publishers().there(server.url("/old"), true).moved()).isEqualTo(server.url("/new"));
    assertThat(publishers().there(server.url("/mirror"), true).moved())
        .as("what a passing redirect leads to is no news")
        .isEqualTo(server.url("/mirror"));
  }

  @Test
  void saysThatAFileIsGone() {
    assertThat(slugOf(() -> publishers().there(server.url("/gone"), true)))
        .isEqualTo("download-not-found");
    assertThat(slugOf(() -> publishers().read(server.url("/gone"), true)))
        .isEqualTo("download-not-found");
    assertThat(slugOf(() -> publishers().there(server.url("/gone"), false)))
        .isEqualTo("address-insecure");
  }

  @Test
  void triesOnceMoreAndThenSaysSo() {
    server.serve("/image", "x").spoil("/image", Fault.Status.of(503, 1));
    assertThat(publishers().there(server.url("/image"), true).size()).isEqualTo(1);
    server.spoil("/down", Fault.Status.of(503));
    assertThat(slugOf(() -> publishers().there(server.url("/down"), true)))
        .isEqualTo("download-failed");
    assertThat(server.requests("/down")).hasSize(2);
  }

  @Test
  void asksForADocumentOnlyOnce() {
    server.serve("/SUMS", DIGEST + "  one\n" + "b".repeat(64) + "  two\n");
    Publishers publishers = publishers();
    assertThat(publishers.stated(published("one", Optional.empty())).digest())
        .isEqualTo("sha256:" + DIGEST);
    assertThat(publishers.stated(published("two", Optional.empty())).digest())
        .isEqualTo("sha256:" + "b".repeat(64));
    assertThat(publishers.read(server.url("/SUMS"), true)).contains("two");
    assertThat(server.requests("/SUMS")).hasSize(1);
  }

  @Test
  void verifiesTheSignatureOfWhatIsStated() {
    SigningKey key = SigningKey.create("Publisher");
    key.writeTo(folder);
    String sums = DIGEST + "  one\n";
    server.serve("/SUMS", sums).serve("/SUMS.sig", key.sign(sums));
    Fetch.Signed signed = new Fetch.Signed(Optional.of(server.url("/SUMS.sig")), key.fingerprint());
    assertThat(publishers().stated(published("one", Optional.of(signed))).verified())
        .contains("signed by " + key.fingerprint());
    server.serve("/SUMS.sig", key.sign("something else"));
    assertThat(slugOf(() -> publishers().stated(published("one", Optional.of(signed)))))
        .isEqualTo("signature-invalid");
  }

  private Fetch published(String file, Optional<Fetch.Signed> signature) {
    return new Fetch(
        server.url("/" + file),
        new Fetch.Published("sha256", server.url("/SUMS"), "gnu", file, signature),
        "none",
        Optional.empty(),
        "qcow2",
        true);
  }
}
