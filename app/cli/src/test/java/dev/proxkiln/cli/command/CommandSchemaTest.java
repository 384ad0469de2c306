package dev.proxkiln.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.proxkiln.cli.InProcess;
import dev.proxkiln.config.Layers;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.spec.Checked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON Schema that editors get says the same as the schema that reads. */
class CommandSchemaTest {
  private static final Facts FACTS =
      new Facts(
          TargetKind.SANDBOX,
          "sandbox",
          "9.2",
          "pve",
          List.of("pve"),
          true,
          List.of(
              new StorageFacts(
                  "local",
                  "dir",
                  new TreeSet<>(Set.of("images", "import", "snippets")),
                  true,
                  false,
                  Optional.of(1L << 40),
                  Optional.of("/var/lib/vz"))),
          List.of("vmbr0"),
          List.of(),
          List.of(),
          OptionalLong.of(100),
          true);

  @TempDir Path root;
  private Command command;
  private Schema schema;

  @BeforeEach
  void export() {
    InProcess program = new InProcess(root);
    command =
        program.wiring().commands().stream()
            .filter(c -> c.name().equals("template create"))
            .findFirst()
            .orElseThrow();
    InProcess.Ended ended = program.run("schema", "template", "create");
    assertThat(ended.code()).isZero();
    schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ended.out(), InputFormat.JSON);
  }

  private boolean reads(String yaml) throws IOException {
    Path file = Files.writeString(root.resolve("spec.yaml"), yaml);
    Checked<Values> values =
        new Layers(List.of(), Map.of(), root)
            .read(
                new Layers.Request(
                    command.name(),
                    command.schema(Facts.none()),
                    Globals.SCHEMA,
                    Set::of,
                    Set::of,
                    List.of(file.toString()),
                    Map.of()));
    return values.then(found -> command.schema(FACTS).read(found, FACTS)) instanceof Checked.Valid;
  }

  private boolean allows(String yaml) {
    return schema.validate(yaml, InputFormat.YAML).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "command: template create",
        "memory: 2G",
        "memory: 2048",
        "memory: 1.5 GiB",
        "cores: 4",
        "cores: '4'",
        "disk-size: 10",
        "firmware: uefi",
        "firewall: true",
        "firewall: yes",
        "firewall: 'off'",
        "vlan: 20",
        "name: web-1",
        "tags: [a, b]",
        "tags: a",
        "tags: 'a,b'",
        "dns: [192.0.2.1, '2001:db8::1']",
        "ipv4: 192.0.2.10/24",
        "password: secret:web",
        "nic: [{vlan: 20, trunks: [30, 40-49]}, 'vlan=5,ipv4=none']",
        "nic: 'bridge=vmbr0,ipv4=none'",
        "disk: [{size: 10}, {size: 1G, bus: virtio, read-iops: 100, serial: \"a\"}]",
        "rate-limit: 12.5",
        "notes: |\n  two\n  lines",
      })
  void bothAllow(String yaml) throws IOException {
    String spec = "image: debian-12\n" + (yaml.equals("{}") ? "" : yaml + "\n");
    assertThat(reads(spec)).as("read").isTrue();
    assertThat(allows(spec)).as("schema").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "memroy: 2G",
        "command: template delete",
        "memory: lots",
        "memory: 2X",
        "memory: [1G]\nmore: 1",
        "cores: 0",
        "cores: four",
        "cores: 1.5",
        "firmware: coreboot",
        "firewall: maybe",
        "vlan: 5000",
        "name: -web",
        "tags: [a, 'b c!']",
        "tags: {a: 1}",
        "name: {a: 1}",
        "password: hunter2",
        "nic: [{vlna: 20}]",
        "nic: [{vlan: 5000}]",
        "nic: [[a]]",
        "disk: [{size: lots}]",
        "rate-limit: fast",
      })
  void bothRefuse(String yaml) throws IOException {
    String spec = "image: debian-12\n" + yaml + "\n";
    assertThat(reads(spec)).as("read").isFalse();
    assertThat(allows(spec)).as("schema").isFalse();
  }

  @Test
  void everySettingIsDescribed() {
    String text = new InProcess(root).run("schema", "template", "create").out();
    command
        .schema(Facts.none())
        .fields()
        .forEach(
            field ->
                assertThat(text).contains("\"" + field.key() + "\": {").contains(field.help()));
  }
}
