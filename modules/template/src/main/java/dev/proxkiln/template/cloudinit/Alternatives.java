package dev.proxkiln.template.cloudinit;

import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a schema has several forms for one thing, the validator says of each why it does not fit.
 * The form with the fewest complaints is the one that was meant.
 */
final class Alternatives {
  private static final Pattern CHOICE = Pattern.compile("/(?:oneOf|anyOf)/(\\d+)");

  private Alternatives() {}

  /**
   * A place with several forms.
   *
   * @param path of the schema, up to the number of the form
   * @param pointer of the thing
   */
  private record Choice(String path, String pointer) {}

  /** The errors without those of forms that were not meant. */
  static List<Error> best(List<Error> errors) {
    Set<Choice> choices = new LinkedHashSet<>();
    for (Error error : errors) {
      Matcher matcher = CHOICE.matcher(path(error));
      while (matcher.find()) {
        choices.add(choice(error, matcher.start(1)));
      }
    }
    List<Error> left = new ArrayList<>(errors);
    // From the inside out: a form's own choices are made before it is compared with others.
    choices.stream()
        .sorted(Comparator.comparing((Choice choice) -> choice.path().length()).reversed())
        .forEach(choice -> choose(choice, left));
    return left;
  }

  private static Choice choice(Error error, int end) {
    String path = path(error).substring(0, end);
    return new Choice(path, outer(error.getInstanceLocation().toString(), depth(path)));
  }

  /** How many steps into the thing a path of the schema goes. */
  private static int depth(String path) {
    String[] words = path.split("/", -1);
    int depth = 0;
    for (int i = 0; i < words.length; i++) {
      switch (words[i]) {
        case "properties", "patternProperties" -> {
          depth++;
          i++;
        }
        case "items", "additionalProperties" -> depth++;
        default -> {}
      }
    }
    return depth;
  }

  private static String outer(String pointer, int depth) {
    int end = 0;
    for (int i = 0; i < depth; i++) {
      int next = pointer.indexOf('/', end + 1);
      end = next < 0 ? pointer.length() : next;
    }
    return pointer.substring(0, end);
  }

  private static void choose(Choice choice, List<Error> left) {
    Map<Integer, List<Error>> forms = new TreeMap<>();
    for (Error error : left) {
      String path = path(error);
      Matcher matcher = CHOICE.matcher(path);
      while (matcher.find()) {
        if (path.startsWith(choice.path())
            && matcher.start(1) == choice.path().length()
            && choice(error, matcher.start(1)).equals(choice)) {
          forms
              .computeIfAbsent(Integer.parseInt(matcher.group(1)), n -> new ArrayList<>())
              .add(error);
        }
      }
    }
    List<Error> meant =
        forms.values().stream().min(Comparator.comparing(Alternatives::distance)).orElse(List.of());
    Optional<Error> whole =
        left.stream()
            .filter(e -> (path(e) + "/").equals(choice.path()))
            .filter(e -> e.getInstanceLocation().toString().equals(choice.pointer()))
            .findFirst();
    forms.values().stream().filter(form -> form != meant).forEach(left::removeAll);
    // A form that fails at the thing itself says no more than that none fits.
    if (whole.isPresent() && meant.stream().anyMatch(e -> isWhole(e, choice))) {
      left.removeAll(meant);
    } else {
      whole.ifPresent(left::remove);
    }
  }

  /** A wrong type weighs most: then it is another thing altogether. */
  private static int distance(List<Error> form) {
    return form.stream().mapToInt(e -> e.getKeyword().equals("type") ? 3 : 2).sum();
  }

  private static boolean isWhole(Error error, Choice choice) {
    return error.getKeyword().equals("type")
        && error.getInstanceLocation().toString().equals(choice.pointer());
  }

  private static String path(Error error) {
    return error.getEvaluationPath().toString();
  }
}
