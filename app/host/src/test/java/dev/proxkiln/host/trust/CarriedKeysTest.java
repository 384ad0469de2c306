package dev.proxkiln.host.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.junit.jupiter.api.Test;

class CarriedKeysTest {
  private static final Path KEYS = Path.of(System.getProperty("proxkiln.home"), "templates/keys");

  @Test
  void everyKeyHasTheFingerprintThatIsItsNameAndCanSignToday() throws IOException {
    List<String> names = names();
    assertThat(names).hasSizeGreaterThanOrEqualTo(14);
    PinnedKeys keys = new PinnedKeys(List.of(KEYS));
    for (String name : names) {
      OpenPGPCertificate key = keys.key(name);
      assertThat(HexFormat.of().withUpperCase().formatHex(key.getFingerprint())).isEqualTo(name);
      assertThat(key.getSigningKeys(new Date())).as(name).isNotEmpty();
    }
  }

  @Test
  void knowsWhenKeysThatWereExtendedExpire() {
    PinnedKeys keys = new PinnedKeys(List.of(KEYS));
    Date now = Date.from(Instant.parse("2026-11-20T00:00:00Z"));
    OpenPGPCertificate opensuse = keys.key("AD485664E901B867051AB15F35A2F86E29B700A4");
    assertThat(opensuse.getPrimaryKey().getKeyExpirationDateAt(now).toInstant())
        .isBetween("2030-05-27T00:00:00Z", "2030-05-28T00:00:00Z");
    OpenPGPCertificate arch = keys.key("1B9A16984A4E8CB448712D2AE0B78BF4326C6F8F");
    assertThat(arch.getPrimaryKey().getKeyExpirationDateAt(now)).isNull();
    assertThat(arch.getSigningKeys(now).getFirst().getKeyExpirationDateAt(now).toInstant())
        .isBetween("2027-05-28T00:00:00Z", "2027-05-29T00:00:00Z");
  }

  @Test
  void everyKeyHasARowInTheTable() throws IOException {
    assertThat(Files.readString(KEYS.resolve("README.md")))
        .contains(names().stream().map(name -> "| " + name + " |").toList());
  }

  private static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(KEYS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".asc"))
          .map(name -> name.substring(0, name.length() - 4))
          .sorted()
          .toList();
    }
  }
}
