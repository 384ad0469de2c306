package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.problem.Problem;
import java.util.List;

/**
 * One named condition of a {@link Step.Require}.
 *
 * <p>{@link #otherwise} is the problem raised when it does not hold; its texts are literal.
 */
public sealed interface Check {

  /** Short name, for example {@code storage} or {@code hostname}; shown in results. */
  String name();

  /** The problem when it does not hold. */
  Problem otherwise();

  /** A read call answers, and the answer meets every expectation. */
  record Api(String name, PveCall get, List<Expect> expect, Problem otherwise) implements Check {
    public Api {
      expect = List.copyOf(expect);
    }
  }

  /** A read call must fail, for example the config of a VM ID that must be free. */
  record Refused(String name, PveCall get, Problem otherwise) implements Check {}

  /** A regular expression (java.util.regex, as a text) is found in a text. */
  record Matches(String name, Text text, Text pattern, Problem otherwise) implements Check {}

  /** A whole number is not larger than another. */
  record AtMost(String name, Text number, Text most, Problem otherwise) implements Check {}

  /** Two texts differ. */
  record Differ(String name, Text one, Text other, Problem otherwise) implements Check {}
}
