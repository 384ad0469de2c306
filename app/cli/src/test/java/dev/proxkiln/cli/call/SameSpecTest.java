package dev.proxkiln.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same wish gives the same plan, whatever door it comes through. */
class SameSpecTest {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcnMNmsZ0Lk0mY0zqzJ0Pl2y8qTt1S5o0tH1Gq7Yt0r me@here";
  private static final Map<String, String> SPEC = new LinkedHashMap<>();

  static {
    SPEC.put("image", "debian-12");
    SPEC.put("vmid", "9012");
    SPEC.put("name", "web-12");
    SPEC.put("storage", "local-lvm");
    SPEC.put("disk-size", "12G");
    SPEC.put("cores", "4");
    SPEC.put("memory", "1.5G");
    SPEC.put("firmware", "uefi");
    SPEC.put("vlan", "20");
    SPEC.put("firewall", "true");
    SPEC.put("ipv4", "192.0.2.10/24");
    SPEC.put("gateway", "192.0.2.1");
    SPEC.put("dns", "192.0.2.53\n192.0.2.54");
    SPEC.put("user", "ops");
    SPEC.put("password", "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2jctKu9");
    SPEC.put("ssh-keys", KEY);
    SPEC.put("tags", "blue\ngreen");
    SPEC.put("nic", "bridge=vmbr0,vlan=30,ipv4=none\nmodel=e1000,ipv6=auto");
    SPEC.put("disk", "size=2G,serial=data\nsize=1G,bus=virtio,cache=writeback");
    SPEC.put("tpm", "true");
    SPEC.put("notes", "first line: \"quoted\"");
  }

  @TempDir Path root;
  private Sandbox sandbox;

  @BeforeEach
  void start() throws IOException {
    Path state = new InProcess(root).layout().state().resolve("sandbox");
    Files.createDirectories(state);
    sandbox = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED));
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private String plan(InProcess program, List<String> more) {
    List<String> words =
        new ArrayList<>(
            List.of("plan", "template", "create", "--format", "json", "--target", "sandbox"));
    words.addAll(more);
    InProcess.Ended ended = program.run(words.toArray(String[]::new));
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    return ended.out();
  }

  private String byFlags() {
    List<String> flags = new ArrayList<>();
    SPEC.forEach(
        (key, value) -> value.lines().forEach(line -> flags.addAll(List.of("--" + key, line))));
    return plan(new InProcess(root), flags);
  }

  @Test
  void flagsFileAndEnvironmentGiveTheSamePlan() throws IOException {
    StringBuilder yaml = new StringBuilder("command: template create\n");
    InProcess program = new InProcess(root);
    SPEC.forEach(
        (key, value) -> {
          boolean many = value.contains("\n");
          yaml.append(key).append(many ? ":\n" : ": ");
          value
              .lines()
              .forEach(line -> yaml.append(many ? "  - '" : "'").append(line).append("'\n"));
          program.with(
              Field.of(key, "x", dev.proxkiln.core.field.Type.flag(), "").variable(), value);
        });
    Files.writeString(root.resolve("web.yaml"), yaml);
    String flags = byFlags();
    assertThat(plan(new InProcess(root), List.of("-f", "web.yaml"))).isEqualTo(flags);
    assertThat(plan(program, List.of())).isEqualTo(flags);
    assertThat(flags).contains("192.0.2.10/24").contains("\"proxkiln-plan\"");
  }

  @Test
  void theSameWishGivesTheSamePlanTwice() {
    assertThat(byFlags()).isEqualTo(byFlags());
  }

  @Test
  void aPlanHoldsTheNameOfASecretAndNeverTheSecret() {
    assertThat(byFlags())
        .contains("{\n")
        .contains("\"secret\": \"hash-")
        .doesNotContain("saltsalt");
  }

  @Test
  void everySettingOfTheSpecIsOne() {
    Command command =
        new InProcess(root)
            .wiring().commands().stream()
                .filter(c -> c.name().equals("template create"))
                .findFirst()
                .orElseThrow();
    List<String> keys = command.schema(Facts.none()).fields().stream().map(Field::key).toList();
    assertThat(keys).containsAll(SPEC.keySet());
  }
}
