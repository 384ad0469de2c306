package dev.proxkiln.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.port.Commands.Ended;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessCommandsTest {
  @TempDir Path folder;
  private final ProcessCommands commands =
      new ProcessCommands(Path.of("/root"), ProcessCommands.PATH);

  @Test
  void givesExitCodeAndBothStreams() {
    Ended ended = commands.run(Command.of("sh", "-c", "echo out; echo err >&2; exit 3"));
    assertThat(ended).isEqualTo(new Ended(3, "out\n", "err\n"));
    assertThat(ended.ok()).isFalse();
  }

  @Test
  void startsWithACleanEnvironment() {
    Ended ended = commands.run(Command.of("env").with("SSH_AUTH_SOCK", "/run/agent"));
    assertThat(ended.out().lines())
        .containsExactlyInAnyOrder(
            "LC_ALL=C",
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root",
            "SSH_AUTH_SOCK=/run/agent");
  }

  @Test
  void hasNoShellBetween() {
    Ended ended = commands.run(Command.of("echo", "$HOME; `id`", "a  b"));
    assertThat(ended.out()).isEqualTo("$HOME; `id` a  b\n");
  }

  @Test
  void feedsInputThatIsLargerThanAPipe() {
    String input = "0123456789abcdef".repeat(64 << 10);
    assertThat(commands.run(Command.of("cat").feeding(input)).out()).isEqualTo(input);
    assertThat(commands.run(Command.of("true").feeding(input)).ok()).isTrue();
  }

  @Test
  void handsOutLinesOfBothStreamsAndOfProgressDisplays() {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    commands.run(
        Command.of("sh", "-c", "printf '10%%\\r20%%\\r\\nlast'; echo err >&2"), lines::add);
    assertThat(lines).containsExactlyInAnyOrder("10%", "20%", "last", "err");
  }

  @Test
  void namesAProgramThatIsMissing() {
    assertThatThrownBy(() -> commands.run(Command.of("no-such-program", "x")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("command-missing");
              assertThat(e.first().kind()).isEqualTo(Kind.HOST);
              assertThat(e.first().what()).contains("'no-such-program'");
            });
  }

  @Test
  void looksForTheProgramInTheGivenPath() throws Exception {
    Path tool = Files.writeString(folder.resolve("tool"), "#!/bin/sh\necho mine\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    Command command = Command.of("tool").with("PATH", folder + ":/bin");
    assertThat(commands.run(command).out()).isEqualTo("mine\n");
  }

  @Test
  void killsTheWholeTreeWhenTheDeadlinePasses() {
    List<Long> pids = Collections.synchronizedList(new ArrayList<>());
    Command command =
        Command.of("sh", "-c", "trap '' TERM; sleep 300 & echo $!; echo $$; wait; sleep 300")
            .within(Duration.ofMillis(300));
    assertThatThrownBy(() -> commands.run(command, line -> pids.add(Long.valueOf(line))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("command-timeout");
              assertThat(e.first().kind()).isEqualTo(Kind.TIMEOUT);
              assertThat(e.first().what()).contains("300 ms");
            });
    assertThat(pids).hasSize(2);
    assertThat(pids)
        .allMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void doesNotWaitForADaemonThatKeepsTheStreamsOpen() {
    long start = System.nanoTime();
    Ended ended = commands.run(Command.of("sh", "-c", "sleep 20 & echo $!"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    ProcessHandle daemon = ProcessHandle.of(Long.parseLong(ended.out().strip())).orElseThrow();
    assertThat(daemon.isAlive()).isTrue();
    daemon.destroyForcibly();
  }

  @Test
  void redactsSecretsInLinesAndResults() {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Command command =
        new Command(
            List.of("cat"),
            Map.of(),
            Optional.of("token=s3cret-long s3cret\nfirst line of key\n"),
            Duration.ofSeconds(20),
            List.of("s3cret", "s3cret-long", "first line of key\nsecond line", ""));
    Ended ended = commands.run(command, lines::add);
    assertThat(ended.out()).isEqualTo("token=*** ***\n***\n");
    assertThat(lines).containsExactly("token=*** ***", "***");
  }

  @Test
  void keepsOnlyTheEndOfEndlessOutput() {
    Ended ended = commands.run(Command.of("sh", "-c", "seq 1 3000000"));
    assertThat(ended.out().length()).isLessThan(Drain.MOST_KEPT + 100);
    assertThat(ended.out()).startsWith("[").contains("characters left out]");
    assertThat(ended.lastLine()).isEqualTo("3000000");
  }

  @Test
  void endsTheProgramWhenTheCallbackThrows() {
    assertThatThrownBy(
            () ->
                commands.run(
                    Command.of("sh", "-c", "echo go; sleep 300"),
                    line -> {
                      throw new IllegalStateException("enough");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("enough");
  }

  @Test
  void endsTheProgramWhenTheCallerIsInterrupted() throws Exception {
    List<String> slugs = Collections.synchronizedList(new ArrayList<>());
    List<Long> pids = Collections.synchronizedList(new ArrayList<>());
    Thread[] caller = new Thread[1];
    caller[0] =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    commands.run(
                        Command.of("sh", "-c", "echo $$; sleep 300"),
                        line -> {
                          pids.add(Long.valueOf(line));
                          caller[0].interrupt();
                        });
                  } catch (ProblemException e) {
                    slugs.add(e.first().slug() + " " + Thread.currentThread().isInterrupted());
                  }
                });
    caller[0].join();
    assertThat(slugs).containsExactly("stopped true");
    assertThat(ProcessHandle.of(pids.getFirst()).filter(ProcessHandle::isAlive)).isEmpty();
  }
}
