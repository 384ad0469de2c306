package dev.proxkiln.cli.command;

import dev.proxkiln.core.field.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The words of a command line, told apart from its flags.
 *
 * @param command the words that were understood, joined; the name of a command when {@code whole}
 * @param whole whether they name a command
 * @param planning whether {@code plan} stood before them
 * @param queueing whether {@code queue add} stood before them
 * @param stray the first word that is no part of a command and no value of a flag, or empty text
 * @param rest flags and arguments, in their order
 */
public record Words(
    String command,
    boolean whole,
    boolean planning,
    boolean queueing,
    String stray,
    List<String> rest) {
  private static final String PLAN = "plan";
  private static final String QUEUE = "queue add";

  /** Flags that may stand before the command and take the next word as their value. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "--target",
          "--profile",
          "--log-level",
          "--log-size",
          "--log-total",
          "--node",
          "-o",
          "--output",
          "-f",
          "--file",
          "--on-error",
          "--jobs",
          "--color",
          "--ui",
          "--theme",
          "--fingerprint",
          "--token",
          "--save-answers",
          "--format");

  /** Takes the longest command that the words name. */
  public static Words of(List<String> arguments, Collection<String> commands) {
    List<String> rest = new ArrayList<>();
    String name = "";
    boolean planning = false;
    boolean queueing = false;
    String stray = "";
    int i = 0;
    while (i < arguments.size()) {
      String word = arguments.get(i);
      if (word.equals("--")) {
        break;
      }
      if (word.startsWith("-") && word.length() > 1) {
        rest.add(word);
        if (WITH_VALUE.contains(word) && i + 1 < arguments.size()) {
          i++;
          rest.add(arguments.get(i));
        }
        i++;
        continue;
      }
      if (name.isEmpty() && !planning && word.equals(PLAN)) {
        planning = true;
        i++;
        continue;
      }
      if (name.equals(QUEUE) && !queueing && !planning && begins(word, commands)) {
        queueing = true;
        name = "";
        continue;
      }
      String longer = name.isEmpty() ? word : name + " " + word;
      if (!begins(longer, commands)) {
        stray = word;
        break;
      }
      name = longer;
      i++;
    }
    rest.addAll(arguments.subList(i, arguments.size()));
    return new Words(name, commands.contains(name), planning, queueing, stray, List.copyOf(rest));
  }

  private static boolean begins(String word, Collection<String> commands) {
    return commands.stream().anyMatch(c -> c.equals(word) || c.startsWith(word + " "));
  }

  /** Whether the rest holds words only, so that it needs no parser. */
  public boolean plain() {
    return rest.stream().noneMatch(word -> word.startsWith("-"));
  }

  /** The command that was probably meant, or empty text. */
  public String nearest(Collection<String> commands) {
    String said = (command + " " + stray).strip();
    return Nearest.to(said, commands).orElse("");
  }
}
