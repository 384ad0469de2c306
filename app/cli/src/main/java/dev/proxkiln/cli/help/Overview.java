package dev.proxkiln.cli.help;

import dev.proxkiln.cli.command.Command;
import java.util.Comparator;
import java.util.List;

/** The list of commands. */
public final class Overview {
  private static final String HEAD =
      """
      proxkiln builds Proxmox VE templates from cloud images and shows every step before it takes it.

      """;
  private static final String TAIL =
      """

      proxkiln COMMAND --help       settings of a command
      proxkiln plan COMMAND ...     print what a command would do, change nothing
      proxkiln explain SLUG         what a problem means
      """;

  private Overview() {}

  /**
   * The commands that begin with some words, a line each.
   *
   * @param group words that all of them begin with; empty for all
   */
  public static String text(List<Command> commands, String group) {
    StringBuilder out = new StringBuilder(group.isEmpty() ? HEAD : "");
    List<Command> shown =
        commands.stream()
            .filter(c -> !c.hidden())
            .filter(c -> group.isEmpty() || c.name().startsWith(group + " "))
            .toList();
    // Commands of one group stand together, in the order in which their groups come.
    List<String> groups = shown.stream().map(Overview::group).distinct().toList();
    List<Command> sorted =
        shown.stream().sorted(Comparator.comparingInt(c -> groups.indexOf(group(c)))).toList();
    int widest = shown.stream().mapToInt(c -> c.name().length()).max().orElse(0);
    for (Command command : sorted) {
      out.append("  ").append(command.name());
      out.append(" ".repeat(widest - command.name().length() + 3));
      out.append(command.summary()).append('\n');
    }
    return out.append(TAIL).toString();
  }

  private static String group(Command command) {
    return command.name().split(" ")[0];
  }
}
