package dev.proxkiln.host.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.port.Commands.Ended;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedTextTest {
  private static final String TEXT =
      "# comment  \n- dashed\n-----also dashed\nSHA256 (i) = ab\t\n\nlast\n";
  private static final SigningKey KEY = SigningKey.create("Publisher <p@example.test>");

  @TempDir Path folder;

  private SignedText verifier() {
    return verifier(InstantSource.system());
  }

  private SignedText verifier(InstantSource clock) {
    return new SignedText(new PinnedKeys(List.of(folder.resolve("none"), folder)), clock);
  }

  @Test
  void acceptsDetachedSignaturesOfThePinnedKey() {
    KEY.writeTo(folder);
    verifier().detached(utf8(TEXT), utf8(KEY.sign(TEXT)), KEY.fingerprint(), "x");
    byte[] binary = KEY.sign(utf8(TEXT), HashAlgorithmTags.SHA256);
    verifier().detached(utf8(TEXT), binary, KEY.fingerprint().toLowerCase(), "x");
  }

  @Test
  void refusesADetachedSignatureOverAnotherText() {
    KEY.writeTo(folder);
    assertProblem(
        () ->
            verifier()
                .detached(utf8(TEXT + " "), utf8(KEY.sign(TEXT)), KEY.fingerprint(), "https://x"),
        "signature-invalid",
        "does not fit the text");
  }

  @Test
  void refusesASignatureOfAnotherKey() {
    SigningKey other = SigningKey.create("Somebody else");
    KEY.writeTo(folder);
    other.writeTo(folder);
    assertProblem(
        () -> verifier().detached(utf8(TEXT), utf8(other.sign(TEXT)), KEY.fingerprint(), "x"),
        "signature-invalid",
        "made by another key, " + other.fingerprint().substring(24));
  }

  @Test
  void refusesBrokenHashes() {
    KEY.writeTo(folder);
    for (int hash : new int[] {HashAlgorithmTags.SHA1, HashAlgorithmTags.MD5}) {
      assertProblem(
          () -> verifier().detached(utf8(TEXT), KEY.sign(utf8(TEXT), hash), KEY.fingerprint(), "x"),
          "signature-invalid",
          "hash algorithm is too weak");
    }
  }

  @Test
  void refusesKeysThatAreExpiredTodayOrRevoked() {
    Instant born = Instant.parse("2026-01-01T00:00:00Z");
    SigningKey mortal = SigningKey.create("Mortal", born, Duration.ofDays(30));
    mortal.writeTo(folder);
    ThrowingCallable check =
        () -> verifier().detached(utf8(TEXT), utf8(mortal.sign(TEXT)), mortal.fingerprint(), "x");
    assertProblem(check, "signature-invalid", "expired");
    assertThatCode(
            () ->
                verifier(InstantSource.fixed(born.plus(Duration.ofDays(10))))
                    .detached(utf8(TEXT), utf8(mortal.sign(TEXT)), mortal.fingerprint(), "x"))
        .doesNotThrowAnyException();

    SigningKey revoked = KEY.revoked();
    revoked.writeTo(folder);
    assertProblem(
        () -> verifier().detached(utf8(TEXT), utf8(revoked.sign(TEXT)), KEY.fingerprint(), "x"),
        "signature-invalid",
        "revoked");
  }

  @Test
  void wantsASignatureWhereOneMustBe() {
    KEY.writeTo(folder);
    for (String nothing : List.of("", "<html>404</html>", TEXT)) {
      assertProblem(
          () -> verifier().detached(utf8(TEXT), utf8(nothing), KEY.fingerprint(), "x"),
          "signature-missing",
          "no OpenPGP signature");
    }
    assertProblem(
        () -> verifier().clear(TEXT, KEY.fingerprint(), "x"),
        "signature-missing",
        "no OpenPGP signature");
    assertProblem(() -> SignedText.unverified(TEXT, "x"), "signature-missing", "");
  }

  @Test
  void wantsTheKeyThatIsPinned() throws IOException {
    assertProblem(
        () -> verifier().clear(KEY.clearSign(TEXT), KEY.fingerprint(), "x"),
        "key-unknown",
        KEY.fingerprint());
    Files.move(SigningKey.create("X").writeTo(folder), folder.resolve(KEY.fingerprint() + ".asc"));
    assertProblem(
        () -> verifier().clear(KEY.clearSign(TEXT), KEY.fingerprint(), "x"),
        "key-unknown",
        "holds another key");
    Files.writeString(folder.resolve(KEY.fingerprint() + ".asc"), "no key");
    assertProblem(
        () -> verifier().clear(KEY.clearSign(TEXT), KEY.fingerprint(), "x"),
        "key-unknown",
        "not an OpenPGP public key");
    assertProblem(
        () -> verifier().clear(KEY.clearSign(TEXT), "DEADBEEF", "x"), "key-unknown", "40 hex");
    assertProblem(
        () -> verifier().clear(KEY.clearSign(TEXT), "../".repeat(20), "x"),
        "key-unknown",
        "40 hex");
  }

  @Test
  void readsOnlyTheTextInsideTheSignedBlock() {
    KEY.writeTo(folder);
    String file = "evil  i\n" + KEY.clearSign(TEXT) + "evil  i\n";
    String expected = TEXT.lines().map(String::stripTrailing).reduce("", (a, b) -> a + b + "\n");
    assertThat(verifier().clear(file, KEY.fingerprint(), "x")).isEqualTo(expected);
    assertThat(verifier().clear(file.replace("\n", "\r\n"), KEY.fingerprint(), "x"))
        .isEqualTo(expected);
    assertThat(SignedText.unverified(file, "x")).isEqualTo(expected);
  }

  @Test
  void refusesAClearTextThatWasChanged() {
    KEY.writeTo(folder);
    String signed = KEY.clearSign(TEXT);
    assertProblem(
        () -> verifier().clear(signed.replace("= ab", "= ac"), KEY.fingerprint(), "x"),
        "signature-invalid",
        "does not fit the text");
    assertProblem(
        () -> verifier().clear(signed.replace("\n\n#", "\nevil: x\n\n#"), KEY.fingerprint(), "x"),
        "signature-missing",
        "");
    assertProblem(
        () -> verifier().clear(signed.replace("- - dashed", "- dashed"), KEY.fingerprint(), "x"),
        "signature-invalid",
        "");
  }

  @Test
  void agreesWithGnuPg() throws IOException {
    Gpg gpg = new Gpg(Files.createDirectory(folder.resolve("gpg")));
    assumeTrue(gpg.isInstalled(), "gpg is not installed");
    Path text = Files.writeString(folder.resolve("SUMS"), TEXT);
    for (String algorithm : List.of("rsa2048", "ed25519", "nistp256")) {
      String user = algorithm + "@example.test";
      gpg.run("--quick-generate-key", user, algorithm, "cert,sign", "0");
      String fingerprint = gpg.export(user, folder);
      gpg.signAll(user, text);
      checkAll(fingerprint);
    }
  }

  @Test
  void acceptsAGnuPgSubkeyUntilItIsRevokedOrExpired() throws IOException {
    Gpg gpg = new Gpg(Files.createDirectory(folder.resolve("gpg")));
    assumeTrue(gpg.isInstalled(), "gpg is not installed");
    Path text = Files.writeString(folder.resolve("SUMS"), TEXT);
    // A revocation in the same second as the binding that it revokes would not count.
    String then = Instant.now().minus(Duration.ofDays(2)).getEpochSecond() + "!";
    List<String> past = List.of("--faked-system-time", then);
    gpg.run(past, "--quick-generate-key", "sub@example.test", "ed25519", "cert", "0");
    String fingerprint = gpg.export("sub@example.test", folder);
    gpg.run(past, "--quick-add-key", fingerprint, "ed25519", "sign", "30d");
    gpg.export("sub@example.test", folder);
    gpg.signAll("sub@example.test", text);
    checkAll(fingerprint);

    byte[] signature = Files.readAllBytes(folder.resolve("SUMS.sig"));
    InstantSource later = InstantSource.fixed(Instant.now().plus(Duration.ofDays(40)));
    assertProblem(
        () -> verifier(later).detached(utf8(TEXT), signature, fingerprint, "x"),
        "signature-invalid",
        "expired");

    gpg.feed("key 1\nrevkey\ny\n3\n\ny\nsave\n", "--command-fd", "0", "--edit-key", fingerprint);
    gpg.export("sub@example.test", folder);
    assertProblem(
        () -> verifier().detached(utf8(TEXT), signature, fingerprint, "x"),
        "signature-invalid",
        "revoked");
  }

  private void checkAll(String fingerprint) throws IOException {
    for (String name : List.of("SUMS.sig", "SUMS.asc")) {
      byte[] signature = Files.readAllBytes(folder.resolve(name));
      verifier().detached(utf8(TEXT), signature, fingerprint, name);
      assertProblem(
          () -> verifier().detached(utf8("x" + TEXT), signature, fingerprint, name),
          "signature-invalid",
          "does not fit");
    }
    String clear = Files.readString(folder.resolve("SUMS.clear"));
    assertThat(verifier().clear(clear, fingerprint, "x").lines().map(String::stripTrailing))
        .containsExactlyElementsOf(TEXT.lines().map(String::stripTrailing).toList());
    assertProblem(
        () -> verifier().clear(clear.replace("last", "lost"), fingerprint, "x"),
        "signature-invalid",
        "does not fit");
  }

  /** The real GnuPG with a keyring of its own. */
  private record Gpg(Path home) {
    private boolean isInstalled() {
      return Files.isExecutable(Path.of("/usr/bin/gpg")) && home.toFile().setReadable(true, true);
    }

    private Ended run(String... arguments) {
      return feed("", arguments);
    }

    private Ended run(List<String> first, String... arguments) {
      List<String> all = new ArrayList<>(first);
      all.addAll(List.of(arguments));
      return run(all.toArray(String[]::new));
    }

    private Ended feed(String input, String... arguments) {
      List<String> argv =
          new ArrayList<>(
              List.of("gpg", "--homedir", home.toString(), "--batch", "--yes", "--no-tty"));
      argv.addAll(List.of("--pinentry-mode", "loopback", "--passphrase", ""));
      argv.addAll(List.of(arguments));
      if (!input.isEmpty()) {
        argv.remove("--batch");
      }
      Ended ended = new ProcessCommands().run(Command.of(argv).feeding(input));
      assertThat(ended.ok()).as(argv + "\n" + ended.err()).isTrue();
      return ended;
    }

    private String export(String user, Path folder) throws IOException {
      String listing = run("--with-colons", "--list-keys", user).out();
      String fingerprint =
          listing.lines().filter(l -> l.startsWith("fpr:")).findFirst().orElseThrow().split(":")[9];
      Files.writeString(
          folder.resolve(fingerprint + ".asc"), run("--armor", "--export", user).out());
      return fingerprint;
    }

    private void signAll(String user, Path text) {
      run("-u", user, "-o", text + ".sig", "--detach-sign", text.toString());
      run("-u", user, "-o", text + ".asc", "--armor", "--detach-sign", text.toString());
      run("-u", user, "-o", text + ".clear", "--clear-sign", text.toString());
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertProblem(ThrowingCallable call, String slug, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo(slug);
              assertThat(e.first().what() + " " + e.first().why()).contains(text);
            });
  }
}
