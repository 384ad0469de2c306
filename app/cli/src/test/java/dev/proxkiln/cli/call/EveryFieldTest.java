package dev.proxkiln.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Flags;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Layers;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every setting of every action and survey comes through every door. */
class EveryFieldTest {
  private static final Facts FACTS =
      new Facts(
          TargetKind.SANDBOX,
          "sandbox",
          "9.2.3",
          "pve",
          List.of("pve"),
          true,
          List.of(
              new StorageFacts(
                  "local",
                  "dir",
                  new TreeSet<>(List.of("images", "iso", "import", "snippets")),
                  true,
                  false,
                  Optional.of(100L << 30),
                  Optional.of("/var/lib/vz"))),
          List.of("vmbr0"),
          List.of(),
          List.of(),
          OptionalLong.of(100),
          true);

  /** Answers that make settings apply which otherwise do not. */
  private static final Map<String, String> ALL =
      Map.of(
          "firmware", "uefi",
          "tpm", "true",
          "ipv4", "192.0.2.5/24",
          "ipv6", "2001:db8::5/64",
          "user-data", "#cloud-config\n{}\n");

  /** Where a template may come from: each has settings of its own. */
  private static final List<Map<String, String>> SOURCES =
      List.of(
          Map.of(),
          Map.of("image", "debian-13"),
          Map.of("image", "fedora-coreos-stable"),
          Map.of("image", "flatcar-stable"),
          Map.of("image", "talos-1.13"),
          Map.of("image", "debian-13", "url", "https://images.example.org/a.qcow2"),
          Map.of("image", "debian-13", "image-file", "/tmp/a.qcow2"),
          Map.of("from-packages", "debian-13"),
          Map.of("iso", "debian-13-netinst"),
          Map.of("iso", "https://images.example.org/a.iso"),
          Map.of("iso", "local:iso/openSUSE-Leap.iso", "installer", "autoyast"));

  @TempDir Path root;

  private List<Command> commands(Wiring wiring) {
    List<Command> found =
        wiring.commands().stream()
            .filter(c -> c instanceof Command.Acts || c instanceof Command.Surveys)
            .toList();
    assertThat(found).extracting(Command::name).contains("template create", "template test");
    return found;
  }

  private static Set<String> keys(Command command) {
    return command.schema(Facts.none()).fields().stream()
        .map(Field::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void inTheWizard() {
    Wiring wiring = new InProcess(root).wiring();
    for (Command command : commands(wiring)) {
      FormReader reader = new FormReader(command, FACTS, wiring.sources(), wiring::kept);
      Set<String> seen = new TreeSet<>();
      for (Map<String, String> source : SOURCES) {
        keys(answered(reader, source), seen);
        Map<String, String> more = new TreeMap<>(ALL);
        more.putAll(source);
        keys(answered(reader, more), seen);
      }
      assertThat(seen).as(command.name()).isEqualTo(keys(command));
    }
  }

  private static Form answered(FormReader reader, Map<String, String> answers) {
    Form form = Form.of(reader, Values.none());
    for (Map.Entry<String, String> answer : answers.entrySet()) {
      if (reader.schema().find(answer.getKey()).isPresent()) {
        form = form.with(answer.getKey(), answer.getValue());
      }
    }
    return form;
  }

  private static void keys(Form form, Set<String> seen) {
    form.questions().stream().map(Question::key).forEach(seen::add);
  }

  @Test
  void inAtMostFivePagesForATemplate() {
    Wiring wiring = new InProcess(root).wiring();
    Command create =
        commands(wiring).stream()
            .filter(c -> c.name().equals("template create"))
            .findFirst()
            .orElseThrow();
    assertThat(create.schema(FACTS).pages().stream().map(Schema.Page::area).distinct().toList())
        .containsExactly("Image", "Guest", "Hardware", "Network", "Access");
    // What is asked at once fits a screen of 80x20.
    create.schema(FACTS).pages().stream()
        .collect(Collectors.groupingBy(Schema.Page::area))
        .forEach(
            (area, pages) ->
                assertThat(
                        pages.stream()
                            .flatMap(page -> page.fields().stream())
                            .filter(field -> !field.advanced()))
                    .as(area)
                    .hasSizeBetween(1, 11));
  }

  @Test
  void byFlag() {
    for (Command command : commands(new InProcess(root).wiring())) {
      for (Field<?> field : command.schema(Facts.none()).fields()) {
        boolean flag = field.type().name().equals("FLAG");
        Flags.Given given =
            Flags.parse(command, false, List.of("--" + field.key() + (flag ? "" : "=x")));
        assertThat(given.values())
            .as(command.name())
            .containsEntry(field.key(), flag ? "true" : "x");
      }
    }
  }

  @Test
  void byFileAndByEnvironment() throws IOException {
    InProcess program = new InProcess(root);
    for (Command command : commands(program.wiring())) {
      Path file = root.resolve("spec.yaml");
      Files.writeString(
          file, keys(command).stream().map(key -> key + ": x\n").collect(Collectors.joining()));
      InProcess other = new InProcess(root);
      command.schema(Facts.none()).fields().forEach(field -> other.with(field.variable(), "y"));
      assertThat(read(program.wiring(), command, List.of(file.toString())))
          .as(command.name())
          .containsOnlyKeys(keys(command));
      Map<String, Values.Value> variables = read(other.wiring(), command, List.of());
      assertThat(variables).as(command.name()).containsOnlyKeys(keys(command));
      assertThat(variables.values())
          .allMatch(value -> value.origin().kind() == Origin.Kind.ENVIRONMENT);
    }
  }

  private static Map<String, Values.Value> read(
      Wiring wiring, Command command, List<String> files) {
    Values values =
        wiring
            .layers()
            .read(
                new Layers.Request(
                    command.specFor(),
                    command.schema(Facts.none()),
                    Globals.SCHEMA,
                    wiring::knownKeys,
                    wiring::commandNames,
                    files,
                    Map.of()))
            .orRaise();
    return Layers.without(values, Globals.SCHEMA).entries();
  }
}
