package dev.proxkiln.cli.log;

import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.problem.Problem;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what happens in runs. What steps print is not among it: that is in the run's own log. Every
 * line that a run's thread logs meanwhile gets the run's ID.
 */
public final class RunLog {
  private static final Logger LOG = LoggerFactory.getLogger("run");

  private RunLog() {}

  /** Logs what is published from now on. */
  public static void watch(Events events) {
    events.on(RunEvent.class, RunLog::log);
  }

  private static void log(RunEvent event) {
    switch (event) {
      case RunEvent.Started(var run, var plan, var resumed) -> {
        MDC.put(LogLine.RUN, run);
        at(Level.INFO, event)
            .addKeyValue("command", plan.command())
            .addKeyValue("target", plan.target())
            .addKeyValue("node", plan.node())
            .log((resumed ? "gone on with: " : "started: ") + plan.title());
      }
      case RunEvent.StepStarted(_, var step, _, _) ->
          at(Level.DEBUG, event).addKeyValue("step", step.id()).log("step begun: " + step.label());
      case RunEvent.StepFinished(_, var step, var took, var warnings, _) ->
          at(warnings > 0 ? Level.WARN : Level.INFO, event)
              .addKeyValue("step", step.id())
              .addKeyValue("ms", took.toMillis())
              .addKeyValue("warnings", warnings)
              .log("step done: " + step.label());
      case RunEvent.StepFailed(_, var step, var problem) ->
          at(Level.ERROR, event, problem)
              .addKeyValue("step", step.id())
              .log("step failed: " + text(problem));
      case RunEvent.StepUndone(_, var step) ->
          at(Level.INFO, event).addKeyValue("step", step.id()).log("taken back: " + step.label());
      case RunEvent.StepLeft(_, var step, var problem) ->
          at(Level.WARN, event, problem)
              .addKeyValue("step", step.id())
              .log("not taken back: " + text(problem));
      case RunEvent.Announced(_, var name, _) -> at(Level.INFO, event).log("announced: " + name);
      case RunEvent.Asked(_, var request) -> at(Level.INFO, event).log("asked to: " + request);
      case RunEvent.Paused(_, var step) ->
          at(Level.INFO, event).addKeyValue("step", step.id()).log("waits before a step");
      case RunEvent.Finished(_, var state, var took, var problems, var left) -> {
        at(left.isEmpty() ? Level.INFO : Level.WARN, event)
            .addKeyValue("state", state)
            .addKeyValue("ms", took.toMillis())
            .addKeyValue("left", left.size())
            .addKeyValue("problems", problems.stream().map(Problem::slug).toList())
            .log("ended");
        MDC.remove(LogLine.RUN);
      }
      case RunEvent.StepQueued _, RunEvent.StepProgressed _, RunEvent.StepPrinted _ -> {}
    }
  }

  /** An event may be told by a thread that is not the run's own. */
  private static LoggingEventBuilder at(Level level, RunEvent event) {
    LoggingEventBuilder line = LOG.atLevel(level);
    return event.run().equals(MDC.get(LogLine.RUN)) ? line : line.addKeyValue("run", event.run());
  }

  private static LoggingEventBuilder at(Level level, RunEvent event, Problem problem) {
    return at(level, event).addKeyValue("slug", problem.slug());
  }

  /** A problem in one line: what, why, next. */
  public static String text(Problem problem) {
    return String.join(
        " ",
        Stream.of(problem.where(), problem.what(), problem.why(), problem.next())
            .filter(part -> !part.isBlank())
            .map(part -> part.replaceAll("\\s+", " "))
            .toList());
  }
}
