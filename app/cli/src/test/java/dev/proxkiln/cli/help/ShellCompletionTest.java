package dev.proxkiln.cli.help;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.host.process.ProcessCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The completion scripts in the shells that they are for. */
class ShellCompletionTest {
  @TempDir Path root;
  private Path program;

  /** In place of the program: says what it was asked, and offers three values. */
  @BeforeEach
  void makeProgram() throws Exception {
    program =
        Files.createFile(
            root.resolve("proxkiln"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.writeString(
        program,
        """
        #!/bin/sh
        printf '%s|' "$@" >>"$(dirname "$0")/asked"
        echo >>"$(dirname "$0")/asked"
        printf 'local:iso/a.iso\\tAn ISO\\n'
        printf 'debian-12\\tDebian 12\\n'
        printf 'debian-13\\tDebian 13\\n'
        """);
    Files.writeString(root.resolve("spec-file.yaml"), "");
  }

  private Path script(String shell) throws Exception {
    Path file = root.resolve("completion." + shell);
    Files.writeString(file, new InProcess(root).run("completion", shell).out());
    return file;
  }

  private String run(String... argv) {
    Commands.Ended ended =
        new ProcessCommands(root, root + ":" + ProcessCommands.PATH)
            .run(Commands.Command.of(argv).within(Duration.ofMinutes(2)));
    assertThat(ended.err()).isEmpty();
    return ended.out();
  }

  private static void needs(String shell) {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin", shell)) || "true".equals(System.getenv("CI")),
        shell + " is not installed");
  }

  private List<String> complete(String shell, String line) throws Exception {
    needs(shell);
    Path file = script(shell);
    return switch (shell) {
      case "bash" ->
          run(
                  "bash",
                  "--norc",
                  "-c",
                  """
                  cd "$3"; source "$1"; COMP_LINE=$2; COMP_POINT=${#COMP_LINE}
                  _proxkiln; printf '%s\\n' "${COMPREPLY[@]}"
                  """,
                  "bash",
                  file.toString(),
                  line,
                  root.toString())
              .lines()
              .filter(word -> !word.isEmpty())
              .toList();
      case "fish" ->
          run(
                  "fish",
                  "--no-config",
                  "-c",
                  "cd $argv[3]; source $argv[1]; complete -C $argv[2]",
                  file.toString(),
                  line,
                  root.toString())
              .lines()
              .map(word -> word.split("\t")[0])
              .toList();
      default -> throw new IllegalArgumentException(shell);
    };
  }

  private List<String> asked() throws Exception {
    Path file = root.resolve("asked");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "bash # proxkiln templ # template",
        "bash # proxkiln template cre # create",
        "bash # proxkiln template create --memo # --memory",
        "bash # proxkiln --yes template create --on-error k # keep",
        "bash # proxkiln template create --on-error=k # keep",
        "bash # proxkiln plan template create --format j # json",
        "bash # proxkiln plan template cre # create",
        "bash # proxkiln queue add template cre # create",
        "bash # proxkiln template create -f spec # spec-file.yaml",
        "bash # proxkiln plan template create -o spec # spec-file.yaml",
        "bash # proxkiln template create -o js # json",
        "fish # proxkiln templ # template",
        "fish # proxkiln template cre # create",
        "fish # proxkiln template create --memo # --memory",
        "fish # proxkiln --yes template create --on-error k # keep",
        "fish # proxkiln template create --on-error=k # --on-error=keep",
        "fish # proxkiln plan template create --format j # json",
        "fish # proxkiln plan template cre # create",
        "fish # proxkiln queue add template cre # create",
        "fish # proxkiln template create -f spec # spec-file.yaml",
        "fish # proxkiln plan template create -o spec # spec-file.yaml",
        "fish # proxkiln template create -o js # json",
      })
  void knowsWhatNeverChangesByItself(String shell, String line, String word) throws Exception {
    assertThat(complete(shell, line)).containsExactly(word);
    assertThat(asked()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"bash", "fish"})
  void asksTheProgramForTheRest(String shell) throws Exception {
    assertThat(complete(shell, "proxkiln template create deb"))
        .containsExactly("debian-12", "debian-13");
    assertThat(asked()).containsExactly("__complete|template|create|deb|");
  }

  @Test
  void bashReplacesOnlyWhatStandsBehindAColon() throws Exception {
    assertThat(complete("bash", "proxkiln template create --iso local:iso/"))
        .containsExactly("iso/a.iso");
    assertThat(complete("bash", "proxkiln template create --iso=local:"))
        .containsExactly("iso/a.iso");
  }

  @Test
  void bashTakesTheScriptAsShellcheckWantsIt() throws Exception {
    needs("shellcheck");
    assertThat(run("shellcheck", script("bash").toString())).isEmpty();
  }

  /** Zsh completes in a terminal only: one of its own, with keys typed into it. */
  @Test
  void zshOffersTheSame() throws Exception {
    needs("zsh");
    Map<String, String> becomes = new LinkedHashMap<>();
    becomes.put("proxkiln templ", "proxkiln template ");
    becomes.put("proxkiln template create --memo", "proxkiln template create --memory ");
    becomes.put("proxkiln --yes plan template cre", "proxkiln --yes plan template create ");
    becomes.put("proxkiln runs --on-error=k", "proxkiln runs --on-error=keep ");
    becomes.put("proxkiln queue add template cre", "proxkiln queue add template create ");
    becomes.put("proxkiln template create -f spec", "proxkiln template create -f spec-file.yaml ");
    becomes.put("proxkiln template create deb", "proxkiln template create debian-1");
    becomes.put(
        "proxkiln template create --iso local:", "proxkiln template create --iso local:iso/a.iso ");
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("zsh", "-f", "-c", ZSH, "zsh", script("zsh").toString(), root.toString()));
    argv.addAll(becomes.keySet());
    String seen = run(argv.toArray(String[]::new));
    assertThat(seen).contains(becomes.values().stream().map(line -> "<" + line + ">").toList());
  }

  /** Types each line and Tab into a zsh of its own, then a key that prints the line. */
  private static final String ZSH =
      """
      zmodload zsh/zpty
      cd "$2"
      zpty -b shell zsh -f -i
      wait_for() {
        local got all=
        repeat 1200; do
          if zpty -r -t shell got; then all+=$got; else sleep 0.05; fi
          [[ $all == *$~1* ]] && break
        done
        print -r -- "$all"
      }
      zpty -w shell 'PS1=; PS2=; autoload -U compinit; compinit -u -D'
      zpty -w shell 'show() { print -r -- "<$BUFFER>" }; zle -N show; bindkey "^X^X" show'
      zpty -w shell "source $1; echo rea''dy"
      # The sequence is the line editor's first; what is typed before it goes to the terminal.
      wait_for 'ready*2004h' >/dev/null
      for line in "${@:3}"; do
        zpty -w -n shell "$line"$'\\t\\x18\\x18\\x15'
        wait_for '<*>'
      done
      """;
}
