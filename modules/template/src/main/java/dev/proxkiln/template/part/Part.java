package dev.proxkiln.template.part;

import dev.proxkiln.core.field.Schema;
import java.util.Optional;

/**
 * A page of settings of {@code template create}: what they are, what they mean together with the
 * target, and what they add to the plan.
 *
 * @param <S> what is wished, a record
 */
public interface Part<S> {

  /** The settings in the order in which they are asked and read. */
  Schema.Page page();

  /**
   * Adds problems that only the target shows and that have names of their own ({@code
   * storage-without-images} ...). Asked for even when other settings are wrong, so it looks at raw
   * texts.
   */
  default void check(Target target) {}

  /** The wish, or empty when nothing is wished or after saying what is wrong. */
  Optional<S> read(Reading reading);

  /** Adds steps, parameters and checks. */
  void plan(S wish, Draft draft);
}
