package dev.proxkiln.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.ui.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code secret ...}, and exports. */
class SecretTest {
  @TempDir Path root;
  @TempDir Path elsewhere;
  private InProcess program;

  @BeforeEach
  void start() {
    program = new InProcess(root);
  }

  private Path vault() {
    return program.layout().vault();
  }

  private Path key() {
    return program.layout().vaultKey();
  }

  private static String says(InProcess program, String... words) {
    InProcess.Ended ended = program.run(words);
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended.out();
  }

  private void set(String name, String text) {
    program.with("MINE", text);
    says(program, "secret", "set", name, "--from-variable", "MINE");
    program.without("MINE");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** Somebody who types some lines, and cannot be seen typing them. */
  private static Terminal typing(List<Boolean> hidden, String... lines) {
    List<String> left = new ArrayList<>(List.of(lines));
    return () ->
        Optional.of(
            new Terminal.Line(
                new BufferedReader(
                    new StringReader(left.isEmpty() ? "" : left.removeFirst() + "\n")),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                hide -> hidden.add(hide)));
  }

  @Test
  void keepsWhatIsTypedUnseen() throws IOException {
    List<Boolean> hidden = new ArrayList<>();
    program.asking(typing(hidden, "hunter2"));
    InProcess.Ended ended = program.run("secret", "set", "web-root");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out() + ended.err()).doesNotContain("hunter2");
    assertThat(hidden).containsExactly(true, false);
    assertThat(vault()).content().contains("web-root").doesNotContain("hunter2");
    assertThat(mode(vault())).isEqualTo("rw-------");
    assertThat(mode(key())).isEqualTo("rw-------");
    assertThat(mode(vault().getParent())).isEqualTo("rwxr-x---");
    assertThat(says(program, "secret", "get", "web-root")).isEqualTo("hunter2\n");
  }

  @Test
  void readsASecretFromAFileAndAVariable() throws IOException {
    Files.writeString(root.resolve("token"), "user@pam!x=1-2\n");
    says(program, "secret", "set", "token", "--from-file", "token");
    set("other", "ä \"x\"");
    assertThat(says(program, "secret", "get", "token")).isEqualTo("user@pam!x=1-2\n");
    assertThat(says(program, "secret", "get", "other", "--json")).contains("ä \\\"x\\\"");
    assertThat(says(program, "secret", "list")).contains("token", "other", "vault");
    set("other", "y");
    assertThat(says(program, "secret", "list", "--json")).contains("\"revision\": 2");
    assertThat(says(program, "__complete", "runs", "--token", "secret:")).contains("secret:other");
    assertThat(program.run("secret", "remove", "other").err()).contains("consent-missing");
    says(program, "secret", "remove", "other", "--yes");
    assertThat(program.run("secret", "get", "other").err())
        .contains("secret-missing", "proxkiln secret set other");
  }

  @Test
  void refusesWhatIsNoSecret() throws IOException {
    assertThat(program.run("secret", "set", "x").err()).contains("Nobody can be asked");
    assertThat(program.run("secret", "set", "X Y", "--from-variable", "HOME").err())
        .contains("not a valid name");
    assertThat(program.run("secret", "set", "x", "hunter2").err()).contains("one word too many");
    assertThat(program.run("secret", "set", "x", "--from-variable", "NONE").code()).isEqualTo(2);
    Files.writeString(root.resolve("empty"), "\n");
    assertThat(program.run("secret", "set", "x", "--from-file", "empty").err())
        .contains("The secret is empty");
    assertThat(vault()).doesNotExist();
  }

  @Test
  void opensWithTheRightKeyOnly() throws IOException {
    set("x", "hunter2");
    String right = Files.readString(key());
    Path moved = Files.move(key(), root.resolve("moved"));
    assertThat(program.run("secret", "get", "x").err()).contains("vault-locked");
    Files.createDirectories(root.resolve("credentials"));
    Files.copy(moved, root.resolve("credentials/proxkiln-vault-key"));
    program.with("CREDENTIALS_DIRECTORY", root.resolve("credentials").toString());
    assertThat(says(program, "secret", "get", "x")).isEqualTo("hunter2\n");
    program.without("CREDENTIALS_DIRECTORY");
    Files.move(moved, key());
    says(program, "secret", "rotate");
    assertThat(says(program, "secret", "get", "x")).isEqualTo("hunter2\n");
    assertThat(Files.readString(key())).isNotEqualTo(right);
    Files.writeString(key(), right);
    assertThat(program.run("secret", "get", "x").err()).contains("vault-key-wrong");
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(program.run("secret", "get", "x").err()).contains("secret-unsafe");
  }

  @Test
  void opensWithAPassphraseThatNobodySees() throws IOException {
    set("x", "hunter2");
    List<Boolean> hidden = new ArrayList<>();
    program.asking(typing(hidden, "correct horse", "correct horse"));
    says(program, "secret", "rekey", "--with", "passphrase");
    assertThat(hidden).containsExactly(true, false, true, false);
    assertThat(key()).doesNotExist();
    assertThat(says(program.asking(typing(hidden, "correct horse")), "secret", "get", "x"))
        .isEqualTo("hunter2\n");
    assertThat(program.asking(typing(hidden, "battery staple")).run("secret", "get", "x").err())
        .contains("vault-key-wrong");
    program.asking(Terminal.NONE);
    assertThat(program.run("secret", "get", "x").err())
        .contains("vault-locked", "PROXKILN_VAULT_PASSPHRASE");
    assertThat(says(program, "secret", "list")).contains("x");
    program.with("PROXKILN_VAULT_PASSPHRASE", "correct horse");
    says(program, "secret", "rekey", "--with", "key-file");
    program.without("PROXKILN_VAULT_PASSPHRASE");
    assertThat(says(program, "secret", "get", "x")).isEqualTo("hunter2\n");
  }

  @Test
  void carriesEverythingToAnotherInstallation() throws IOException {
    set("pve", "user@pam!x=1-2");
    Path old = Files.createDirectories(program.layout().config().resolve("secrets"));
    Files.writeString(old.resolve("older"), "from a file\n");
    Files.setPosixFilePermissions(
        old.resolve("older"), PosixFilePermissions.fromString("rw-------"));
    says(program, "config", "set", "token", "secret:pve");
    says(program, "profile", "add", "lab", "--target", "sandbox");
    program.with("PROXKILN_EXPORT_PASSPHRASE", "correct horse");
    Path file = root.resolve("export.json");
    says(program, "config", "export", file.toString());
    assertThat(file).content().doesNotContain("user@pam", "secret:pve", "older");
    assertThat(mode(file)).isEqualTo("rw-------");

    InProcess other = new InProcess(elsewhere);
    other.with("PROXKILN_EXPORT_PASSPHRASE", "correct horse");
    assertThat(says(other, "config", "import", file.toString(), "--dry-run")).contains("new");
    assertThat(other.layout().config()).doesNotExist();
    assertThat(other.run("config", "import", file.toString()).err()).contains("consent-missing");
    says(other, "config", "import", file.toString(), "--yes");
    assertThat(says(other, "secret", "get", "pve")).isEqualTo("user@pam!x=1-2\n");
    assertThat(says(other, "secret", "get", "older")).isEqualTo("from a file\n");
    assertThat(says(other, "config", "get", "token")).isEqualTo("secret:pve\n");
    assertThat(says(other, "profile", "list")).contains("lab", "sandbox");
    assertThat(Files.readString(other.layout().vaultKey())).isNotEqualTo(Files.readString(key()));
    assertThat(mode(other.layout().vault())).isEqualTo("rw-------");
    assertThat(says(other, "config", "import", file.toString(), "--json"))
        .contains("same")
        .doesNotContain("replace");

    other.with("PROXKILN_EXPORT_PASSPHRASE", "battery staple");
    assertThat(other.run("config", "import", file.toString(), "--yes").err())
        .contains("vault-key-wrong");
    assertThat(program.run("config", "export", file.toString()).err()).contains("consent-missing");
    says(program, "config", "export", file.toString(), "--secrets-in-clear", "--yes");
    assertThat(file).content().contains("user@pam!x=1-2");
    Files.writeString(
        file, Files.readString(file).replace("config/config.yaml", "config/../../../etc/cron.d/x"));
    assertThat(other.run("config", "import", file.toString(), "--yes").err())
        .contains("has no place in a configuration");
  }

  @Test
  void keepsProfilesInTheSettingsFile() throws IOException {
    assertThat(program.run("profile", "add", "lab").err()).contains("--target");
    says(program, "profile", "add", "lab", "--target", "sandbox", "--node", "pve");
    says(program, "profile", "add", "prod", "--target", "https://pve1:8006", "--token", "secret:p");
    says(program, "profile", "use", "prod");
    assertThat(says(program, "config", "get", "target")).isEqualTo("https://pve1:8006\n");
    assertThat(says(program, "config", "get", "token", "--profile", "lab")).isEmpty();
    assertThat(says(program, "config", "get", "target", "--profile", "none")).isEmpty();
    assertThat(says(program, "profile", "list", "--json")).contains("\"chosen\": true");
    assertThat(program.run("profile", "use", "labb").err()).contains("Did you mean 'lab'?");
    assertThat(program.run("runs", "--profile", "labb").err()).contains("profile-unknown");
    says(program, "profile", "remove", "prod");
    assertThat(says(program, "config", "get", "target")).isEmpty();
    assertThat(says(program, "__complete", "runs", "--profile", "")).contains("lab");
  }
}
