package dev.proxkiln.cli.shell;

import dev.proxkiln.cli.call.Program;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.help.Overview;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.RunState;
import dev.proxkiln.core.run.RunStore;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Terminal;
import dev.proxkiln.ui.line.LineMenu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The menu line by line: what {@code proxkiln} is without a command where nothing can be drawn. */
public final class LineShell {
  /** Of no use inside a menu. */
  private static final Set<String> LEFT_OUT =
      Set.of("menu", "shell", "completion", "man", "version", "help");

  private static final int UNFINISHED = 3;

  private final Outside outside;
  private final Wiring wiring;

  public LineShell(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /**
   * Shows the menu until the user leaves.
   *
   * @return the exit code of the last thing done; 2 where there is nobody to choose
   */
  public int run(Globals globals) {
    Look look = outside.look().apply(globals.color());
    int code = 2;
    while (true) {
      Optional<Terminal.Line> terminal = outside.terminal().open();
      if (terminal.isEmpty()) {
        outside.err().print(Overview.text(wiring.commands(), ""));
        return code;
      }
      Optional<List<String>> chosen;
      try (Terminal.Line line = terminal.get()) {
        chosen =
            new LineMenu(line, look)
                .choose("proxkiln " + Version.text() + ". What would you like to do?", items());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (chosen.isEmpty()) {
        return code == 2 ? 0 : code;
      }
      code =
          chosen.get().isEmpty()
              ? new CommandPrompt(outside, wiring).run()
              : new Program(outside, wiring).run(with(globals, chosen.get()));
    }
  }

  /** What was said of the target counts for what is chosen, too. */
  private static List<String> with(Globals globals, List<String> words) {
    List<String> call = new ArrayList<>(words);
    globals.target().ifPresent(target -> call.addAll(List.of("--target", target)));
    globals.node().ifPresent(node -> call.addAll(List.of("--node", node)));
    call.addAll(List.of("--ui", "line"));
    return call;
  }

  private List<LineMenu.Item> items() {
    Map<String, List<LineMenu.Item>> groups = new LinkedHashMap<>();
    for (Command command : wiring.commands()) {
      if (command.hidden() || LEFT_OUT.contains(command.name())) {
        continue;
      }
      String[] words = command.name().split(" ");
      groups
          .computeIfAbsent(words[0], group -> new ArrayList<>())
          .add(
              new LineMenu.Item(
                  words[words.length - 1], command.summary(), List.of(words), List.of()));
    }
    List<LineMenu.Item> items = new ArrayList<>(unfinished());
    groups.forEach(
        (group, inner) ->
            items.add(
                inner.size() == 1
                    ? inner.getFirst()
                    : new LineMenu.Item(
                        group,
                        String.join(", ", inner.stream().map(LineMenu.Item::title).toList()),
                        List.of(),
                        inner)));
    return items;
  }

  /** Runs that can be gone on with, the newest first. */
  private List<LineMenu.Item> unfinished() {
    List<LineMenu.Item> items = new ArrayList<>();
    for (String id : wiring.runs().ids()) {
      if (items.size() == UNFINISHED) {
        break;
      }
      try {
        RunStore.Glimpse run = wiring.runs().look(id);
        RunState.State state = RunState.replay(run.entries()).state();
        if (!run.locked() && (state == RunState.State.OPEN || state == RunState.State.FAILED)) {
          items.add(
              new LineMenu.Item(
                  "resume " + id, run.plan().title(), List.of("resume", id), List.of()));
        }
      } catch (ProblemException e) {
        // A run that cannot be read is told by the list of runs.
      }
    }
    return items;
  }
}
