package dev.proxkiln.cli.command;

import java.util.List;
import java.util.Optional;

/**
 * What is said on the command line alone, never in a file or the environment.
 *
 * @param specs spec files, in the order given
 * @param dryRun print the plan and change nothing
 * @param yes consent given
 * @param noInput never ask
 * @param verbose how often {@code -v} was given
 * @param quiet nothing but results and problems
 * @param help print help
 * @param format form of a printed plan: {@code text}, {@code json} or {@code sh}
 * @param file where a printed plan goes
 * @param answers where the settings of the call go
 * @param detach whether a process of its own does the work
 */
public record Switches(
    List<String> specs,
    boolean dryRun,
    boolean yes,
    boolean noInput,
    int verbose,
    boolean quiet,
    boolean help,
    String format,
    Optional<String> file,
    Optional<String> answers,
    boolean detach) {

  public static final Switches NONE =
      new Switches(
          List.of(),
          false,
          false,
          false,
          0,
          false,
          false,
          "text",
          Optional.empty(),
          Optional.empty(),
          false);

  /** The same without questions. */
  public Switches neverAsking() {
    return new Switches(
        specs, dryRun, yes, true, verbose, quiet, help, format, file, answers, detach);
  }

  /** The same, printing nothing but results and problems. */
  public Switches silent() {
    return new Switches(
        specs, dryRun, yes, noInput, verbose, true, help, format, file, answers, detach);
  }
}
