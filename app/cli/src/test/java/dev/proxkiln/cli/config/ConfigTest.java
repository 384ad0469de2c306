package dev.proxkiln.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.proxkiln.cli.InProcess;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code config ...}: the settings files of a root folder. */
class ConfigTest {
  @TempDir Path root;
  private InProcess program;
  private Path file;

  @BeforeEach
  void start() {
    program = new InProcess(root);
    file = program.layout().config().resolve("config.yaml");
  }

  private void write(String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    Files.writeString(file, text);
  }

  private void does(String... words) {
    InProcess.Ended ended = program.run(words);
    assertThat(ended.code()).as(ended.err()).isZero();
  }

  private String says(String... words) {
    InProcess.Ended ended = program.run(words);
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended.out();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void setsGetsAndUnsetsASetting() throws IOException {
    does("config", "set", "jobs", "2");
    does("config", "set", "template.create.memory", "4G");
    does("config", "set", "profiles.lab.target", "sandbox");
    does("config", "set", "ssh-keys", "agent", "~/.ssh/id_ed25519.pub");
    does("config", "set", "template.create.upgrade", "no");
    assertThat(file)
        .content()
        .endsWith(
            """
            jobs: 2
            ssh-keys:
              - agent
              - "~/.ssh/id_ed25519.pub"
            template create:
              memory: 4G
              upgrade: false
            profiles:
              lab:
                target: sandbox
            """);
    assertThat(mode(file)).isEqualTo("rw-r-----");
    assertThat(mode(file.getParent())).isEqualTo("rwxr-x---");
    assertThat(says("config", "get", "jobs")).isEqualTo("2\n");
    assertThat(says("config", "get", "template.create.memory")).isEqualTo("4G\n");
    assertThat(says("config", "get", "output")).isEqualTo("table\n");
    assertThat(says("config", "get", "target", "--profile", "lab")).isEqualTo("sandbox\n");
    does("config", "unset", "template.create.memory");
    does("config", "unset", "template.create.upgrade");
    assertThat(file).content().doesNotContain("template create");
  }

  @Test
  void listsValuesWithTheirOriginsAndDefaults() throws IOException {
    write("jobs: 2\nbridge: vmbr1\ntemplate create:\n  memory: 4G\ntoken: secret:x\n");
    program.with("PROXKILN_COLOR", "never");
    Object rows = program.wiring().json().read(says("config", "list", "--json"));
    assertThat(Tree.text(rows, "[setting=jobs].value")).isEqualTo("2");
    assertThat(Tree.text(rows, "[setting=jobs].origin")).isEqualTo(file.toString());
    assertThat(Tree.text(rows, "[setting=jobs].default")).isEqualTo("4");
    assertThat(Tree.text(rows, "[setting=color].origin")).isEqualTo("PROXKILN_COLOR");
    assertThat(Tree.text(rows, "[setting=output].origin")).isEqualTo("--output");
    assertThat(Tree.text(rows, "[setting=theme].origin")).isEqualTo("default");
    assertThat(Tree.text(rows, "[setting=log-level].value")).isEqualTo("info");
    assertThat(Tree.text(rows, "[setting=bridge].value")).isEqualTo("vmbr1");
    assertThat(says("config", "list")).contains("template.create.memory", "4G");
  }

  @Test
  void refusesWhatNoCommandWouldTake() {
    InProcess.Ended unknown = program.run("config", "set", "tagret", "x");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("Did you mean 'target'?");
    assertThat(program.run("config", "set", "jobs", "many").err()).contains("whole number");
    assertThat(program.run("config", "set", "token", "user@pam!x=1234").err())
        .contains("secret-in-clear")
        .doesNotContain("1234");
    assertThat(program.run("config", "set", "jobs", "1", "2").err()).contains("takes one value");
    assertThat(program.run("config", "set", "tempalte.create.memory", "1G").err())
        .contains("Did you mean 'template.create.memory'?");
    assertThat(program.run("config", "set", "jobs", "1", "--cluster").err())
        .contains("no member of a Proxmox VE cluster");
    assertThat(file).doesNotExist();
  }

  @Test
  void keepsWhatIsSharedInTheClusterFileSystem() throws IOException {
    Files.createDirectories(root.resolve("etc/pve/nodes"));
    does("config", "set", "jobs", "3", "--cluster");
    Path shared = root.resolve("etc/pve/proxkiln/config.yaml");
    assertThat(shared).content().endsWith("jobs: 3\n");
    assertThat(says("config", "get", "jobs")).isEqualTo("3\n");
    does("config", "set", "jobs", "5");
    assertThat(says("config", "get", "jobs")).isEqualTo("5\n");
    assertThat(says("config", "path")).contains("cluster", shared.toString());
    assertThat(root.resolve("etc/pve/priv/lock")).isEmptyDirectory();
  }

  @Test
  void tellsEverythingThatIsWrongAtOnceAndIsWhatMendsIt() throws IOException {
    write("tagret: x\njobs: many\nprofiles:\n  lab: {jobs: 0}\ntemplate create:\n  memory: lots\n");
    assertThat(program.run("config", "get", "output").code()).isEqualTo(2);
    InProcess.Ended ended = program.run("config", "validate");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err())
        .contains("tagret in " + file + ", line 1")
        .contains("jobs in " + file + ", line 2")
        .contains("profiles.lab.jobs in " + file + ", line 4")
        .contains("template.create.memory in " + file + ", line 6");
    for (String key : List.of("tagret", "jobs", "template.create.memory", "profiles.lab.jobs")) {
      does("config", "unset", key);
    }
    does("config", "validate");
    write("tagret: x\n");
    does("config", "reset", "--yes");
    does("config", "validate");
    assertThat(file.resolveSibling("config.yaml.old")).hasContent("tagret: x\n");
  }

  @Test
  void editsACopyAndChecksItBeforeItIsSaved() throws IOException {
    write("jobs: 2\n");
    Path editor = root.resolve("editor");
    Files.writeString(editor, "#!/bin/sh\nsed -i s/2/$NUMBER/ \"$1\"\n");
    assertThat(editor.toFile().setExecutable(true)).isTrue();
    program.with("EDITOR", editor.toString()).with("NUMBER", "many");
    assertThat(program.run("config", "edit").err()).contains("Jobs 'many'", "what you wrote is in");
    assertThat(file).hasContent("jobs: 2\n");
    program.with("NUMBER", "7");
    does("config", "edit");
    assertThat(file).hasContent("jobs: 7\n");
  }

  @Test
  void givesEditorsASchemaThatAgreesWithTheCheck() throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(says("config", "schema"), InputFormat.JSON);
    for (String right :
        List.of(
            "version: 1\njobs: 2\n",
            "profiles: {lab: {target: sandbox, bridge: vmbr1}}\n",
            "template create: {memory: 4G, output: json}\n",
            "log-level: debug\nmodules-off: [docker]\n")) {
      write(right);
      assertThat(program.run("config", "validate").code()).as(right).isZero();
      assertThat(schema.validate(right, InputFormat.YAML)).as(right).isEmpty();
    }
    for (String wrong :
        List.of(
            "version: 2\n",
            "jobs: 0\n",
            "tagret: x\n",
            "profiles: {lab: {profile: x}}\n",
            "profiles: {lab: 1}\n",
            "template create: {memroy: 4G}\n",
            "tempalte create: {memory: 4G}\n",
            "log-level: loud\n")) {
      write(wrong);
      assertThat(program.run("config", "validate").code()).as(wrong).isEqualTo(2);
      assertThat(schema.validate(wrong, InputFormat.YAML)).as(wrong).isNotEmpty();
    }
  }
}
