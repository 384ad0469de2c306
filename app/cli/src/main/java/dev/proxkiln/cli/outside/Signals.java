package dev.proxkiln.cli.outside;

import java.io.PrintStream;
import sun.misc.Signal;

/**
 * Ctrl-C and SIGTERM during a run: the first asks it to stop, the second ends the process at once.
 * The journal makes the second safe: the run can be resumed or undone.
 */
public final class Signals {
  private Signals() {}

  /** Hands Ctrl-C and SIGTERM on. */
  public static void install(Interrupts interrupts, PrintStream err) {
    handle("INT", 130, interrupts, err);
    handle("TERM", 143, interrupts, err);
  }

  private static void handle(String name, int code, Interrupts interrupts, PrintStream err) {
    Signal.handle(
        new Signal(name),
        signal -> {
          if (interrupts.ask(code)) {
            err.println();
            err.println(interrupts.said());
          } else {
            Runtime.getRuntime().halt(code);
          }
        });
  }
}
