package dev.proxkiln.ui;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The controlling terminal, whatever standard input is: {@code curl | bash} has one too. */
public final class DevTty implements Terminal {
  /** The terminal of this process. */
  public static final String PATH = "/dev/tty";

  private final Echo echo;

  /** With a way to hide what is typed. */
  public DevTty(Echo echo) {
    this.echo = echo;
  }

  @Override
  public Optional<Line> open() {
    try {
      // Opening fails with ENXIO where the process has no controlling terminal.
      FileInputStream in = new FileInputStream(PATH);
      return Optional.of(
          new Line(
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)),
              new PrintStream(new FileOutputStream(PATH), true, StandardCharsets.UTF_8),
              echo));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
