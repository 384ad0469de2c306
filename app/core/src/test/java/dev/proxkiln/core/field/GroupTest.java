package dev.proxkiln.core.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class GroupTest {
  private static final Field<String> NAME =
      Field.of("name", "Name", Type.anyText(20), "A name.").mandatory();
  private static final Field<Long> NUMBER =
      Field.of("number", "Number", Type.integer(1, 9), "A number.")
          .byDefault(5L)
          .ruled(
              (n, facts, answers) ->
                  n == 7 ? Optional.of(new BadValue("is unlucky", "Give another.")) : none());
  private static final Group GROUP = new Group(List.of(NAME, NUMBER));
  private static final Type<SequencedMap<String, String>> TYPE = GROUP.type("ONE");

  private static Optional<BadValue> none() {
    return Optional.empty();
  }

  @Test
  void readsKeysWithValuesAndPrintsThemInOrder() {
    assertThat(TYPE.parse().apply(" number=3, name=a b "))
        .containsExactly(Map.entry("name", "a b"), Map.entry("number", "3"));
    assertThat(TYPE.print().apply(TYPE.parse().apply("number=3,name=x")))
        .isEqualTo("name=x,number=3");
  }

  @Test
  void aCommaOrAQuoteStandsInQuotes() {
    for (String name : List.of("a,b", "say \"x\"", "=", "a=b", ",", "\"", "")) {
      String line = Group.line(Map.of("name", name));
      assertThat(TYPE.parse().apply(line)).as(line).containsEntry("name", name);
      assertThat(TYPE.print().apply(TYPE.parse().apply(line))).isEqualTo(line);
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> TYPE.parse().apply("nam=x"))
        .isInstanceOfSatisfying(
            BadValue.class,
            bad -> {
              assertThat(bad.why()).isEqualTo("has no setting 'nam'");
              assertThat(bad.next()).isEqualTo("Did you mean 'name'?");
            });
    assertThatThrownBy(() -> TYPE.parse().apply("x")).hasMessageContaining("no key=value");
    assertThatThrownBy(() -> TYPE.parse().apply(" , ")).hasMessage("is empty");
    assertThatThrownBy(() -> TYPE.parse().apply("name=a,name=b")).hasMessageContaining("twice");
    assertThatThrownBy(() -> TYPE.parse().apply("name=\"a")).hasMessageContaining("quote");
    assertThatThrownBy(() -> TYPE.parse().apply("number=10"))
        .hasMessage("has the number '10', which is out of range");
    assertThatThrownBy(() -> TYPE.parse().apply("nam=a,number=10,x"))
        .hasMessage(
            "holds 'x', which is no key=value; and has the number '10', which is out of range;"
                + " and has no setting 'nam'");
  }

  @Test
  void rulesAndDefaultsAreThoseOfTheFields() {
    Origin origin = Origin.flag("--one");
    assertThat(GROUP.read(Map.of("name", "x"), origin, Facts.none()))
        .isInstanceOfSatisfying(
            Checked.Valid.class,
            valid -> assertThat(((Answers) valid.value()).get(NUMBER)).isEqualTo(5L));
    assertThat(GROUP.read(Map.of("number", "7"), origin, Facts.none()))
        .isInstanceOfSatisfying(
            Checked.Invalid.class,
            invalid ->
                assertThat(invalid.problems().stream().map(p -> ((Problem) p).slug()).toList())
                    .isEqualTo(List.of("missing-value", "invalid-value")));
  }

  @Test
  void mapsOfAFileBecomeTheSameText() {
    assertThat(Type.raw(List.of(Map.of("name", "a,b"), "name=c"))).contains("name=\"a,b\"\nname=c");
    assertThat(Type.raw(List.of(Map.of("name", List.of(10, "20-30"))))).contains("name=10;20-30");
    assertThat(Type.raw(List.of(List.of("x")))).isEmpty();
  }

  @Test
  void decimalsHaveARangeAndSoManyDigits() {
    Type<BigDecimal> type = Type.decimal("1", "10", 2);
    assertThat(type.parse().apply(" 2.50 ")).isEqualTo("2.50");
    for (String bad : List.of("0.99", "10.01", "2.501", "1e1", "-1", "NaN", "")) {
      assertThatThrownBy(() -> type.parse().apply(bad)).as(bad).isInstanceOf(BadValue.class);
    }
  }
}
