package dev.proxkiln.template.boottest;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.Templates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code template test}: boots two clones of a template and checks them. */
public final class TemplateTest implements Action<TestSpec> {

  private final Supplier<Catalogue> catalogue;

  private final Field<Long> deadline =
      Field.of(
              "deadline",
              "Deadline",
              Type.integer(10, 7200),
              "Seconds for a clone to answer, and again to finish cloud-init; emulation needs more.")
          .byDefault(
              (facts, answers) -> Optional.of(facts.target() == TargetKind.SANDBOX ? 600L : 300L));

  private final Field<String> clones =
      Field.of(
              "clones",
              "Clones",
              Type.word("KIND", "linked", "full"),
              "Linked clones are quick; full ones are for storages that cannot link, like thick LVM.")
          .byDefault(
              (facts, answers) ->
                  template(facts, answers)
                      .map(g -> g.tags().contains(Templates.FULL_CLONE) ? "full" : "linked"));

  private final Field<Boolean> exec =
      Field.of(
              "exec",
              "Look inside",
              Type.flag(),
              "Whether the guest agent runs commands; without it only name and address are checked.")
          .byDefault((facts, answers) -> template(facts, answers).map(this::runsCommands));

  /** The action; the catalogue tells what the agent of an image does. */
  public TemplateTest(Supplier<Catalogue> catalogue) {
    this.catalogue = catalogue;
  }

  private static Optional<GuestFacts> template(Facts facts, Answers answers) {
    try {
      return answers
          .find(Templates.TEMPLATE)
          .map(word -> Copies.near(facts, word, "--" + Templates.TEMPLATE.key()));
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  private boolean runsCommands(GuestFacts template) {
    return template.tags().stream()
        .flatMap(tag -> catalogue.get().find(tag).stream())
        .findFirst()
        .map(image -> image.needs().agentRuns())
        .orElse(true);
  }

  @Override
  public String name() {
    return "template test";
  }

  @Override
  public String summary() {
    return "Boot two clones of a template, check them, and write the verdict into its notes.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(Templates.TEMPLATE, deadline, clones, exec);
  }

  /**
   * Reads and checks.
   *
   * @return the spec, or {@code template-unknown}, {@code not-a-template}, {@code
   *     catalogue-unreadable}
   */
  @Override
  public Checked<TestSpec> read(Values values, Facts facts) {
    try {
      return schema(facts).read(values, facts).then(answers -> check(answers, values, facts));
    } catch (ProblemException e) {
      // A catalogue file that cannot be read.
      return new Checked.Invalid<>(e.problems());
    }
  }

  private Checked<TestSpec> check(Answers answers, Values values, Facts facts) {
    try {
      return new Checked.Valid<>(
          new TestSpec(
              Copies.near(facts, answers.get(Templates.TEMPLATE), Templates.where(values)),
              answers.find(clones).orElse("linked").equals("full"),
              answers.find(exec).orElse(true),
              Duration.ofSeconds(answers.get(deadline))));
    } catch (ProblemException e) {
      return new Checked.Invalid<>(List.copyOf(e.problems()));
    }
  }

  @Override
  public Plan plan(TestSpec spec, Facts facts) {
    return new TestPlan(spec, facts).plan();
  }
}
