package dev.proxkiln.config.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaultTest {
  private static final JacksonTreeText JSON = new JacksonTreeText();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Set<String> CLEAR =
      Set.of("vault-damaged", "vault-key-wrong", "vault-too-new");

  private final VaultKey key = VaultKey.random(RANDOM);

  private Vault vault() {
    return Vault.create("secrets.vault", new Opening.Key(), key, RANDOM)
        .with("root", "hunter2", NOW)
        .with("token", "user@pam!x=ä€\n2", NOW);
  }

  private static String text(Vault vault) {
    return vault.file().print(JSON);
  }

  private Vault opened(String text) {
    return Vault.open("secrets.vault", VaultFile.parse("secrets.vault", text, JSON), key, RANDOM);
  }

  private static String slug(Runnable work) {
    try {
      work.run();
    } catch (ProblemException e) {
      assertThat(e.first().what()).isNotBlank();
      assertThat(e.first().next()).isNotBlank();
      return e.first().slug();
    }
    return "none";
  }

  @Test
  void keepsSecretsAndShowsNamesOnly() {
    String text = text(vault());
    assertThat(text).contains("\"root\"", "\"token\"").doesNotContain("hunter2", "user@pam");
    assertThat(opened(text).get("root")).contains("hunter2");
    assertThat(opened(text).get("token")).contains("user@pam!x=ä€\n2");
    assertThat(opened(text).get("none")).isEmpty();
    Vault changed = opened(text).with("root", "other", NOW).without("token");
    assertThat(opened(text(changed)).get("root")).contains("other");
    assertThat(opened(text(changed)).get("token")).isEmpty();
    assertThat(changed.file().secrets().get("root").revision()).isEqualTo(2);
    assertThat(vault().toString() + key).doesNotContain("hunter2");
  }

  @Test
  void sealsTheSameTextDifferentlyEachTime() {
    Set<String> sealed = new HashSet<>();
    Vault vault = vault();
    for (int i = 0; i < 100; i++) {
      sealed.add(vault.with("root", "same", NOW).file().secrets().get("root").text());
    }
    assertThat(sealed).hasSize(100);
  }

  @Test
  void refusesAnotherKey() {
    VaultFile file = vault().file();
    assertThat(slug(() -> Vault.open("x", file, VaultKey.random(RANDOM), RANDOM)))
        .isEqualTo("vault-key-wrong");
  }

  @Test
  void refusesValuesThatAreNotWhereTheyBelong() {
    Vault vault = vault();
    VaultFile file = vault.file();
    Map<String, VaultFile.Sealed> swapped =
        Map.of("root", file.secrets().get("token"), "token", file.secrets().get("root"));
    assertThat(slug(() -> opened(with(file, swapped)))).isEqualTo("vault-damaged");
    VaultFile older = vault.with("root", "newer", NOW).file();
    Map<String, VaultFile.Sealed> rolledBack =
        Map.of("root", file.secrets().get("root"), "token", older.secrets().get("token"));
    assertThat(slug(() -> opened(with(older, rolledBack)))).isEqualTo("vault-damaged");
    assertThat(slug(() -> opened(with(file, Map.of("root", file.secrets().get("root"))))))
        .isEqualTo("vault-damaged");
    VaultFile other = vault.under(new Opening.Key(), key).file();
    assertThat(slug(() -> opened(with(file, other.secrets())))).isEqualTo("vault-damaged");
  }

  /** Even whoever could forge the seal of the whole cannot move a value. */
  @Test
  void bindsEveryValueToItsNameItsRevisionAndItsVault() {
    byte[] with = key.derive("id", "values");
    String sealed = Seal.close(with, "x", VaultFile.about("id", "root", 1), RANDOM);
    assertThat(Seal.open(with, sealed, VaultFile.about("id", "root", 1))).contains("x");
    assertThat(Seal.open(with, sealed, VaultFile.about("id", "root", 2))).isEmpty();
    assertThat(Seal.open(with, sealed, VaultFile.about("id", "token", 1))).isEmpty();
    assertThat(Seal.open(with, sealed, VaultFile.about("di", "root", 1))).isEmpty();
  }

  private static String with(VaultFile file, Map<String, VaultFile.Sealed> secrets) {
    return new VaultFile(
            file.id(), file.opening(), file.check(), new TreeMap<>(secrets), file.seal())
        .print(JSON);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\": 1 | \"version\": 2 | vault-too-new",
        "\"version\": 1 | \"version\": 0 | vault-damaged",
        "\"proxkiln-vault\" | \"other\" | vault-damaged",
        "\"kind\": \"key\" | \"kind\": \"none\" | vault-damaged",
        "\"revision\": 1 | \"revision\": 2 | vault-damaged",
        "2026-01-02 | 2027-01-02 | vault-damaged",
        "\"root\" | \"toor\" | vault-damaged",
        "{ | [ | vault-damaged",
      })
  void saysWhatIsWrong(String from, String to, String slug) {
    String text = text(vault()).replaceFirst(java.util.regex.Pattern.quote(from), to);
    assertThat(slug(() -> opened(text))).isEqualTo(slug);
  }

  /** Random damage of every kind gives the right text or a clear problem, and nothing else. */
  @Test
  @Tag("real")
  void survivesAHundredThousandTamperings() {
    Random random = new Random(20260102);
    String whole = text(vault());
    String other = text(vault().with("root", "another", NOW));
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      String damaged = damaged(whole, other, random);
      try {
        Optional<String> found = opened(damaged).get("root");
        if (!found.equals(Optional.of("hunter2"))) {
          throw new AssertionError("'" + found + "' from\n" + damaged);
        }
      } catch (ProblemException e) {
        refused++;
        if (!CLEAR.contains(e.first().slug())) {
          throw new AssertionError(e.first() + " from\n" + damaged, e);
        }
      }
    }
    assertThat(refused).isGreaterThan(90_000);
  }

  private static String damaged(String whole, String other, Random random) {
    char[] text = whole.toCharArray();
    int at = random.nextInt(text.length);
    int to = random.nextInt(text.length);
    return switch (random.nextInt(7)) {
      case 0 -> whole.substring(0, at);
      case 1 -> whole.substring(at);
      case 2 -> {
        text[at] ^= (char) (1 << random.nextInt(7));
        yield new String(text);
      }
      case 3 -> {
        char one = text[at];
        text[at] = text[to];
        text[to] = one;
        yield new String(text);
      }
      case 4 ->
          whole.substring(0, Math.min(at, to)) + whole.substring(Math.max(at, to), text.length);
      case 5 -> {
        int end = Math.min(text.length, at + 1 + random.nextInt(40));
        yield whole.substring(0, at) + whole.substring(at, end) + whole.substring(at);
      }
      default -> spliced(whole, other, random);
    };
  }

  /** A line of another version of the same vault. */
  private static String spliced(String whole, String other, Random random) {
    List<String> lines = new ArrayList<>(Arrays.asList(whole.split("\n")));
    List<String> others = List.of(other.split("\n"));
    int at = random.nextInt(lines.size());
    lines.set(at, others.get(random.nextInt(others.size())));
    return String.join("\n", lines);
  }

  @Test
  void changesKeyAndWayOfOpening() {
    Argon2id quick = new Argon2id(8192, 1, 1, new byte[16]);
    Vault moved = vault().under(new Opening.Passphrase(quick), quick.key("open sesame"));
    String text = text(moved);
    VaultFile file = VaultFile.parse("x", text, JSON);
    assertThat(file.opening()).isEqualTo(new Opening.Passphrase(quick));
    assertThat(Vault.open("x", file, quick.key("open sesame"), RANDOM).get("root"))
        .contains("hunter2");
    assertThat(slug(() -> Vault.open("x", file, quick.key("Open sesame"), RANDOM)))
        .isEqualTo("vault-key-wrong");
    assertThat(slug(() -> opened(text))).isEqualTo("vault-key-wrong");
    assertThat(file.id()).isNotEqualTo(vault().file().id());
    // A passphrase whose price was lowered in the file is another key.
    assertThat(slug(() -> VaultFile.parse("x", text.replace("8192", "1"), JSON)))
        .isEqualTo("vault-damaged");
    assertThat(
            slug(
                () ->
                    Vault.open(
                        "x",
                        VaultFile.parse("x", text.replace("8192", "16384"), JSON),
                        quick.key("open sesame"),
                        RANDOM)))
        .isEqualTo("vault-damaged");
  }

  @Test
  void printsAndReadsKeyFiles() {
    VaultKey second = VaultKey.random(RANDOM);
    assertThat(VaultKey.parse(VaultKey.print(List.of(key, second)))).containsExactly(key, second);
    assertThat(VaultKey.parse("x\nproxkiln-key-1 !!\nproxkiln-key-1 aGVsbG8=\n")).isEmpty();
  }

  @Test
  void carriesAnExportSealedOrInClear() {
    Export export =
        new Export(
            new TreeMap<>(Map.of("config/config.yaml", "am9iczogMgo=")),
            new TreeMap<>(Map.of("root", "hunter2")));
    String sealed = export.sealed("correct horse", JSON, RANDOM);
    assertThat(sealed).doesNotContain("root", "config.yaml", "am9iczogMgo=");
    assertThat(Export.isSealed("x", sealed, JSON)).isTrue();
    assertThat(Export.read("x", sealed, "correct horse", JSON)).isEqualTo(export);
    assertThat(slug(() -> Export.read("x", sealed, "battery staple", JSON)))
        .isEqualTo("vault-key-wrong");
    for (String wrong :
        List.of(
            sealed.substring(0, sealed.length() / 2),
            sealed.replaceFirst("(?<=\"sealed\": \")[^\"]{8}", "AAAAAAAA"),
            sealed.replace("proxkiln-export", "other"))) {
      assertThat(slug(() -> Export.read("x", wrong, "correct horse", JSON)))
          .isEqualTo("vault-damaged");
    }
    assertThat(
            slug(
                () ->
                    Export.read(
                        "x", sealed.replace("\"version\": 1", "\"version\": 9"), "x", JSON)))
        .isEqualTo("vault-too-new");
    String clear = export.clear(JSON);
    assertThat(Export.isSealed("x", clear, JSON)).isFalse();
    assertThat(Export.read("x", clear, "", JSON)).isEqualTo(export);
    assertThat(export.toString()).doesNotContain("hunter2");
    assertThatThrownBy(() -> new Argon2id(1, 1, 1, new byte[16]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
