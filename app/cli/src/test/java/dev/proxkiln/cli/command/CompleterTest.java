package dev.proxkiln.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.wiring.QuickFacts;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompleterTest {
  @TempDir Path root;

  private List<String> lines(String... words) {
    String[] call = new String[words.length + 1];
    call[0] = "__complete";
    System.arraycopy(words, 0, call, 1, words.length);
    InProcess.Ended ended = new InProcess(root).run(call);
    assertThat(ended.code()).isZero();
    assertThat(ended.err()).isEmpty();
    return ended.out().lines().toList();
  }

  private List<String> words(String... words) {
    return lines(words).stream().map(line -> line.split("\t")[0]).toList();
  }

  @Test
  void knowsCommandsWordByWord() {
    assertThat(words("")).contains("template", "catalog", "plan", "runs", "help");
    assertThat(words("template", "cr")).containsExactly("create");
    assertThat(lines("template", "cr").getFirst()).contains("\tMake a VM template");
    assertThat(words("plan", "template", "")).contains("create").doesNotContain("list");
    assertThat(words("queue", "add", "templ")).containsExactly("template");
    assertThat(words("queue", "add", "template", "create", "debian-1")).contains("debian-12");
  }

  @Test
  void knowsFlagsAndTheirValues() {
    assertThat(words("template", "create", "--mem")).containsExactly("--memory");
    assertThat(words("template", "create", "--on-error", ""))
        .containsExactly("undo", "ask", "keep");
    assertThat(words("template", "create", "--on-error=k")).containsExactly("--on-error=keep");
    assertThat(words("plan", "template", "create", "--format", "")).contains("sh");
    assertThat(words("template", "create", "-f", "")).containsExactly(":files");
    assertThat(words("plan", "template", "create", "-o", "")).containsExactly(":files");
    assertThat(words("template", "create", "-o", "")).containsExactly("table", "json", "yaml");
    assertThat(words("template", "create", "--memory", "2")).isEmpty();
  }

  @Test
  void knowsImagesProblemsSecretsAndWhatIsKept() throws Exception {
    assertThat(words("template", "create", "debian-1")).contains("debian-12", "debian-13");
    assertThat(words("template", "create", "--yes", "--image=debian-12"))
        .contains("--image=debian-12");
    assertThat(words("explain", "vmid-")).contains("vmid-taken");
    Path secrets = new InProcess(root).layout().config().resolve("secrets");
    Files.createDirectories(secrets);
    Files.writeString(secrets.resolve("web"), "x");
    assertThat(words("template", "create", "--password", "")).containsExactly("secret:web");
    assertThat(words("template", "refresh", "")).isEmpty();
  }

  @Test
  void asksTheTargetOnlyWhenItMustAndStaysSilentWithoutOne() throws Exception {
    assertThat(words("template", "create", "--storage", "")).isEmpty();
    assertThat(words("--target", "https://127.0.0.1:1", "template", "create", "--storage", ""))
        .isEmpty();
    assertThat(words("--target", "no such thing", "template", "create", "--storage", "")).isEmpty();
    Path state = new InProcess(root).layout().state().resolve("sandbox");
    Files.createDirectories(state);
    // Settings of other commands in a file are nothing that a key of Tab stumbles over.
    Path settings = SettingsPlaces.user(new InProcess(root).layout());
    Files.createDirectories(settings.getParent());
    Files.writeString(settings, "template create:\n  memory: 1G\n");
    try (Sandbox _ = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED))) {
      // With more patience than a key of Tab has, since a test may run on a busy machine.
      Facts facts =
          new QuickFacts(new InProcess(root).wiring(), Duration.ofMinutes(1))
              .of(List.of("--target", "sandbox", ""));
      assertThat(facts.storagesFor("images")).isNotEmpty();
    }
    // The node is gone; what it said a moment ago is still good.
    assertThat(words("--target", "sandbox", "template", "create", "--storage", "local-"))
        .contains("local-lvm");
  }
}
