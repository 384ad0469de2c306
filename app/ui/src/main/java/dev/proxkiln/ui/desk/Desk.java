package dev.proxkiln.ui.desk;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.screen.Next;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The rest of the program, as pages see it. What says that it waits is for errands only; it throws
 * {@link dev.proxkiln.core.problem.ProblemException}.
 */
public interface Desk {

  /** The version of this program. */
  String version();

  /** The modules that were found. */
  List<Module> modules();

  /** What is known of the target, once {@link #look} has answered. */
  Optional<Facts> facts();

  /** Asks the target what there is; waits. */
  Facts look();

  /**
   * An empty form of a command; waits.
   *
   * @param command words of an action or a survey
   * @param typed answers to begin with, over those of settings files and the environment
   */
  Form form(String command, Values typed);

  /**
   * What was given for a setting the last time that a command was run; waits.
   *
   * @param command words of an action
   */
  Optional<String> latest(String command, String key);

  /**
   * The answer of a query; waits.
   *
   * @param query its words
   * @param settings by key, as flags would give them
   */
  Query.Result ask(String query, Map<String, String> settings);

  /** What a form would do, or everything that is wrong; waits. */
  Checked<Proposal> plans(Form form);

  /**
   * Begins to do what the user agreed to; waits until it has begun.
   *
   * @return where that is to be seen
   */
  Next start(Start start);

  /** The words before the flags of the command line that does the same. */
  List<String> program();

  /**
   * Writes answers as a file for {@code -f}; waits.
   *
   * @return the whole name of the file
   */
  String save(Form form, String file);

  /**
   * Keeps what was typed as defaults of this user for the command; waits.
   *
   * @return the file that they are in
   */
  String keep(Form form);

  /** Runs that could be gone on with, the newest first; waits. */
  List<Unfinished> unfinished();

  /** Runs of this machine, as {@link #ask} answers; waits. */
  Query.Rows runs();

  /** What waits to be run. */
  QueueDesk queue();

  /** Something to know about this program itself, such as a newer version; waits. */
  Optional<String> notice();

  /**
   * Rows that a command of the program itself answers; waits.
   *
   * @param words as on a command line
   */
  List<Object> rows(List<String> words);

  /**
   * What a command of the program itself answers of one thing; waits.
   *
   * @param words as on a command line
   */
  Query.One answer(List<String> words);

  /** Has a command of the program itself done, which asks nothing; waits. */
  void call(List<String> words);

  /** A command of the program itself that has the terminal to itself. */
  Next aside(List<String> words);

  /**
   * What is in a folder of this machine, folders first; waits.
   *
   * @param path empty for the current one
   */
  Folder folder(String path);

  /** What opens a run of {@link #runs}. */
  Next openRun(String id);

  /**
   * What would be done.
   *
   * @param jobs independent of each other; none where there is nothing to do
   * @param found what was looked at for them, where it was more than settings
   * @param problems what could not be looked at; the jobs go on without it
   */
  record Proposal(List<Job> jobs, Optional<Query.Rows> found, List<Problem> problems) {
    public Proposal {
      jobs = List.copyOf(jobs);
      problems = List.copyOf(problems);
    }

    /** Plans that the settings alone gave, a job each. */
    public static Proposal of(List<Plan> plans) {
      return new Proposal(
          plans.stream().map(plan -> new Job(List.of(plan))).toList(), Optional.empty(), List.of());
    }
  }

  /**
   * What is agreed to as a whole.
   *
   * @param plans at least one; each starts only when the one before it went through
   */
  record Job(List<Plan> plans) {
    public Job {
      plans = List.copyOf(plans);
    }
  }

  /**
   * What the user agreed to.
   *
   * @param chosen which jobs of the last proposal for this form, by their places, from 0
   * @param onError {@code undo} or {@code keep}
   */
  record Start(Form form, List<Integer> chosen, String onError) {
    public Start {
      chosen = List.copyOf(chosen);
    }
  }

  /**
   * A folder.
   *
   * @param path its whole name
   */
  record Folder(String path, List<FileEntry> entries) {
    public Folder {
      entries = List.copyOf(entries);
    }
  }

  /**
   * A run that did not come to its end.
   *
   * @param title what it makes
   * @param about how far it came
   * @param open what shows it
   */
  record Unfinished(String id, String title, String about, Supplier<Next> open) {}
}
