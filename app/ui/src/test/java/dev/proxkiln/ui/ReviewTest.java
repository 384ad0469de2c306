package dev.proxkiln.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReviewTest {
  private static final Plan PLAN =
      new Plan(
          "template create",
          "Create a template",
          "sandbox",
          "pve",
          List.of(
              Step.Call.read("version", "Ask for the version", PveCall.get("/version"), Map.of())),
          List.of());

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

  private Review.Answer answer(String typed) {
    Terminal terminal =
        () ->
            Optional.of(
                new Terminal.Line(
                    new BufferedReader(new StringReader(typed)),
                    new PrintStream(shown, true, StandardCharsets.UTF_8)));
    return new Review(terminal, Look.plain()).consent(PLAN);
  }

  @Test
  void runsOnYesOnly() {
    assertThat(answer("yes\n")).isEqualTo(Review.Answer.YES);
    assertThat(answer("Y\n")).isEqualTo(Review.Answer.YES);
    assertThat(answer("no\n")).isEqualTo(Review.Answer.NO);
    assertThat(answer("\n")).isEqualTo(Review.Answer.NO);
    assertThat(answer("")).isEqualTo(Review.Answer.NO);
    assertThat(answer("yup\nmaybe\nyes\n")).isEqualTo(Review.Answer.YES);
  }

  @Test
  void showsTheStepsBeforeAndTheCallsWhenAsked() {
    assertThat(answer("details\nno\n")).isEqualTo(Review.Answer.NO);
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .startsWith("Create a template on node pve (sandbox)\n")
        .contains("Nothing has been changed yet")
        .contains("  1  read      Ask for the version")
        .contains("pvesh get /version");
  }

  @Test
  void asksNobodyWithoutATerminal() {
    assertThat(new Review(Terminal.NONE, Look.plain()).consent(PLAN))
        .isEqualTo(Review.Answer.NOBODY);
  }
}
