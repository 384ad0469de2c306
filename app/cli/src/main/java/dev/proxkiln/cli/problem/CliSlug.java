package dev.proxkiln.cli.problem;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Slug;

/** The problems of the command line itself. */
public enum CliSlug implements Slug {
  /** There is no such command. */
  UNKNOWN_COMMAND(Kind.INPUT),
  /** A flag without its value, a word too many, two flags that exclude each other. */
  BAD_USAGE(Kind.INPUT),
  /** A change needs consent, and there is no terminal to ask on. */
  CONSENT_MISSING(Kind.INPUT),
  /** The user said no. */
  DECLINED(Kind.INPUT),
  /** There is no page for a slug. */
  NO_SUCH_PAGE(Kind.INPUT),
  /** A plan file was made for another target than the one given. */
  PLAN_OTHER_TARGET(Kind.INPUT),
  /** A target by https needs an API token, and there is none. */
  TOKEN_MISSING(Kind.INPUT),
  /** The target takes API calls only, and a step needs its files or commands. */
  FILES_UNREACHABLE(Kind.HOST),
  /** Files that ship with proxkiln are not where they should be. */
  HOME_INCOMPLETE(Kind.HOST),
  /** The program does not run from an installation that can be updated or removed. */
  NOT_INSTALLED(Kind.HOST),
  /** It is not known where releases are published, or who signs them. */
  RELEASE_SOURCE_MISSING(Kind.INPUT),
  /** It is not set where catalogues are published, or whose signature to believe. */
  CATALOGUE_SOURCE_MISSING(Kind.INPUT),
  /** No entry of the queue has that ID, or it is in another state. */
  QUEUE_UNKNOWN(Kind.INPUT),
  /** A process of its own for a run did not begin. */
  RUNNER_FAILED(Kind.HOST),
  /** The process that worked on a run is gone, and the run is not at its end. */
  RUN_CUT_OFF(Kind.WORK),
  /** There is no module with that ID, or it is not of the sort that is asked for. */
  MODULE_UNKNOWN(Kind.INPUT),
  /** Doctor found something that does not work. */
  NOT_WELL(Kind.HOST),
  /** The sandbox node could not be started or stopped. */
  SANDBOX_FAILED(Kind.HOST);

  private final Kind kind;

  CliSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
