package dev.proxkiln.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {
  private static final Schema FIELDS =
      Schema.of(
          Field.of("vmid", "VM ID", Type.integer(100, 999), "x.").at(1),
          Field.of("memory", "Memory", Type.anyText(20), "x."),
          Field.of("tags", "Tags", Type.listOf(Type.anyText(20), ","), "x."),
          Field.of("upgrade", "Upgrade", Type.flag(), "x."));
  private static final Schema GLOBALS = Schema.of(Field.of("node", "N", Type.anyText(9), "x."));

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
    return Files.writeString(file, text);
  }

  private Checked<Values> read(
      Map<String, String> environment, Map<String, String> flags, Path... specs) {
    List<SettingsFile> files =
        List.of(
            new SettingsFile(Origin.Kind.SYSTEM_FILE, folder.resolve("system.yaml")),
            new SettingsFile(Origin.Kind.USER_FILE, folder.resolve("user.yaml")),
            new SettingsFile(Origin.Kind.PROJECT_FILE, folder.resolve("project.yaml")));
    return new Layers(files, environment, folder)
        .read(
            new Layers.Request(
                "template create",
                FIELDS,
                GLOBALS,
                () -> Set.of("vmid", "memory", "tags", "upgrade", "node", "bridge"),
                () -> Set.of("template create", "template delete"),
                List.of(specs).stream().map(Path::toString).toList(),
                flags));
  }

  private static Problem only(Checked<Values> checked) {
    assertThat(checked).isInstanceOf(Checked.Invalid.class);
    List<Problem> problems = ((Checked.Invalid<Values>) checked).problems();
    assertThat(problems).hasSize(1);
    return problems.getFirst();
  }

  private static String raw(Values values, String key) {
    return values.find(key).orElseThrow().raw();
  }

  @Test
  void laysStrongerLayersOverWeakerOnes() throws IOException {
    file("system.yaml", "memory: 1G\n");
    assertThat(raw(read(Map.of(), Map.of()).orRaise(), "memory")).isEqualTo("1G");
    file("user.yaml", "memory: 2G\n");
    assertThat(raw(read(Map.of(), Map.of()).orRaise(), "memory")).isEqualTo("2G");
    file("project.yaml", "memory: 3G\n");
    assertThat(raw(read(Map.of(), Map.of()).orRaise(), "memory")).isEqualTo("3G");
    Path spec = file("web.yaml", "memory: 4G\n");
    assertThat(raw(read(Map.of(), Map.of(), spec).orRaise(), "memory")).isEqualTo("4G");
    Map<String, String> environment = Map.of("PROXKILN_MEMORY", "5G");
    assertThat(raw(read(environment, Map.of(), spec).orRaise(), "memory")).isEqualTo("5G");
    Values all = read(environment, Map.of("memory", "6G"), spec).orRaise();
    assertThat(all.find("memory").orElseThrow())
        .isEqualTo(new Values.Value("6G", Origin.flag("--memory")));
  }

  @Test
  void tellsWhereAValueCameFrom() throws IOException {
    Path spec = file("web.yaml", "memory: 4G\n");
    Values values = read(Map.of("PROXKILN_UPGRADE", "no"), Map.of(), spec).orRaise();
    assertThat(values.find("memory").orElseThrow().origin().name("memory"))
        .isEqualTo("memory in " + spec);
    assertThat(values.find("upgrade").orElseThrow().origin().name("upgrade"))
        .isEqualTo("PROXKILN_UPGRADE");
  }

  @Test
  void keepsTheTextOfScalarsAsItWasWritten() throws IOException {
    Path spec =
        file("web.yaml", "memory: 24.10\ntags: [a, 0x1F, 007]\nupgrade: yes\nother: 1_000\n");
    Values values = read(Map.of(), Map.of(), spec).orRaise();
    assertThat(raw(values, "memory")).isEqualTo("24.10");
    assertThat(raw(values, "tags")).isEqualTo("a\n0x1F\n007");
    assertThat(raw(values, "upgrade")).isEqualTo("yes");
    assertThat(raw(values, "other")).isEqualTo("1_000");
  }

  @Test
  void readsASectionOfASettingsFileForItsCommandOnly() throws IOException {
    file(
        "user.yaml",
        "memory: 1G\ntemplate create:\n  memory: 2G\ntemplate delete:\n  memory: 3G\n");
    assertThat(raw(read(Map.of(), Map.of()).orRaise(), "memory")).isEqualTo("2G");
  }

  @Test
  void takesNoObjectOfACommandFromAFileThatNobodyNamed() throws IOException {
    file("user.yaml", "vmid: 100\n");
    assertThat(read(Map.of(), Map.of()).orRaise().find("vmid")).isEmpty();
    file("user.yaml", "template create:\n  vmid: 100\n");
    assertThat(raw(read(Map.of(), Map.of()).orRaise(), "vmid")).isEqualTo("100");
  }

  @Test
  void leavesOutWhatAnotherCommandKnows() throws IOException {
    file("user.yaml", "bridge: vmbr1\n");
    assertThat(read(Map.of(), Map.of()).orRaise().entries()).isEmpty();
  }

  @Test
  void refusesAKeyThatNoCommandKnows() throws IOException {
    file("user.yaml", "\nmemroy: 1G\n");
    Problem problem = only(read(Map.of(), Map.of()));
    assertThat(problem.slug()).isEqualTo("unknown-setting");
    assertThat(problem.where()).endsWith("user.yaml, line 2");
    assertThat(problem.next()).isEqualTo("Did you mean 'memory'?");
  }

  @Test
  void refusesASettingsFileThatOthersMayWriteTo() throws IOException {
    Path file = file("project.yaml", "memory: 1G\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(only(read(Map.of(), Map.of())).slug()).isEqualTo("settings-unsafe");
  }

  @Test
  void namesLineAndColumnOfBrokenYaml() throws IOException {
    Problem problem = only(read(Map.of(), Map.of(), file("web.yaml", "memory: 1G\n  tags: [a\n")));
    assertThat(problem.slug()).isEqualTo("spec-unreadable");
    assertThat(problem.what()).contains("line 2, column");
  }

  @Test
  void refusesAKeyThatIsGivenTwice() throws IOException {
    Problem problem = only(read(Map.of(), Map.of(), file("web.yaml", "memory: 1G\nmemory: 2G\n")));
    assertThat(problem.slug()).isEqualTo("spec-unreadable");
    assertThat(problem.why()).contains("memory");
  }

  @Test
  void refusesShapesThatNoSettingHas() throws IOException {
    Path spec = file("web.yaml", "memory:\n  size: 1G\ntags: [[a], b]\n");
    List<Problem> problems = ((Checked.Invalid<Values>) read(Map.of(), Map.of(), spec)).problems();
    assertThat(problems).extracting(Problem::slug).containsOnly("spec-unreadable").hasSize(2);
    assertThat(only(read(Map.of(), Map.of(), file("list.yaml", "- a\n- b\n"))).slug())
        .isEqualTo("spec-unreadable");
    assertThat(only(read(Map.of(), Map.of(), file("two.yaml", "a: 1\n---\nb: 2\n"))).what())
        .contains("more than one document");
  }

  @Test
  void refusesASpecForAnotherCommand() throws IOException {
    Path spec = file("web.yaml", "command: template delete\nvmid: 100\n");
    assertThat(only(read(Map.of(), Map.of(), spec)).slug()).isEqualTo("spec-other-command");
    Path right = file("web.yaml", "command: template create\nvmid: 100\n");
    assertThat(read(Map.of(), Map.of(), right).orRaise().entries()).containsOnlyKeys("vmid");
  }

  @Test
  void saysThatASpecFileIsMissing() {
    Problem problem = only(read(Map.of(), Map.of(), folder.resolve("none.yaml")));
    assertThat(problem.slug()).isEqualTo("spec-unreadable");
    assertThat(problem.why()).isEqualTo("It is not there.");
  }

  @Test
  void takesAnEmptyFileAndAnEmptyVariableForNothing() throws IOException {
    Path spec = file("web.yaml", "# nothing yet\n");
    assertThat(read(Map.of("PROXKILN_MEMORY", ""), Map.of(), spec).orRaise().entries()).isEmpty();
  }

  private static final Schema WAY =
      Schema.of(
          Field.of("target", "T", Type.anyText(99), "x."),
          Field.of("profile", "P", Type.anyText(99), "x."),
          Field.of("node", "N", Type.anyText(9), "x."),
          Field.of("token", "K", Type.anyText(99), "x."));

  private Checked<Values> way(Map<String, String> environment, Map<String, String> flags) {
    return new Layers(
            List.of(
                new SettingsFile(Origin.Kind.CLUSTER_FILE, folder.resolve("cluster.yaml")),
                new SettingsFile(Origin.Kind.USER_FILE, folder.resolve("user.yaml")),
                new SettingsFile(Origin.Kind.PROJECT_FILE, folder.resolve("project.yaml"))),
            environment,
            folder)
        .read(
            new Layers.Request(
                "runs", Schema.of(), WAY, () -> Set.of("memory"), Set::of, List.of(), flags));
  }

  private static Map<String, String> raw(Checked<Values> values) {
    Map<String, String> raw = new java.util.TreeMap<>();
    values.orRaise().entries().forEach((key, value) -> raw.put(key, value.raw()));
    raw.remove("profile");
    return raw;
  }

  private void profiles() throws IOException {
    file(
        "cluster.yaml",
        "version: 1\nprofiles:\n  lab:\n    target: a\n    token: secret:a\n  prod:\n    target: b\n");
    file("user.yaml", "target: c\ntoken: secret:c\nprofiles:\n  lab:\n    node: n1\n");
  }

  @Test
  void takesTheProfileThatIsChosenAndNothingOfTheWayToAnotherTarget() throws IOException {
    profiles();
    assertThat(raw(way(Map.of(), Map.of()))).isEqualTo(Map.of("target", "c", "token", "secret:c"));
    assertThat(raw(way(Map.of(), Map.of("profile", "lab"))))
        .isEqualTo(Map.of("target", "a", "token", "secret:a", "node", "n1"));
    assertThat(raw(way(Map.of("PROXKILN_PROFILE", "prod"), Map.of())))
        .isEqualTo(Map.of("target", "b"));
    Values values = way(Map.of(), Map.of("profile", "lab")).orRaise();
    assertThat(values.find("target").orElseThrow().origin().name("target"))
        .isEqualTo("target in profile 'lab'");
  }

  @Test
  void letsWhatIsStrongerThanTheChoiceBeatTheProfile() throws IOException {
    profiles();
    assertThat(raw(way(Map.of("PROXKILN_PROFILE", "lab"), Map.of("target", "d"))))
        .isEqualTo(Map.of("target", "d"));
    assertThat(raw(way(Map.of("PROXKILN_TARGET", "e"), Map.of("profile", "lab"))))
        .containsEntry("target", "a");
    file("project.yaml", "target: sandbox\n");
    file("user.yaml", "profile: lab\n");
    assertThat(raw(way(Map.of(), Map.of()))).isEqualTo(Map.of("target", "sandbox"));
    assertThat(raw(way(Map.of(), Map.of("profile", "none"))))
        .isEqualTo(Map.of("target", "sandbox"));
  }

  @Test
  void tellsEveryThingThatIsWrongWithProfiles() throws IOException {
    file("user.yaml", "profiles:\n  lab:\n    tagret: a\n  bad: 1\nprofile: labb\n");
    List<Problem> problems = ((Checked.Invalid<Values>) way(Map.of(), Map.of())).problems();
    assertThat(problems)
        .extracting(Problem::slug)
        .containsExactly("unknown-setting", "spec-unreadable", "profile-unknown");
    assertThat(problems.getFirst().where()).startsWith("profiles.lab.tagret in ");
    assertThat(problems.getLast().next()).isEqualTo("Did you mean 'lab'?");
  }
}
