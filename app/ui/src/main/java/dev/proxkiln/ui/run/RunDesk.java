package dev.proxkiln.ui.run;

import dev.proxkiln.core.event.Request;
import dev.proxkiln.core.module.Advice;
import dev.proxkiln.core.view.RunView;
import dev.proxkiln.ui.screen.Next;
import java.util.List;
import java.util.Optional;

/**
 * What pages of runs may ask the rest of the program for. Everything but {@link #shell} waits, so
 * it is for errands; it throws {@link dev.proxkiln.core.problem.ProblemException}.
 */
public interface RunDesk {

  /** How a run stands. */
  RunView view(String run);

  /** How the runs of a batch stand, in their order. */
  List<Member> batch(String batch);

  /** Everything that the steps of a run printed, from the start. */
  List<String> output(String run);

  /** The last lines of the program's own log. */
  List<String> log();

  /** What is known of a run, for people who look for the cause. */
  List<String> details(String run);

  /**
   * Asks something of what is under way.
   *
   * @param id of a run or a batch
   */
  void ask(String id, Request request);

  /**
   * Goes on with what stopped, in a process of its own; waits until that has begun.
   *
   * @param id of a run or a batch
   */
  void resume(String id);

  /** Takes back what a run made, in a process of its own; waits until that has begun. */
  void undo(String run);

  /**
   * The release that began a run and would go on with it or take it back, because it is another one
   * than this and still installed; empty where this one does so.
   */
  Optional<String> otherRelease(String run);

  /** The form that the run came from with all its answers; empty where they are not known. */
  Optional<Next> change(String run);

  /** What can be done with what a run made. */
  List<Advice> advice(RunView run);

  /** A shell in the terminal, until the user leaves it. */
  void shell();

  /**
   * A run of a batch.
   *
   * @param name for people, unique in its batch
   * @param after name of the run that has to go through before this one starts; empty for none
   */
  record Member(String name, String after, RunView run) {}
}
