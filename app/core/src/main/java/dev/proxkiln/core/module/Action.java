package dev.proxkiln.core.module;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.spec.Spec;
import java.util.List;
import java.util.Optional;

/** Something that changes a node; every method is pure. */
public interface Action<S extends Spec> {

  /** The words that call it, for example {@code template create}. */
  String name();

  /** One sentence for help. */
  String summary();

  /** Its settings. */
  Schema schema(Facts facts);

  /** Reads and checks; reports everything wrong at once. */
  Checked<S> read(Values values, Facts facts);

  /** What will be done; the same spec and facts give the same plan. */
  Plan plan(S spec, Facts facts);

  /** The setting that may be given several times in one call, a plan for each; empty for none. */
  default Optional<String> several() {
    return Optional.empty();
  }

  /**
   * The settings of each plan of one call.
   *
   * @param values as given; {@link #several} may have several lines
   */
  default Checked<List<Values>> each(Values values) {
    return new Checked.Valid<>(List.of(values));
  }

  /** How what it makes is found again; empty where that makes no sense. */
  default Optional<Desired> desired() {
    return Optional.empty();
  }

  /** Reads and plans in one go. */
  default Checked<Plan> plan(Values values, Facts facts) {
    return read(values, facts).then(spec -> new Checked.Valid<>(plan(spec, facts)));
  }
}
