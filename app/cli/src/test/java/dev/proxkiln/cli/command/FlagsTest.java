package dev.proxkiln.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagsTest {
  private static final Command COMMAND =
      new Command.Own(
          "template create",
          "Make 100 % of a template.",
          Schema.of(
              Field.of("image", "Image", Type.anyText(20), "The image.").at(1),
              Field.of("memory", "Memory", Type.anyText(20), "Size, ${x} 5 % @|bold x|@."),
              Field.of("tags", "Tags", Type.listOf(Type.anyText(20), ","), "Tags."),
              Field.of("upgrade", "Upgrade", Type.flag(), "Upgrade.")),
          false,
          invocation -> 0);

  private static Flags.Given parse(String... arguments) {
    return Flags.parse(COMMAND, false, List.of(arguments));
  }

  private static Problem refused(String... arguments) {
    return catchThrowableOfType(ProblemException.class, () -> parse(arguments)).first();
  }

  @Test
  void takesValuesBesideOrBehindAnEqualsSign() {
    assertThat(parse("--memory", "4G").values()).containsExactly(Map.entry("memory", "4G"));
    assertThat(parse("--memory=4G").values()).containsExactly(Map.entry("memory", "4G"));
    assertThat(parse("--memory=a=b").values()).containsExactly(Map.entry("memory", "a=b"));
    assertThat(parse("--memory", "4G", "--memory", "8G").values())
        .containsExactly(Map.entry("memory", "8G"));
    assertThat(parse("--memory=\"4G\"").values()).containsExactly(Map.entry("memory", "\"4G\""));
  }

  @Test
  void takesAListAsRepeatedFlags() {
    assertThat(parse("--tags", "a", "--tags", "b,c").values())
        .containsExactly(Map.entry("tags", "a\nb,c"));
  }

  @ParameterizedTest
  @CsvSource({
    "--upgrade, true",
    "--no-upgrade, false",
    "--upgrade=true, true",
    "--upgrade=false, false",
    "--upgrade=no, false",
    "--upgrade=on, true",
  })
  void takesYesAndNo(String flag, String value) {
    assertThat(parse(flag).values()).containsExactly(Map.entry("upgrade", value));
  }

  @Test
  void takesNoWordForTheValueOfAYesOrNo() {
    assertThat(parse("--upgrade", "debian-12").values())
        .containsOnly(Map.entry("upgrade", "true"), Map.entry("image", "debian-12"));
    assertThat(parse("debian-12", "--no-upgrade").values())
        .containsOnly(Map.entry("upgrade", "false"), Map.entry("image", "debian-12"));
  }

  @Test
  void readsNoFileBehindAnAtSign() {
    assertThat(parse("@/etc/hostname").values())
        .containsExactly(Map.entry("image", "@/etc/hostname"));
  }

  @Test
  void takesSwitchesAnywhere() {
    Switches switches =
        parse("-vv", "debian-12", "-f", "a.yaml", "--yes", "-f", "b.yaml").switches();
    assertThat(switches.verbose()).isEqualTo(2);
    assertThat(switches.yes()).isTrue();
    assertThat(switches.dryRun()).isFalse();
    assertThat(switches.specs()).containsExactly("a.yaml", "b.yaml");
  }

  @Test
  void readsTheOutputAsAFormOrAsAFileWhenPlanning() {
    assertThat(parse("-o", "json").values()).containsExactly(Map.entry("output", "json"));
    Flags.Given planned =
        Flags.parse(COMMAND, true, List.of("-o", "plan.sh", "--format", "sh", "debian-12"));
    assertThat(planned.values()).containsExactly(Map.entry("image", "debian-12"));
    assertThat(planned.switches().file()).contains("plan.sh");
    assertThat(planned.switches().format()).isEqualTo("sh");
    assertThat(
            catchThrowableOfType(
                    ProblemException.class,
                    () -> Flags.parse(COMMAND, true, List.of("--format", "yaml")))
                .first()
                .slug())
        .isEqualTo("invalid-value");
  }

  @Test
  void saysWhatWasProbablyMeant() {
    Problem problem = refused("--memroy", "4G");
    assertThat(problem.slug()).isEqualTo("unknown-setting");
    assertThat(problem.what()).isEqualTo("There is no flag '--memroy'.");
    assertThat(problem.next()).isEqualTo("Did you mean '--memory'?");
    assertThat(refused("--memroy=4G").what()).isEqualTo("There is no flag '--memroy'.");
  }

  @Test
  void refusesWhatCannotBeUnderstood() {
    assertThat(refused("--memory").slug()).isEqualTo("bad-usage");
    assertThat(refused("debian-12", "more").what()).isEqualTo("'more' is one word too many.");
    assertThat(refused("--upgrade=maybe").why() + refused("--upgrade=maybe").what())
        .contains("'maybe' is neither yes nor no");
    assertThat(refused("debian-12", "--image", "debian-13").what()).contains("given twice");
  }

  @Test
  void needsNoParserForWordsAlone() {
    assertThat(PlainWords.read(COMMAND, List.of("debian-12")).orElseThrow().values())
        .containsExactly(Map.entry("image", "debian-12"));
    assertThat(PlainWords.read(COMMAND, List.of("a", "b"))).isEmpty();
  }

  @Test
  void printsHelpTextAsItStands() {
    String help = Flags.help(COMMAND, false, false, 80);
    assertThat(help)
        .contains("Make 100 % of a template.")
        .contains("Size, ${x} 5 %")
        .contains("--[no-]upgrade")
        .contains("(PROXKILN_MEMORY)")
        .doesNotContain("PARAM")
        .doesNotContain("\u001b");
  }
}
