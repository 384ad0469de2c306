package dev.proxkiln.cli.command;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.ui.form.CallWords;
import java.util.ArrayList;
import java.util.List;

/** The command line that means the same as a call, however its settings were given. */
public final class CallLine {
  private CallLine() {}

  /** The words of the call, quoted for a shell. */
  public static String of(Invocation invocation) {
    Command command = invocation.command();
    List<String> words = new ArrayList<>(List.of("proxkiln"));
    words.addAll(
        CallWords.of(command.name(), command.schema(Facts.none()), invocation.resolved().given()));
    invocation.globals().target().ifPresent(target -> words.addAll(List.of("--target", target)));
    invocation.globals().node().ifPresent(node -> words.addAll(List.of("--node", node)));
    return CallWords.line(words);
  }
}
