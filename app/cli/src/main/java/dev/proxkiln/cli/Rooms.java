package dev.proxkiln.cli;

import dev.proxkiln.cli.call.DefinitionCommands;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.shell.Shell;
import dev.proxkiln.cli.wiring.Front;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.host.file.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The commands and the screens of this program. */
public final class Rooms implements Front {
  private Rooms() {}

  /** The parts of a program with all its rooms. */
  public static Wiring wiring(Outside outside, Layout layout, Home home) {
    return new Wiring(outside, layout, home, new Rooms());
  }

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
