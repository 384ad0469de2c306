package dev.proxkiln.template.part;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.template.catalogue.Needs;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The page that says what a template is made of: one of several kinds of source. */
public final class Sources implements Part<Source> {

  private final List<SourceKind> kinds;

  /** Kinds in the order in which they are asked; the last one is the usual one. */
  public Sources(List<SourceKind> kinds) {
    this.kinds = List.copyOf(kinds);
  }

  @Override
  public Schema.Page page() {
    List<Field<?>> fields = new ArrayList<>();
    // The usual one first: its setting may stand without a flag.
    kinds.reversed().forEach(kind -> fields.addAll(kind.fields()));
    return new Schema.Page("Image", fields).asking(fields.getFirst().key());
  }

  private Optional<SourceKind> kind(Answers answers) {
    return kinds.stream().filter(kind -> kind.wanted(answers)).findFirst();
  }

  /** What the template will be made of, as far as the answers tell. */
  public Optional<Subject> subject(Answers answers) {
    return kind(answers).flatMap(kind -> kind.subject(answers));
  }

  /** What that needs of the virtual machine. */
  public Optional<Needs> needs(Answers answers) {
    return subject(answers).map(Subject::needs);
  }

  /** Whether a file from here goes to the node, as far as the raw settings tell. */
  public boolean bringsFile(Target target) {
    return given(target).map(SourceKind::bringsFile).orElse(true);
  }

  /** Whether a disk with something on it is imported and grown, as far as the raw settings tell. */
  public boolean fillsDisk(Target target) {
    return given(target).map(SourceKind::fillsDisk).orElse(true);
  }

  private Optional<SourceKind> given(Target target) {
    return kinds.stream()
        .filter(kind -> target.given(kind.fields().getFirst()).isPresent())
        .findFirst();
  }

  @Override
  public void check(Target target) {
    kinds.forEach(kind -> kind.check(target));
    oneOnly(target);
    if (page().fields().stream().allMatch(field -> target.given(field).isEmpty())) {
      Field<?> usual = kinds.getLast().fields().getFirst();
      target.problem(
          CoreSlug.MISSING_VALUE.problem(
              "--" + usual.key(),
              usual.label() + " is missing.",
              "It has no default here.",
              "Give --"
                  + usual.key()
                  + " "
                  + usual.type().name()
                  + ", or write it after the command; see: proxkiln catalog list"));
    }
  }

  /** The usual source may stand beside another one: it says which system that is. */
  private void oneOnly(Target target) {
    List<String> given =
        kinds.stream()
            .limit(kinds.size() - 1L)
            .map(kind -> kind.fields().getFirst().key())
            .filter(key -> target.given(key).isPresent())
            .toList();
    if (given.size() > 1) {
      target.problem(
          CoreSlug.INVALID_VALUE.problem(
              target.where(given.getLast()),
              "More than one thing says where the disk comes from: --"
                  + String.join(", --", given)
                  + ".",
              "A template is made of one of them.",
              "Leave the others out."));
    }
  }

  @Override
  public Optional<Source> read(Reading reading) {
    return kind(reading.answers()).flatMap(kind -> kind.read(reading));
  }

  @Override
  public void plan(Source source, Draft draft) {
    source.plan(draft);
  }
}
