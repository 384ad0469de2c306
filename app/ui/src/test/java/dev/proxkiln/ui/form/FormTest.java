package dev.proxkiln.ui.form;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormTest {
  private static final Field<String> IMAGE =
      Field.of("image", "Image", Type.word("IMAGE", "debian", "talos"), "The image.").mandatory();
  private static final Field<Long> CORES =
      Field.of("cores", "Cores", Type.integer(1, 128), "CPU cores.").byDefault(2L);
  private static final Field<String> USER =
      Field.of("user", "User", Type.anyText(20), "Who logs in.")
          .onlyWhen(answers -> !answers.find(IMAGE).orElse("").equals("talos"))
          .byDefault((facts, answers) -> answers.find(IMAGE));
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              new Schema.Page("Image", List.of(IMAGE)),
              new Schema.Page("Hardware", List.of(CORES)),
              new Schema.Page("Access", List.of(USER))));

  private static final Reader READER =
      new Reader() {
        @Override
        public String command() {
          return "make";
        }

        @Override
        public String summary() {
          return "Makes.";
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
              .find("cores")
              .filter(v -> v.raw().equals("99"))
              .map(v -> problem(v.origin().name("cores")))
              .map(p -> List.of(p, problem("")))
              .orElse(List.of());
        }
      };

  private static Problem problem(String where) {
    return CoreSlug.INVALID_VALUE.problem(where, "The node has too few.", "", "");
  }

  private static Form form(String... pairs) {
    Form form = Form.of(READER, Values.none());
    for (int i = 0; i < pairs.length; i += 2) {
      form = form.with(pairs[i], pairs[i + 1]);
    }
    return form;
  }

  private static List<String> titles(Form form) {
    return form.pages().stream().map(Form.Page::title).toList();
  }

  @Test
  void asksWhatAppliesAndShowsDefaultsWithTheirOrigin() {
    Form form = form();
    assertThat(titles(form)).containsExactly("Image", "Hardware", "Access");
    Question cores = form.question("cores").orElseThrow();
    assertThat(cores.text()).contains("2");
    assertThat(cores.given()).isFalse();
    assertThat(cores.origin()).isEqualTo(Origin.byDefault());
    assertThat(form.question("image").orElseThrow().missing()).isTrue();
    assertThat(form.firstWrong().orElseThrow().key()).isEqualTo("image");
  }

  @Test
  void defaultsFollowEarlierAnswers() {
    assertThat(form("image", "debian").question("user").orElseThrow().usual()).contains("debian");
  }

  @Test
  void anAnswerThatDoesNotApplyIsKeptAndComesBack() {
    Form there = form("image", "debian", "user", "me");
    Form away = there.with("image", "talos");
    assertThat(titles(away)).containsExactly("Image", "Hardware");
    assertThat(away.values().find("user")).isEmpty();
    assertThat(away.right()).isTrue();
    assertThat(away.with("image", "debian").question("user").orElseThrow().text()).contains("me");
  }

  @Test
  void problemsStandBesideTheirSetting() {
    Form wrong = form("image", "debian", "cores", "many");
    assertThat(wrong.question("cores").orElseThrow().problems()).hasSize(1);
    assertThat(wrong.question("cores").orElseThrow().text()).contains("many");
    assertThat(wrong.question("user").orElseThrow().problems()).isEmpty();
    Form refused = form("image", "debian", "cores", "99");
    assertThat(refused.question("cores").orElseThrow().problems()).hasSize(1);
    assertThat(refused.others()).hasSize(1);
    assertThat(refused.right()).isFalse();
  }

  @Test
  void whatFlagsSayIsThereAndComesBackWhenTypingIsTakenBack() {
    Form form = Form.of(READER, Values.of(Map.of("cores", "8"), Origin.flag("--cores")));
    assertThat(form.question("cores").orElseThrow().origin().kind()).isEqualTo(Origin.Kind.FLAG);
    assertThat(form.with("cores", "4").without("cores").question("cores").orElseThrow().text())
        .contains("8");
    assertThat(form.cleared("cores").question("cores").orElseThrow().text()).contains("2");
  }
}
