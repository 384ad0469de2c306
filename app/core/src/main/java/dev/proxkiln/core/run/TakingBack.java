package dev.proxkiln.core.run;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes steps back, and nothing that is not this run's own. */
final class TakingBack {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Ports ports;
  private final RunFolder run;
  private final Resolution resolution;
  private final Looking looking;

  TakingBack(Ports ports, RunFolder run, Resolution resolution, Looking looking) {
    this.ports = ports;
    this.run = run;
    this.resolution = resolution;
    this.looking = looking;
  }

  /** Whether there is anything for an undo to take back. */
  boolean isThere(Undo undo) {
    try {
      return switch (undo) {
        case Undo.Api api -> looking.holds(api.there());
        case Undo.DeleteFile(Text path) -> ports.files().exists(resolution.resolve(path));
        case Undo.Command _, Undo.DropPartial _ -> false;
      };
    } catch (Resolution.UnresolvedOutput e) {
      return false;
    }
  }

  /** Takes back; empty when it is gone, else why it is still there. */
  Optional<Problem> takeBack(Undo undo) {
    try {
      switch (undo) {
        case Undo.Api api -> {
          if (!looking.holds(api.there())) {
            return Optional.empty();
          }
          if (!looking.holds(api.ours())) {
            return Optional.of(notOurs(api));
          }
          PvePort.Answer answer = ports.pve().send(resolution.resolve(api.call()));
          answer.task().ifPresent(task -> ports.pve().await(task, PvePort.TaskWatch.NONE));
        }
        case Undo.DeleteFile(Text path) -> ports.files().delete(resolution.resolve(path));
        case Undo.Command(List<Text> argv) -> {
          Optional<Problem> failed = takeBack(argv);
          if (failed.isPresent()) {
            return failed;
          }
        }
        case Undo.DropPartial drop -> ports.downloads().dropPartial(drop.fetch());
      }
      return Optional.empty();
    } catch (Resolution.UnresolvedOutput e) {
      // The step never got so far that there could be anything.
      return Optional.empty();
    } catch (ProblemException e) {
      return Optional.of(e.first());
    }
  }

  private Optional<Problem> takeBack(List<Text> argv) {
    List<String> words = argv.stream().map(resolution::resolve).toList();
    Commands.Ended ended =
        ports
            .commands()
            .run(new Commands.Command(words, Map.of(), Optional.empty(), PATIENCE, List.of()));
    return ended.ok()
        ? Optional.empty()
        : Optional.of(
            CoreSlug.COMMAND_FAILED.problem(
                "run " + run.id(),
                "'" + words.getFirst() + "' ended with exit code " + ended.exit() + ".",
                ended.err().strip(),
                "Type it again: " + String.join(" ", words)));
  }

  private Problem notOurs(Undo.Api api) {
    return CoreSlug.NOT_OURS.problem(
        "run " + run.id(),
        "'"
            + resolution.resolve(api.call().path())
            + "' does not carry the mark of run '"
            + run.id()
            + "'.",
        "Somebody else made it, or the mark was removed.",
        "Look at it, and if it may go, type: " + command(api));
  }

  /** The undo as a command for an administrator. */
  String command(Undo undo) {
    return switch (undo) {
      case Undo.Api api -> PlanText.command(resolution.known(api.call()), run.plan().node());
      case Undo.DeleteFile(Text path) -> "rm " + resolution.known(path);
      case Undo.Command(List<Text> argv) ->
          PlanText.command(argv.stream().map(resolution::known).toList());
      case Undo.DropPartial drop -> "remove the partial download of " + drop.fetch().url();
    };
  }
}
