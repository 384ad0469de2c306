package dev.proxkiln.ui.page;

import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Survey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands in the words of a menu. */
final class Commands {
  private Commands() {}

  /** For example {@code Create a template} for {@code template create}. */
  static String title(String command) {
    List<String> words = Arrays.asList(command.split(" "));
    if (words.size() < 2) {
      return capital(command);
    }
    String thing = words.getFirst();
    String article = "aeiou".indexOf(thing.charAt(0)) >= 0 ? "an " : "a ";
    return capital(words.getLast()) + " " + article + thing;
  }

  static String capital(String word) {
    return word.isEmpty()
        ? word
        : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  /** Names of what a module does besides its first action. */
  static List<String> others(Module module) {
    return Stream.concat(
            module.actions().stream().skip(1).map(Action::name),
            module.surveys().stream().map(Survey::name))
        .toList();
  }

  /** Their last words, for a few words about them. */
  static String verbs(Module module) {
    return others(module).stream()
        .map(name -> name.substring(name.lastIndexOf(' ') + 1))
        .collect(Collectors.joining(", "));
  }

  /** Whether there is a query of that name: a module that is switched off has none. */
  static boolean asks(List<Module> modules, String query) {
    return modules.stream()
        .anyMatch(module -> module.queries().stream().anyMatch(q -> q.name().equals(query)));
  }

  /** One sentence about a command. */
  static String summary(Module module, String name) {
    return Stream.concat(
            module.actions().stream()
                .filter(action -> action.name().equals(name))
                .map(Action::summary),
            module.surveys().stream()
                .filter(survey -> survey.name().equals(name))
                .map(Survey::summary))
        .findFirst()
        .orElse("");
  }
}
