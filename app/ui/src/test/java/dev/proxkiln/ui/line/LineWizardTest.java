package dev.proxkiln.ui.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.testkit.Golden;
import dev.proxkiln.testkit.Typist;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Terminal;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Reader;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineWizardTest {
  private static final Field<String> IMAGE =
      Field.of("image", "Image", Type.anyText(40), "Image to make a template of.")
          .choosing(
              facts ->
                  IntStream.rangeClosed(1, 30)
                      .mapToObj(i -> new Field.Choice("linux-" + i, "Linux number " + i))
                      .toList())
          .ruled(
              (value, facts, answers) ->
                  value.matches("linux-\\d+")
                      ? Optional.empty()
                      : Optional.of(new BadValue("is unknown", "Take one of the list.")))
          .mandatory();
  private static final Field<Boolean> PINNED =
      Field.of("pinned", "Dated build", Type.flag(), "Take the dated build.").byDefault(false);
  private static final Field<Long> CORES =
      Field.of("cores", "Cores", Type.integer(1, 128), "CPU cores.").byDefault(2L);
  private static final Field<String> BUS =
      Field.of("bus", "Disk bus", Type.word("BUS", "scsi", "virtio", "sata"), "Bus of the disk.")
          .byDefault("scsi");
  private static final Field<Long> MEMORY =
      Field.of(
              "memory",
              "Memory",
              Type.size("M", 64L << 20, 1L << 40, 1L << 20),
              "Memory of clones.")
          .byDefault(2L << 30);
  private static final Field<String> MACHINE =
      Field.of("machine", "Machine", Type.word("MACHINE", "q35", "i440fx"), "Chipset.")
          .byDefault("q35")
          .asAdvanced();
  private static final Group CARD =
      new Group(
          List.of(
              Field.of("bridge", "Bridge", Type.anyText(15), "Where it joins.").mandatory(),
              Field.of("vlan", "VLAN", Type.integer(1, 4094), "VLAN tag.")));
  private static final Field<?> CARDS =
      Field.of("nic", "Further interfaces", Type.listOf(CARD.type("NIC"), ""), "One more card.");
  private static final Field<String> PASSWORD =
      Field.of("password", "Password", Type.anyText(200), "Password of the user.")
          .from(Field.Source.PASSWORD);
  private static final Field<List<String>> TAGS =
      Field.of("tags", "Tags", Type.listOf(Type.dnsName(), ""), "Tags of the template.");

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              new Schema.Page("Image", List.of(IMAGE, PINNED)),
              new Schema.Page("Hardware", List.of(CORES, MEMORY, BUS, MACHINE)),
              new Schema.Page("Network", List.of(CARDS)),
              new Schema.Page("Access", List.of(PASSWORD, TAGS))));

  private static final Reader READER =
      new Reader() {
        @Override
        public String command() {
          return "template create";
        }

        @Override
        public String summary() {
          return "Make a template.";
        }

        @Override
        public Schema schema() {
          return SCHEMA;
        }

        @Override
        public Facts facts() {
          return Facts.none();
        }

        @Override
        public Followed follow(Values values) {
          return new Followed(values, List.of());
        }

        @Override
        public List<Problem> check(Values followed) {
          return followed
              .find("memory")
              .filter(value -> value.raw().equals("96"))
              .map(
                  value ->
                      CoreSlug.INVALID_VALUE.problem(
                          value.origin().name("memory"),
                          "Memory is 96 MiB; linux-7 needs at least 256 MiB.",
                          "",
                          "Type 256M or more, for example 2G."))
              .stream()
              .toList();
        }

        @Override
        public String hide(Field<?> field, String password) {
          return "$6$" + password.length();
        }
      };

  private static Optional<Form> play(
      Typist typist, Form form, BiFunction<LineWizard, Form, Optional<Form>> questions) {
    Terminal.Line line = new Terminal.Line(typist.in(), typist.out(), typist::hide);
    return questions.apply(new LineWizard(line, Look.plain()), form);
  }

  private static Optional<Form> play(Typist typist) {
    return play(typist, Form.of(READER, Values.none()), LineWizard::ask);
  }

  private static String raw(Form form, String key) {
    return form.values().find(key).map(Values.Value::raw).orElse("-");
  }

  @Test
  void asksPageAfterPageAndTellsProblemsUnderTheQuestion() {
    Typist typist =
        Typist.of(
            "",
            "linux-1",
            "linux-19",
            "",
            "4",
            "96",
            "back",
            "3",
            "1.5G",
            "?",
            "virtio",
            "add",
            "vmbr1",
            "20",
            "",
            "secret1",
            "secret2",
            "secret1",
            "secret1",
            "blue",
            "Not OK",
            "green",
            "",
            "");
    Form form = play(typist).orElseThrow();
    Golden.screen("line-wizard", typist.seen());
    assertThat(form.right()).isTrue();
    assertThat(raw(form, "image")).isEqualTo("linux-1");
    assertThat(raw(form, "pinned")).isEqualTo("-");
    assertThat(raw(form, "password")).isEqualTo("$6$7");
    assertThat(raw(form, "nic")).isEqualTo("bridge=vmbr1,vlan=20");
    assertThat(raw(form, "tags")).isEqualTo("blue\ngreen");
    assertThat(typist.seen()).doesNotContain("secret1").doesNotContain("secret2");
  }

  @Test
  void partsOfANameFindChoices() {
    Typist typist = Typist.of("number 2", "3", "review");
    assertThat(raw(play(typist).orElseThrow(), "image")).isEqualTo("linux-20");
    assertThat(typist.seen()).contains("  3  linux-20, Linux number 20");
    Typist one = Typist.of("number 30", "review");
    assertThat(raw(play(one).orElseThrow(), "image")).isEqualTo("linux-30");
    assertThat(one.seen()).contains("= linux-30, Linux number 30");
  }

  @Test
  void theEndIsNotReachedWithoutWhatIsMissing() {
    Typist typist = Typist.of("review", "linux-2", "review");
    assertThat(play(typist).orElseThrow().right()).isTrue();
    assertThat(typist.seen()).contains("! Image is missing.");
  }

  @Test
  void whoHangsUpOrQuitsLeaves() {
    assertThat(play(Typist.of())).isEmpty();
    assertThat(play(Typist.of("linux-2", "quit"))).isEmpty();
  }

  @Test
  void advancedSettingsAreAskedForWhoWantsThem() {
    Typist typist = Typist.of("linux-2", "next", "next", "next", "next", "1", "i440fx", "");
    Form form = play(typist).orElseThrow();
    assertThat(raw(form, "machine")).isEqualTo("i440fx");
    assertThat(typist.seen()).contains("1  Hardware: Machine");
  }

  @Test
  void oneSettingCanBeChangedByAPartOfItsName() {
    Form form = Form.of(READER, Values.none()).with("image", "linux-2");
    Typist typist = Typist.of("mach", "i440fx");
    Form changed = play(typist, form, LineWizard::change).orElseThrow();
    assertThat(raw(changed, "machine")).isEqualTo("i440fx");
    Typist many = Typist.of("m", "memory", "-");
    assertThat(play(many, form, LineWizard::change)).isPresent();
    assertThat(many.seen()).contains("Which of them?", "memory, Memory", "machine, Machine");
  }

  @Test
  void aWordOfTheWizardCanBeAValue() {
    Typist typist = Typist.of("linux-2", "next", "next", "next", "", "\\next", "", "");
    assertThat(raw(play(typist).orElseThrow(), "tags")).isEqualTo("next");
  }
}
