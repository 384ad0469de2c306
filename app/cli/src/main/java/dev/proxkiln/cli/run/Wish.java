package dev.proxkiln.cli.run;

import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import java.util.Map;

/**
 * An action with its settings, before it is planned.
 *
 * @param name for people, for example the image
 * @param values settings, pointers followed
 * @param aside secrets that belong to it only, by name
 */
public record Wish(String name, Action<?> action, Values values, Map<String, String> aside) {

  /** What a setting says that names what is made. */
  private static final String NAME = "name";

  /** The wish of some settings; called by its name, else after what may be given several times. */
  public static Wish of(Action<?> action, Values values, Map<String, String> aside) {
    String name =
        action
            .several()
            .flatMap(several -> values.find(NAME).or(() -> values.find(several)))
            .map(value -> value.raw().strip())
            .filter(word -> !word.isEmpty())
            .orElse(action.name());
    return new Wish(name, action, values, aside);
  }

  /** The same under another name. */
  public Wish named(String other) {
    return new Wish(other, action, values, aside);
  }

  /** Without settings and secrets. */
  @Override
  public String toString() {
    return "Wish[" + action.name() + " " + name + "]";
  }
}
