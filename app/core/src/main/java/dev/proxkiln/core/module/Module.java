package dev.proxkiln.core.module;

import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A self-contained part of proxkiln, found by {@link java.util.ServiceLoader}. */
public interface Module {

  /**
   * The version of everything that a plug-in sees: this package and those that it speaks of. It
   * grows when a plug-in that was made for the version before would not work any more.
   */
  int API = 1;

  /** Short name, lower case, for example {@code template}. */
  String id();

  /** For menus, for example {@code VM templates}. */
  String title();

  /** Gives the module its shipped files; called once, before anything else. Must be cheap. */
  void open(Resources resources);

  /** Everything that is wrong with shipped files which it would be given. */
  default List<Problem> faults(Resources resources) {
    return List.of();
  }

  /** Gives the module the web of the publishers; called once, after {@link #open}. */
  default void connect(Supplier<Publishers> publishers) {}

  /** What it can do to a node. */
  List<Action<?>> actions();

  /** What it can tell. */
  List<Query> queries();

  /** What it does after looking around. */
  default List<Survey> surveys() {
    return List.of();
  }

  /**
   * What can be done with what a run of this module announced.
   *
   * @param announced name of the fact, for example {@code TemplateCreated}
   * @param facts as they were announced
   */
  default List<Advice> advice(String announced, Map<String, String> facts) {
    return List.of();
  }

  /**
   * What it finds well and not well on a target, for {@code doctor}. It only reads, and may take a
   * few seconds.
   *
   * @throws dev.proxkiln.core.problem.ProblemException when the target refuses to be read
   */
  default List<Finding> findings(Facts facts, Surroundings around) {
    return List.of();
  }

  /** Subscribes to announcements of other modules. */
  default void subscribe(Events events) {}
}
