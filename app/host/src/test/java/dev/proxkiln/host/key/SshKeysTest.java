package dev.proxkiln.host.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.port.Commands.Ended;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshKeysTest {
  private static final String BODY =
      "AAAAC3NzaC1lZDI1NTE5AAAAIEfJYdxQD6JZwkHCgYgvJvv6Cns7k6uGzWGVWJz5LzXb";
  private static final String ED25519 = "ssh-ed25519 " + BODY;

  @TempDir Path folder;
  private final ProcessCommands commands = new ProcessCommands();

  @Test
  void readsKeysWithCommentsAndDropsOptions() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("authorized_keys"),
            "# admins\n\n"
                + ED25519
                + " me@laptop  home\n"
                + "from=\"10.0.0.*,*.example.com\",command=\"echo \\\"hi\\\" there\",no-pty "
                + ED25519
                + "\r\n");
    List<SshKey> keys = keys(folder.resolve("authorized_keys")).authorized();
    assertThat(keys)
        .containsExactly(
            new SshKey("ssh-ed25519", BODY, "me@laptop  home"),
            new SshKey("ssh-ed25519", BODY, ""));
    assertThat(keys.getFirst().line()).isEqualTo(ED25519 + " me@laptop  home");
    assertThat(keys.getLast().line()).isEqualTo(ED25519);
    assertThat(keys(file).file(file)).isEqualTo(keys);
  }

  @ParameterizedTest
  @CsvSource({"ed25519,256", "rsa,2048", "ecdsa,256", "ecdsa,384", "ecdsa,521"})
  void agreesWithSshKeygen(String type, String bits) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh-keygen")), "ssh-keygen is not installed");
    Path key = folder.resolve("key");
    run("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-C", "a b", "-f", key.toString());
    Path file = folder.resolve("key.pub");
    SshKey read = keys(file).file(file).getFirst();
    assertThat(read.comment()).isEqualTo("a b");
    assertThat(run("ssh-keygen", "-l", "-f", file.toString())).contains(read.fingerprint());
    assertThat(problem(() -> keys(key).file(key)).why())
        .contains("private key")
        .doesNotContain("BEGIN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "hello world and more",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 !!!!",
        "ssh-rsa " + BODY,
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEfJYdxQD6JZwkHCgYgvJvv6Cns7k6uGzWGVWJz5Lw==",
        "ssh-dss AAAAB3NzaC1kc3MAAACB",
        "ssh-ed25519-cert-v01@openssh.com " + BODY,
        "---- BEGIN SSH2 PUBLIC KEY ----",
        "PuTTY-User-Key-File-2: ssh-rsa",
        "no-pty,command=\"unfinished " + ED25519,
      })
  void refusesWhatIsNoPublicKey(String line) {
    Problem problem = problem(() -> SshKeys.parse(line + "\n", "--ssh-key"));
    assertThat(problem.slug()).isEqualTo("ssh-key-invalid");
    assertThat(problem.why()).isNotEmpty().doesNotContain(BODY);
  }

  @Test
  void reportsEveryBadLineAtOnceAndNoneAtAll() {
    assertThatThrownBy(() -> SshKeys.parse("bad\n" + ED25519 + "\nworse\n", "keys"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::where)
                    .containsExactly("keys line 1", "keys line 3"));
    assertThat(problem(() -> SshKeys.parse("# nothing\n", "keys")).why()).contains("no key");
    assertThat(problem(() -> keys(folder).file(folder.resolve("none"))).slug())
        .isEqualTo("file-unreadable");
  }

  @Test
  void readsTheKeysOfTheAgent() {
    Answering agent = new Answering(new Ended(0, ED25519 + " me\n", ""));
    SshKeys keys = new SshKeys(agent, Map.of("SSH_AUTH_SOCK", "/run/agent"), folder);
    assertThat(keys.agent()).containsExactly(new SshKey("ssh-ed25519", BODY, "me"));
    assertThat(agent.asked.argv()).containsExactly("ssh-add", "-L");
    assertThat(agent.asked.environment()).containsEntry("SSH_AUTH_SOCK", "/run/agent");
  }

  @Test
  void saysThatThereIsNoAgentOrNoKeyInIt() {
    assertThat(problem(() -> keys(folder).agent()))
        .satisfies(p -> assertThat(p.slug()).isEqualTo("ssh-agent-empty"))
        .satisfies(p -> assertThat(p.why()).contains("SSH_AUTH_SOCK is not set"));
    Answering empty = new Answering(new Ended(1, "The agent has no identities.\n", ""));
    SshKeys keys = new SshKeys(empty, Map.of("SSH_AUTH_SOCK", "/run/agent"), folder);
    assertThat(problem(keys::agent))
        .satisfies(p -> assertThat(p.slug()).isEqualTo("ssh-agent-empty"))
        .satisfies(p -> assertThat(p.why()).isEqualTo("The agent has no identities."));
  }

  /** Commands that give one answer and remember the question. */
  private static final class Answering implements Commands {
    private final Ended answer;
    private Command asked = Command.of("none");

    private Answering(Ended answer) {
      this.answer = answer;
    }

    @Override
    public Ended run(Command command, Consumer<String> line) {
      asked = command;
      return answer;
    }
  }

  private SshKeys keys(Path authorized) {
    return new SshKeys(commands, Map.of(), authorized);
  }

  private String run(String... argv) {
    return commands.run(Command.of(argv)).out();
  }

  private static Problem problem(ThrowingCallable call) {
    Problem[] found = new Problem[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> found[0] = e.first());
    return found[0];
  }
}
