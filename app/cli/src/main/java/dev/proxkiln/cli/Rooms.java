package dev.proxkiln.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The commands and the screens of this program. */
final class Rooms implements Front {
  @Override
  public List<Command> commands(Outside outside, Wiring wiring, List<Command> modules) {
    List<Command> commands =
        new ArrayList<>(new DefinitionCommands(outside, wiring).commands(modules));
    commands.addAll(new OwnCommands(outside, wiring).all());
    return commands;
  }

  @Override
  public OptionalInt ask(Outside outside, Wiring wiring, Invocation invocation) {
    return new Shell(outside, wiring).ask(invocation);
  }
}
