package dev.proxkiln.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.testkit.Tmux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets as they are given to the installed program: typed in a real terminal, and by a pipe. */
@Tag("installed")
class InstalledSecretsTest {
  private static final String TYPED = "t0p-secret text";

  @TempDir Path root;
  private Installed proxkiln;

  @BeforeEach
  void start() {
    proxkiln = new Installed(root);
  }

  /** A terminal that keeps its state from before and after the program. */
  private Tmux terminal(String name, String... words) {
    String script =
        "trap : INT; stty -a | tail -n +2 >before; \"$@\"; code=$?; stty -a | tail -n +2 >after; exit $code";
    List<String> watched = new ArrayList<>(List.of("sh", "-c"));
    watched.add("cd \"$0\" || exit; " + script);
    watched.add(root.toString());
    return proxkiln.terminal(name, "screen-256color", watched, words);
  }

  private void assertThatTheTerminalIsAsItWas() throws IOException {
    assertThat(Files.readString(root.resolve("before"))).contains(" echo ");
    assertThat(root.resolve("after")).hasSameTextualContentAs(root.resolve("before"));
  }

  @Test
  void whatIsTypedIsNotSeen() throws Exception {
    try (Tmux terminal = terminal("secret-typed", "secret", "set", "web-root")) {
      terminal.await("Text of secret web-root:");
      terminal.type(TYPED).press("Enter");
      String after = terminal.await("exit code 0");
      assertThat(after).contains("Secret web-root is in the vault").doesNotContain("t0p-secret");
      assertThatTheTerminalIsAsItWas();
    }
    assertThat(proxkiln.run("secret", "get", "web-root")).isEqualTo(TYPED + "\n");
    try (Tmux terminal = terminal("secret-stopped", "secret", "set", "web-root")) {
      terminal.await("Text of secret web-root:");
      terminal.type("half of it").press("C-c");
      assertThat(terminal.await("exit code 130")).doesNotContain("half of it");
      assertThatTheTerminalIsAsItWas();
    }
    assertThat(proxkiln.run("secret", "get", "web-root")).isEqualTo(TYPED + "\n");
    try (Tmux terminal = terminal("secret-passphrase", "secret", "rekey", "--with", "passphrase")) {
      terminal.await("New passphrase:");
      terminal.type("correct horse").press("Enter").await("The same again:");
      terminal.type("correct horse").press("Enter");
      assertThat(terminal.await("exit code 0")).doesNotContain("correct horse");
    }
    try (Tmux terminal = terminal("secret-opened", "secret", "get", "web-root")) {
      terminal.await("assphrase");
      terminal.type("correct horse").press("Enter");
      assertThat(terminal.await("exit code 0")).contains(TYPED).doesNotContain("correct horse");
      assertThatTheTerminalIsAsItWas();
    }
  }

  @Test
  void whatComesByAPipeIsKeptToItsLastByte() throws Exception {
    List<String> piped = List.of("sh", "-c", "printf 'one\\ntwo \\303\\244\\n' | \"$@\"", "sh");
    String[] words = {"secret", "set", "piped", "--from-file", "-"};
    try (Tmux terminal = proxkiln.terminal("secret-piped", "dumb", piped, words)) {
      terminal.await("Secret piped is in the vault");
      terminal.await("exit code 0");
    }
    assertThat(proxkiln.run("secret", "get", "piped")).isEqualTo("one\ntwo ä\n");
    List<String> nothing = List.of("sh", "-c", "\"$@\" </dev/null", "sh");
    try (Tmux terminal = proxkiln.terminal("secret-empty", "dumb", nothing, words)) {
      terminal.await("The secret is empty.");
      terminal.await("exit code 2");
    }
    assertThat(proxkiln.run("secret", "get", "piped")).isEqualTo("one\ntwo ä\n");
  }
}
