package dev.proxkiln.template.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.proxkiln.template.FolderResources;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The JSON Schema of catalogue files says what the reader says. */
class ImagesSchemaTest {

  private static final FolderResources RESOURCES = new FolderResources();
  private static final String TEXT = RESOURCES.read("images.schema.json").orElseThrow();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(TEXT, InputFormat.JSON);

  private static final String GOOD =
      """
      distribution: own
      defaults:
        user: ops
      images:
        - id: own-1
          version: 24.10
          eol: 2030-01-31
          min-disk: 3G
          downloads:
            - arch: amd64
              url: https://example.org/own.qcow2
              checksum: {url: "https://example.org/SHA256SUMS", form: gnu}
              newest: {listing: "https://example.org/", file: 'own-[0-9]+'}
      """;

  static List<String> files() {
    return RESOURCES.list("images").stream().filter(name -> name.endsWith(".yaml")).toList();
  }

  private static List<String> bySchema(String yaml) {
    String json = JsonMapper.shared().writeValueAsString(new YAMLMapper().readTree(yaml));
    return SCHEMA.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
  }

  private static List<String> byReader(String yaml) {
    List<String> faults = new ArrayList<>();
    CatalogueFile.read(yaml, faults::add);
    return faults;
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyShippedFileIsValid(String file) {
    String text = RESOURCES.read("images/" + file).orElseThrow();
    assertThat(bySchema(text)).isEmpty();
    assertThat(text)
        .as("editors find the schema by this line")
        .startsWith("# yaml-language-server: $schema=../images.schema.json\n");
  }

  @Test
  void bothTakeAGoodFile() {
    assertThat(bySchema(GOOD)).isEmpty();
    assertThat(byReader(GOOD)).isEmpty();
  }

  /** Each line is a change of the good file: what is replaced, and what by. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "distribution: own|dist: own",
        "user: ops|usr: ops",
        "user: ops|user: a b",
        "user: ops|kind: disk",
        "id: own-1|id: Own 1",
        "eol: 2030|colour: red\n    eol: 2030",
        "2030-01-31|soon",
        "min-disk: 3G|min-disk: big",
        "min-disk: 3G|console: vga",
        "min-disk: 3G|provisioning: puppet",
        "min-disk: 3G|answers: autoyes",
        "min-disk: 3G|kind: manual\n    page: https://example.org/",
        "min-disk: 3G|disk-bus: ide",
        "min-disk: 3G|format: vdi",
        "min-disk: 3G|compression: rar",
        "arch: amd64|arch: s390x",
        "arch: amd64|unverified: true",
        "url: https://example.org/own.qcow2|uri: https://example.org/own.qcow2",
        "url: https://example|url: http://example",
        "url: https://example|url: ftp://example",
        "form: gnu|form: md5",
        "form: gnu|algorithm: md5",
        "{url: \"https://example.org/SHA256SUMS\"|{url: \"http://example.org/SHA256SUMS\"",
        "newest: {|signature: {fingerprint: 12}\n        newest: {",
        "newest: {|pinned: {url: \"https://example.org/x\", digest: \"md5:12\"}\n        newest: {",
        "file: 'own-[0-9]+'|file: a, folder: b",
        ", file: 'own-[0-9]+'|",
        "        checksum: {url: \"https://example.org/SHA256SUMS\", form: gnu}\n|",
      })
  void bothRefuseTheSame(String change) {
    int bar = change.indexOf('|');
    String from = change.substring(0, bar);
    assertThat(GOOD).contains(from);
    String bad = GOOD.replace(from, change.substring(bar + 1));
    assertThat(byReader(bad)).as("the reader on\n" + bad).isNotEmpty();
    assertThat(bySchema(bad)).as("the schema on\n" + bad).isNotEmpty();
  }

  @Test
  void everyKeyOfTheSchemaIsOneOfTheReaders() {
    JsonNode schema = JsonMapper.shared().readTree(TEXT);
    assertThat(unknown("images:\n  - id: x\n", "    ", schema.at("/$defs/image/properties")))
        .isEmpty();
    assertThat(
            unknown(
                "images:\n  - id: x\n    downloads:\n      - arch: amd64\n",
                "        ",
                schema.at("/$defs/download/properties")))
        .isEmpty();
    assertThat(
            unknown(
                "images: [{id: x}]\ndefaults:\n",
                "  ",
                schema.at("/properties/defaults/properties")))
        .isEmpty();
  }

  private static List<String> unknown(String head, String indent, JsonNode properties) {
    StringBuilder yaml = new StringBuilder(head);
    properties
        .propertyNames()
        .forEach(
            key -> {
              if (!head.contains(key + ":")) {
                yaml.append(indent).append(key).append(": x\n");
              }
            });
    return byReader("distribution: own\n" + yaml).stream()
        .filter(fault -> fault.contains("unknown key"))
        .toList();
  }
}
