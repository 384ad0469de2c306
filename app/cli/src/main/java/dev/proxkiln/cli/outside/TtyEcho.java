package dev.proxkiln.cli.outside;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.ui.DevTty;
import dev.proxkiln.ui.Terminal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Has {@code stty} hide what is typed; it is shown again however this process ends. */
public final class TtyEcho implements Terminal.Echo {
  private @Nullable Thread atExit;

  @Override
  public synchronized boolean hide(boolean hidden) {
    if (hidden && atExit == null) {
      atExit = new Thread(() -> stty("echo"), "echo");
      Runtime.getRuntime().addShutdownHook(atExit);
    }
    return stty(hidden ? "-echo" : "echo");
  }

  private static boolean stty(String word) {
    try {
      return new ProcessCommands()
          .run(Commands.Command.of("stty", "-F", DevTty.PATH, word).within(Duration.ofSeconds(5)))
          .ok();
    } catch (ProblemException e) {
      return false;
    }
  }
}
