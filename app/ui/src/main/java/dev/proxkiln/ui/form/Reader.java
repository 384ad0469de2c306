package dev.proxkiln.ui.form;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Optional;

/** How the command that a form is for understands values. */
public interface Reader {

  /** The words of the command, for example {@code template create}. */
  String command();

  /** One sentence. */
  String summary();

  /** Its settings. */
  Schema schema();

  /** What is known of the target. */
  Facts facts();

  /**
   * Follows values that point to files, keys or secrets. Called after every change, so what takes
   * time is remembered.
   */
  Followed follow(Values values);

  /**
   * What the command says about values, beyond what the schema says of each setting alone.
   *
   * @param followed ready to be read
   */
  List<Problem> check(Values followed);

  /**
   * One of the values that these mean: where several things are wanted at once, those of the first.
   * Which settings apply, and their defaults, are taken from it.
   */
  default Values first(Values followed) {
    return followed;
  }

  /**
   * Puts a password away, and gives the text that stands for it.
   *
   * @throws UnsupportedOperationException where no setting is a password
   */
  default String hide(Field<?> field, String password) {
    throw new UnsupportedOperationException(field.key());
  }

  /** The setting that may be given several times in one call, see {@code Action.several}. */
  default Optional<String> several() {
    return Optional.empty();
  }

  /**
   * Values ready to be read.
   *
   * @param problems what could not be followed; it is not in the values
   */
  record Followed(Values values, List<Problem> problems) {
    public Followed {
      problems = List.copyOf(problems);
    }
  }
}
