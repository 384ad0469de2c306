package dev.proxkiln.host.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.fetch.StreamingDownloads;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.trust.PinnedKeys;
import dev.proxkiln.host.trust.SignedText;
import dev.proxkiln.testkit.Content;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CatalogueUpdateTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-11-20");
  private static final LocalDate LATER = LocalDate.parse("2027-05-20");
  private static final long SHIPPED = 100;

  @TempDir Path folder;
  private final FaultServer server = FaultServer.http();
  private final SigningKey key = SigningKey.create("Catalogue");
  private CatalogueStore store = new CatalogueStore(Path.of("nowhere"));
  private List<Problem> faults = List.of();

  @BeforeEach
  void prepare() {
    key.writeTo(folder);
    store = new CatalogueStore(folder.resolve("store"));
  }

  @AfterEach
  void stopTheServer() {
    server.close();
  }

  private CatalogueUpdate.Outcome update(String fingerprint) {
    return new CatalogueUpdate(
            store,
            new StreamingDownloads(
                    folder.resolve("cache"), List.of(), new ProcessCommands(), Map.of())
                .publishers(),
            new SignedText(new PinnedKeys(List.of(folder)), InstantSource.system()),
            TODAY)
        .run(
            new CatalogueUpdate.Source(server.url("/c"), fingerprint, true, SHIPPED),
            staged -> faults);
  }

  private CatalogueUpdate.Outcome update() {
    return update(key.fingerprint());
  }

  private String slug() {
    return slug(key.fingerprint());
  }

  private String slug(String fingerprint) {
    return catchThrowableOfType(ProblemException.class, () -> update(fingerprint)).first().slug();
  }

  private Manifest manifest(long version, String... namesAndTexts) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      byte[] bytes = namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8);
      server.serve("/c/" + namesAndTexts[i], bytes);
      files.put(namesAndTexts[i], Content.digest("SHA-256", bytes));
    }
    return new Manifest(version, LATER, files);
  }

  private void publish(long version, String... namesAndTexts) {
    server.serve("/c/CATALOGUE.asc", key.clearSign(manifest(version, namesAndTexts).text()));
  }

  private String read(String name) throws IOException {
    return Files.readString(store.inUse(SHIPPED).orElseThrow().resolve(name));
  }

  private List<String> stored() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("store"))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void takesWhatIsNewer() throws IOException {
    assertThat(store.inUse(SHIPPED)).isEmpty();
    publish(101, "images/debian.yaml", "one", "keys/" + key.fingerprint() + ".asc", "a key");
    assertThat(update()).isEqualTo(new CatalogueUpdate.Outcome(101, SHIPPED, 2));
    assertThat(read("images/debian.yaml")).isEqualTo("one");
    assertThat(store.version()).isEqualTo(101);
  }

  @Test
  void doesNothingWhenNothingIsNewer() throws IOException {
    publish(SHIPPED, "images/debian.yaml", "one");
    assertThat(update()).isEqualTo(new CatalogueUpdate.Outcome(SHIPPED, SHIPPED, 0));
    publish(101, "images/debian.yaml", "one");
    update();
    assertThat(update()).isEqualTo(new CatalogueUpdate.Outcome(101, 101, 0));
    assertThat(server.requests("/c/images/debian.yaml")).hasSize(1);
    assertThat(stored()).containsExactly("101", "current", "lock");
  }

  @Test
  void keepsTheOneBeforeAndNoMore() throws IOException {
    for (long version = 101; version <= 104; version++) {
      publish(version, "images/debian.yaml", "text " + version);
      update();
    }
    assertThat(stored()).containsExactly("103", "104", "current", "lock");
    assertThat(read("images/debian.yaml")).isEqualTo("text 104");
  }

  @Test
  void refusesAFileThatWasChanged() throws IOException {
    publish(101, "images/debian.yaml", "one");
    update();
    publish(102, "images/debian.yaml", "two");
    server.serve("/c/images/debian.yaml", "evil");
    assertThat(slug()).isEqualTo("checksum-mismatch");
    assertThat(read("images/debian.yaml")).isEqualTo("one");
    assertThat(stored()).as("nothing half made is left").containsExactly("101", "current", "lock");
  }

  @Test
  void refusesAManifestThatWasChanged() {
    String signed = key.clearSign(manifest(101, "images/debian.yaml", "one").text());
    server.serve("/c/CATALOGUE.asc", signed.replace("version 101", "version 102"));
    assertThat(slug()).isEqualTo("signature-invalid");
    server.serve("/c/CATALOGUE.asc", manifest(101, "images/debian.yaml", "one").text());
    assertThat(slug()).isEqualTo("signature-missing");
    assertThat(store.inUse(SHIPPED)).isEmpty();
  }

  @Test
  void refusesAnotherKey() {
    SigningKey other = SigningKey.create("Somebody");
    other.writeTo(folder);
    server.serve("/c/CATALOGUE.asc", other.clearSign(manifest(101, "images/a.yaml", "x").text()));
    assertThat(slug()).isEqualTo("signature-invalid");
    assertThat(slug("F".repeat(40))).isEqualTo("key-unknown");
    assertThat(store.version()).isZero();
  }

  @Test
  void refusesAnOlderVersion() {
    publish(99, "images/debian.yaml", "old");
    assertThat(slug()).as("than the shipped one").isEqualTo("catalogue-update-refused");
    publish(105, "images/debian.yaml", "new");
    update();
    publish(104, "images/debian.yaml", "old");
    assertThat(slug()).as("than a fetched one").isEqualTo("catalogue-update-refused");
    assertThat(store.version()).isEqualTo(105);
  }

  @Test
  void refusesACopyThatIsTooOldToBelieve() {
    Manifest late = manifest(101, "images/debian.yaml", "one");
    server.serve(
        "/c/CATALOGUE.asc",
        key.clearSign(new Manifest(101, TODAY.minusDays(1), late.files()).text()));
    assertThat(slug()).isEqualTo("catalogue-update-refused");
  }

  @Test
  void refusesNamesThatLeaveItsFolders() {
    for (String name :
        List.of(
            "../images/a.yaml",
            "images/../../x.yaml",
            "/etc/x.yaml",
            "images/a.sh",
            "bin/a.yaml")) {
      server.serve(
          "/c/CATALOGUE.asc",
          key.clearSign(
              "proxkiln-catalogue 1\nversion 101\nexpires 2027-05-20\nfile "
                  + "a".repeat(64)
                  + " "
                  + name
                  + "\n"));
      assertThat(slug()).as(name).isEqualTo("catalogue-update-refused");
    }
  }

  @Test
  void refusesWhatThisProgramCannotRead() throws IOException {
    publish(101, "images/debian.yaml", "one");
    faults =
        List.of(new Problem("catalogue-unreadable", Kind.INPUT, "", "unknown key 'x'.", "", ""));
    assertThat(slug()).isEqualTo("catalogue-update-refused");
    assertThat(store.version()).isZero();
    assertThat(stored()).containsExactly("lock");
    server.serve("/c/CATALOGUE.asc", key.clearSign("proxkiln-catalogue 2\n"));
    assertThat(slug()).isEqualTo("catalogue-update-refused");
  }

  @Test
  void anUnfinishedUpdateChangesNothing() throws IOException {
    publish(101, "images/debian.yaml", "one");
    update();
    publish(102, "images/debian.yaml", "two", "images/fedora.yaml", "three");
    server.serve(
        "/c/CATALOGUE.asc",
        key.clearSign(
            new Manifest(
                    102, LATER, new LinkedHashMap<>(Map.of("images/gone.yaml", "a".repeat(64))))
                .text()));
    assertThat(slug()).isEqualTo("download-not-found");
    assertThat(read("images/debian.yaml")).isEqualTo("one");
  }

  @Test
  void aReleaseWithANewerCatalogueWins() {
    publish(101, "images/debian.yaml", "one");
    update();
    assertThat(store.inUse(200)).isEmpty();
    assertThat(store.inUse(SHIPPED)).isPresent();
  }
}
