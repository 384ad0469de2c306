package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.FaultServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret reaches the node and nothing else: no plan, journal, log, event or screen. */
class CanaryTest {
  private static final String SECRET = "canary-in-clear-0815";
  private static final String HASH =
      "$6$canarysalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2jctKu9YterLp8wwnSq.qc";

  @TempDir Path root;
  private Sandbox sandbox;
  private FaultServer images;

  @BeforeEach
  void start() throws Exception {
    Path state = new InProcess(root).layout().state().resolve("sandbox");
    Files.createDirectories(state);
    sandbox = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED));
    images = FaultServer.http();
    TinyImage.offer(images, new InProcess(root));
  }

  @AfterEach
  void stop() throws Exception {
    images.close();
    sandbox.close();
  }

  /** Every file but the node's own and those that are made to hold secrets. */
  private List<Path> leaks() throws IOException {
    List<Path> leaks = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        boolean secret = name.contains("/secrets/") || name.endsWith("/secrets");
        boolean nodes = name.startsWith("var/lib/proxkiln/sandbox/");
        if (!secret && !nodes && !name.contains("/cache/")) {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          if (text.contains("canary")) {
            leaks.add(file);
          }
        }
      }
    }
    return leaks;
  }

  private void leaksNothing(String... more) throws IOException {
    for (String output : List.of("table", "json")) {
      List<String> words =
          new ArrayList<>(
              List.of("template", "create", "tiny", "--target", "sandbox", "--yes", "-vv"));
      words.addAll(List.of("-o", output));
      words.addAll(List.of(more));
      InProcess.Ended ended = new InProcess(root).run(words.toArray(String[]::new));
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(ended.out() + ended.err()).doesNotContain("canary");
      for (String form : List.of("text", "json", "sh")) {
        List<String> plan = new ArrayList<>(List.of("plan", "template", "create", "tiny"));
        plan.addAll(List.of("--target", "sandbox", "--format", form));
        plan.addAll(List.of(more));
        InProcess.Ended planned = new InProcess(root).run(plan.toArray(String[]::new));
        assertThat(planned.code()).as(planned.err()).isZero();
        assertThat(planned.out() + planned.err()).doesNotContain("canary");
      }
      String shown = new InProcess(root).run("show", newest()).out();
      assertThat(shown).doesNotContain("canary");
    }
    assertThat(leaks()).isEmpty();
  }

  private String newest() {
    return new InProcess(root).wiring().runs().ids().getFirst();
  }

  @Test
  void aSecretByNameStaysASecret() throws IOException {
    Path secrets = new InProcess(root).layout().config().resolve("secrets");
    Files.createDirectories(secrets);
    Path file = secrets.resolve("root-pw");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, SECRET + "\n");
    leaksNothing("--password", "secret:root-pw");
  }

  @Test
  void aHashStaysWithItsRun() throws IOException {
    leaksNothing("--password", HASH);
    Path kept = new InProcess(root).layout().runs().resolve(newest()).resolve("secrets");
    assertThat(Files.readString(kept)).contains("canarysalt");
    assertThat(Files.getPosixFilePermissions(kept))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }
}
