package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Desired;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.StepNames;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.fleet.SeveralImages;
import dev.proxkiln.template.fleet.WantedTemplate;
import dev.proxkiln.template.part.Subject;
import dev.proxkiln.template.part.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code template create}: takes an image and makes a template of it. */
public final class TemplateCreate implements Action<TemplateSpec> {

  private final Parts parts;
  private final String version;

  /**
   * The action.
   *
   * @param library what it is made with
   * @param version of proxkiln, for the notes of what it makes
   */
  public TemplateCreate(Library library, String version) {
    this(new Parts(library), version);
  }

  /** With other parts. */
  TemplateCreate(Parts parts, String version) {
    this.parts = parts;
    this.version = version;
  }

  @Override
  public String name() {
    return "template create";
  }

  @Override
  public String summary() {
    return "Make a VM template of a cloud image.";
  }

  @Override
  public Schema schema(Facts facts) {
    return parts.schema();
  }

  @Override
  public Optional<String> several() {
    return Optional.of(SeveralImages.IMAGE);
  }

  @Override
  public Checked<List<Values>> each(Values values) {
    return SeveralImages.of(values);
  }

  @Override
  public Optional<Desired> desired() {
    return Optional.of(new WantedTemplate());
  }

  @Override
  public Plan plan(TemplateSpec spec, Facts facts) {
    return new CreatePlan(parts, spec, facts, version, "").plan();
  }

  /**
   * The steps of {@link #plan} alone, for a larger plan.
   *
   * @param prefix before the ID of every step, for example {@code new-}; two templates of one plan
   *     have different ones
   */
  public List<Step> steps(String prefix, TemplateSpec spec, Facts facts) {
    return StepNames.prefixed(prefix, new CreatePlan(parts, spec, facts, version, prefix).steps());
  }

  /**
   * Reads and checks.
   *
   * @return the spec, or every problem: those of {@link Schema#read}, {@code image-unknown}, {@code
   *     image-without-build}, {@code catalogue-unreadable}, {@code vmid-taken}, {@code
   *     storage-without-images}, {@code storage-too-small}, {@code storage-without-import}, {@code
   *     bridge-missing}, {@code pool-missing}, {@code quorum-lost}, {@code snippet-unreachable}
   */
  @Override
  public Checked<TemplateSpec> read(Values values, Facts facts) {
    List<Problem> problems = new ArrayList<>();
    try {
      Checked<Answers> checked = schema(facts).read(values, facts);
      if (checked instanceof Checked.Invalid<Answers>(List<Problem> wrong)) {
        problems.addAll(wrong);
      }
      Target target = new Target(values, facts, problems);
      if (facts.known() && !facts.quorate()) {
        problems.add(Conditions.quorumLost(facts));
      }
      parts.check(target);
      if (checked instanceof Checked.Valid<Answers>(Answers answers)) {
        Optional<TemplateSpec> spec = spec(target, answers, problems);
        if (problems.isEmpty() && spec.isPresent()) {
          return new Checked.Valid<>(spec.get());
        }
      }
    } catch (ProblemException e) {
      // A catalogue file that cannot be read.
      problems.addAll(e.problems());
    }
    return new Checked.Invalid<>(problems.stream().distinct().toList());
  }

  private Optional<TemplateSpec> spec(Target target, Answers answers, List<Problem> problems) {
    Optional<Subject> subject = parts.subject(answers);
    Optional<TemplateSpec> spec = subject.flatMap(s -> parts.read(target, answers, s));
    if (subject.isPresent() && !target.facts().known()) {
      problems.add(Conditions.noTarget());
    }
    return spec;
  }
}
