package dev.proxkiln.core.field;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Everything that is wrong with the parts of one value, said at once. */
final class Refusals {
  private final List<String> why = new ArrayList<>();
  private final Set<String> next = new LinkedHashSet<>();

  /** One more; both texts as {@link BadValue} takes them. */
  void add(String why, String next) {
    this.why.add(why);
    this.next.add(next);
  }

  /** Refuses the value where something was wrong; the same advice is given once. */
  void raise() {
    if (!why.isEmpty()) {
      throw new BadValue(String.join("; and ", why), String.join(" ", next));
    }
  }
}
