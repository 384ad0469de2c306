package dev.proxkiln.cli;

import dev.proxkiln.ui.page.MenuPage;
import dev.proxkiln.ui.screen.Theme;
import dev.proxkiln.ui.tty.ScreenSession;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The menu: what {@code proxkiln} is without a command. */
final class Shell {
  private final Outside outside;
  private final Wiring wiring;

  Shell(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** Shows the menu until it is left; empty where the terminal shows no screens. */
  OptionalInt run(Invocation invocation) {
    Globals globals = invocation.globals();
    try (PrintStream nowhere =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        ExecutorService errands = Executors.newCachedThreadPool(Shell::helper)) {
      // Remarks would be drawn over the pages; what matters of them the pages say themselves.
      Outside silent = outside.silent(nowhere);
      Wiring quiet = new Wiring(silent, wiring.layout(), wiring.home());
      ShellDesk desk = new ShellDesk(outside, wiring, silent, quiet, globals);
      Theme theme = Theme.of(globals.color(), globals.theme(), outside.environment());
      try {
        return new ScreenSession(theme, errands).run(new MenuPage(desk), navigator -> {});
      } finally {
        // Nobody looks at what they would still find.
        errands.shutdownNow();
      }
    }
  }

  private static Thread helper(Runnable work) {
    return Thread.ofPlatform().daemon().name("errand").unstarted(work);
  }
}
