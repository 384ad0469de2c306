package dev.proxkiln.cli.outside;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntSupplier;

/** The size of the terminal, asked of {@code stty} at most every two seconds. */
public final class Columns implements IntSupplier {
  private static final int USUAL = 80;
  private static final long FRESH = Duration.ofSeconds(2).toNanos();

  private final Map<String, String> environment;
  private int width;
  private int height;
  private long asked;

  public Columns(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public synchronized int getAsInt() {
    ask();
    return width;
  }

  /** Rows of the terminal; 0 where it has no size, or where there is none. */
  synchronized int rows() {
    ask();
    return height;
  }

  private void ask() {
    if (width == 0 || System.nanoTime() - asked > FRESH) {
      width = Math.max(20, stty());
      asked = System.nanoTime();
    }
  }

  private int stty() {
    height = 0;
    try {
      Commands.Ended ended =
          new ProcessCommands()
              .run(
                  Commands.Command.of("stty", "-F", "/dev/tty", "size")
                      .within(Duration.ofSeconds(2)));
      String[] size = ended.out().strip().split(" ");
      if (ended.ok() && size.length == 2 && Integer.parseInt(size[1]) > 0) {
        height = Integer.parseInt(size[0]);
        return Integer.parseInt(size[1]);
      }
    } catch (ProblemException | NumberFormatException e) {
      // No stty, no terminal: what the environment says, or the usual width.
    }
    String said = environment.getOrDefault("COLUMNS", "");
    return said.matches("\\d{1,4}") ? Integer.parseInt(said) : USUAL;
  }
}
