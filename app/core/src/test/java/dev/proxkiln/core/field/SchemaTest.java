package dev.proxkiln.core.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemaTest {
  private static final Field<String> NAME =
      Field.of("name", "Name", Type.dnsName(), "The name.").mandatory();
  private static final Field<Long> CORES =
      Field.of("cores", "Cores", Type.integer(1, 128), "CPU cores.").byDefault(2L);
  private static final Field<Long> SOCKETS =
      Field.of("sockets", "Sockets", Type.integer(1, 4), "CPU sockets.")
          .byDefault((facts, answers) -> Optional.of(answers.get(CORES) > 60 ? 2L : 1L))
          .ruled(
              (value, facts, answers) ->
                  value * answers.find(CORES).orElse(1L) > 128
                      ? Optional.of(new BadValue("makes too many", "Give fewer."))
                      : Optional.empty());
  private static final Field<String> PASSWORD =
      Field.of("password", "Password", Type.text("HASH", "\\$.*", "Give a hash."), "A hash.")
          .from(Field.Source.SECRET);
  private static final Schema SCHEMA = Schema.of(NAME, CORES, SOCKETS, PASSWORD);

  private static Checked<Answers> read(Map<String, String> raw) {
    return SCHEMA.read(Values.of(raw, Origin.flag("")), Facts.none());
  }

  private static List<Problem> problems(Map<String, String> raw) {
    return ((Checked.Invalid<Answers>) read(raw)).problems();
  }

  @Test
  void defaultsMayDependOnEarlierAnswers() {
    Answers answers = read(Map.of("name", "web", "cores", "64")).orRaise();
    assertThat(answers.get(SOCKETS)).isEqualTo(2);
    assertThat(answers.given(CORES)).isTrue();
    assertThat(answers.given(SOCKETS)).isFalse();
    assertThat(answers.find(PASSWORD)).isEmpty();
  }

  @Test
  void reportsEverythingWrongAtOnce() {
    assertThat(problems(Map.of("cores", "many", "socket", "1")))
        .extracting(Problem::slug)
        .containsExactlyInAnyOrder("unknown-setting", "missing-value", "invalid-value");
  }

  @Test
  void guessesWhatAMistypedSettingMeant() {
    assertThat(problems(Map.of("name", "a", "core", "1")).getFirst().next())
        .isEqualTo("Did you mean 'cores'?");
  }

  @Test
  void quotesTheValueButNeverASecret() {
    assertThat(problems(Map.of("name", "-")).getFirst().what()).contains("'-'");
    assertThat(problems(Map.of("name", "a", "password", "hunter2")).toString())
        .doesNotContain("hunter2")
        .contains("Password is not a valid hash");
  }

  @Test
  void aRuleSeesEarlierAnswersEvenWhenTheyAreWrong() {
    assertThat(problems(Map.of("name", "a", "cores", "64", "sockets", "3")))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).isEqualTo("Sockets '3' makes too many."));
  }

  @Test
  void theStrongerLayerWins() {
    Values values =
        Values.of(Map.of("name", "file", "cores", "4"), new Origin(Origin.Kind.SPEC_FILE, "a.yaml"))
            .overlay(Values.of(Map.of("name", "flag"), Origin.flag("")));
    Answers answers = SCHEMA.read(values, Facts.none()).orRaise();
    assertThat(answers.get(NAME)).isEqualTo("flag");
    assertThat(answers.get(CORES)).isEqualTo(4);
  }

  @Test
  void aSettingThatDoesNotApplyIsRefusedWhenGivenAndLeftOutOtherwise() {
    Field<String> vlan =
        Field.of("vlan", "VLAN", Type.anyText(9), "VLAN.")
            .byDefault("1")
            .onlyWhen(answers -> answers.get(CORES) == 7);
    Schema schema = Schema.of(CORES, vlan);
    assertThat(schema.read(Values.none(), Facts.none()).orRaise().find(vlan)).isEmpty();
    assertThat(schema.read(Values.of(Map.of("vlan", "2"), Origin.flag("")), Facts.none()))
        .isInstanceOf(Checked.Invalid.class);
  }

  @Test
  void saysOfEachSettingHowItStands() {
    Field<String> vlan =
        Field.of("vlan", "VLAN", Type.anyText(9), "Tag.")
            .onlyWhen(answers -> answers.get(CORES) > 2);
    Schema schema = Schema.of(NAME, CORES, vlan, SOCKETS);
    Examined examined =
        schema.examine(
            Values.of(Map.of("cores", "2", "vlan", "7", "sockets", "9"), Origin.flag("")),
            Facts.none());
    assertThat(examined.standings())
        .extracting(s -> s.field().key() + " " + s.applies() + " " + s.text().orElse("-"))
        .containsExactly("name true -", "cores true 2", "vlan false -", "sockets true -");
    assertThat(examined.problems())
        .extracting(Problem::where)
        .containsExactly("--name", "--vlan", "--sockets");
    assertThat(examined.answers().find(CORES)).contains(2L);
  }

  @Test
  void whatHangsOnAWrongSettingDoesNotApply() {
    Field<String> vlan =
        Field.of("vlan", "VLAN", Type.anyText(9), "Tag.")
            .onlyWhen(answers -> answers.get(CORES) > 2);
    Examined examined =
        Schema.of(CORES, vlan)
            .examine(Values.of(Map.of("cores", "many"), Origin.flag("")), Facts.none());
    assertThat(examined.standings().getLast().applies()).isFalse();
    assertThat(examined.problems()).extracting(Problem::where).containsExactly("--cores");
  }
}
