package dev.proxkiln.ui.form;

import dev.proxkiln.core.field.Field;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds what was meant among choices by a part of it. */
public final class Matches {
  private Matches() {}

  /**
   * The choices that hold every word of a text, in their name or in what is known of them, letters
   * of either case; those whose name begins with the text come first.
   */
  public static List<Field.Choice> of(List<Field.Choice> choices, String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    List<String> words = List.of(wanted.split("\\s+"));
    List<Field.Choice> found =
        choices.stream()
            .filter(
                choice -> {
                  String all = (choice.value() + " " + choice.about()).toLowerCase(Locale.ROOT);
                  return words.stream().allMatch(all::contains);
                })
            .toList();
    return Stream.concat(
            found.stream().filter(choice -> begins(choice, wanted)),
            found.stream().filter(choice -> !begins(choice, wanted)))
        .toList();
  }

  private static boolean begins(Field.Choice choice, String wanted) {
    return choice.value().toLowerCase(Locale.ROOT).startsWith(wanted);
  }
}
