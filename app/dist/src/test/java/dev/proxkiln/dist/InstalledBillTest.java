package dev.proxkiln.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The bill of materials of a release: what it says, by the schema of CycloneDX. */
@Tag("installed")
class InstalledBillTest {
  private static final String SCHEMAS = "http://cyclonedx.org/schema/";
  private static final Path BY_MAVEN = Path.of("target/bom.json");

  @TempDir Path root;
  private Path home;

  @BeforeEach
  void needWhatMavenLists() {
    home = new Installed(root).home();
    if (!Files.exists(BY_MAVEN)) {
      assertThat(System.getenv("CI")).as("%s is missing", BY_MAVEN).isNotEqualTo("true");
      abort(BY_MAVEN + " is missing: mvn -Dbom verify makes it");
    }
  }

  private static Schema schema() {
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_7, registry -> registry.schemas(InstalledBillTest::carried))
        .getSchema(carried(SCHEMAS + "bom-1.6.schema.json"), InputFormat.JSON);
  }

  /** Schemas come from the library that Maven's plug-in uses, and from nowhere else. */
  private static String carried(String address) {
    String name = address.replace(SCHEMAS, "/");
    try (InputStream in = InstalledBillTest.class.getResourceAsStream(name)) {
      return in == null ? null : new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> read(String text) {
    return Tree.map(JsonMapper.shared().readValue(text, Map.class), "");
  }

  @Test
  void listsEveryJarAndTheRuntimeAsTheSchemaWantsIt() throws Exception {
    Path bill = root.resolve("proxkiln.cdx.json");
    Path errors = root.resolve("errors.txt");
    Process process =
        new ProcessBuilder(
                home.resolve("runtime/bin/java").toString(),
                "-cp",
                home.resolve("lib/proxkiln.jar").toString(),
                BillOfMaterials.class.getName(),
                BY_MAVEN.toString(),
                home.resolve("lib").toString(),
                bill.toString())
            .redirectErrorStream(true)
            .redirectOutput(errors.toFile())
            .start();
    int code = process.waitFor();
    assertThat(code).as(Files.readString(errors)).isZero();
    String text = Files.readString(bill);
    Schema schema = schema();
    assertThat(schema.validate(text, InputFormat.JSON)).isEmpty();
    assertThat(schema.validate(text.replace("\"library\"", "\"libary\""), InputFormat.JSON))
        .isNotEmpty();
    assertThat(schema.validate(text.replace("\"Apache-2.0\"", "\"Apache-3\""), InputFormat.JSON))
        .as("licenses are looked up in the list of SPDX")
        .isNotEmpty();

    Map<String, Object> read = read(text);
    assertThat(Tree.text(read, "metadata.component.name")).isEqualTo("proxkiln");
    long jars;
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).count();
    }
    List<?> components = Tree.list(read, "components");
    assertThat(components).hasSize((int) jars);
    assertThat(components)
        .allSatisfy(
            one ->
                assertThat(
                        Tree.text(one, "type").equals("platform")
                            || one.toString().contains("SHA-256"))
                    .as(one.toString())
                    .isTrue());
    assertThat(Tree.text(components.getLast(), "name")).isEqualTo("openjdk");
    assertThat(Tree.text(components.getLast(), "version")).startsWith("25");
  }

  @Test
  void refusesJarsThatAreNotListed() throws Exception {
    Path lib = Files.createDirectories(root.resolve("lib"));
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      for (Path file : files.toList()) {
        Files.copy(file, lib.resolve(file.getFileName()));
      }
    }
    String[] words = {BY_MAVEN.toString(), lib.toString(), root.resolve("bill").toString()};
    Files.write(lib.resolve("more.jar"), new byte[1]);
    assertThatThrownBy(() -> BillOfMaterials.main(words))
        .hasMessageContaining("not listed: [more.jar]");
    Files.delete(lib.resolve("more.jar"));
    Path jline;
    try (Stream<Path> files = Files.list(lib)) {
      jline =
          files
              .filter(file -> file.getFileName().toString().startsWith("jline"))
              .findAny()
              .orElseThrow();
    }
    Files.write(jline, new byte[1]);
    assertThatThrownBy(() -> BillOfMaterials.main(words)).hasMessageContaining("is not the one");
    Files.delete(jline);
    assertThatThrownBy(() -> BillOfMaterials.main(words)).hasMessageContaining("and not there");
    assertThat(root.resolve("bill")).doesNotExist();
  }
}
