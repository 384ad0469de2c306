package dev.proxkiln.cli.wiring;

import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.ui.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Gets the user's consent to something that cannot be taken back. */
public final class Consent {
  private Consent() {}

  /**
   * Goes on only with consent: {@code --yes}, or a yes on the terminal.
   *
   * @param what a sentence that says what would be done
   * @throws dev.proxkiln.core.problem.ProblemException {@code consent-missing}, {@code declined}
   */
  public static void to(Outside outside, Switches switches, String what) {
    if (switches.yes()) {
      return;
    }
    Optional<Terminal.Line> terminal =
        switches.noInput() ? Optional.empty() : outside.terminal().open();
    if (terminal.isEmpty()) {
      throw CliSlug.CONSENT_MISSING
          .problem(
              "--yes",
              what,
              switches.noInput()
                  ? "--no-input forbids to ask."
                  : "There is no terminal to ask on, and consent is never read from a pipe.",
              "Add --yes to do it.")
          .raise();
    }
    try (Terminal.Line line = terminal.get()) {
      if (!line.ask(what + " Go on?", List.of("yes", "no"), "no").equals("yes")) {
        throw CliSlug.DECLINED.problem("", "Nothing was done.", "You did not agree.", "").raise();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
