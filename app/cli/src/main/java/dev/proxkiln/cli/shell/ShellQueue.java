package dev.proxkiln.cli.shell;

import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.queue.QueueCommands;
import dev.proxkiln.cli.queue.QueueRun;
import dev.proxkiln.cli.queue.Wishes;
import dev.proxkiln.cli.run.Background;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.host.queue.QueueItem;
import dev.proxkiln.ui.desk.QueueDesk;
import java.util.List;
import java.util.Optional;

/** The queue as the pages of the shell see it. */
final class ShellQueue implements QueueDesk {
  private final Outside outside;
  private final Wiring wiring;
  private final Globals globals;

  ShellQueue(Outside outside, Wiring wiring, Globals globals) {
    this.outside = outside;
    this.wiring = wiring;
    this.globals = globals;
  }

  private QueueCommands commands() {
    return new QueueCommands(outside, wiring);
  }

  @Override
  public Query.Rows rows() {
    return commands().rows();
  }

  @Override
  public List<Due> due() {
    return wiring.queue().all().stream()
        .filter(
            item ->
                item.state() == QueueItem.State.WAITING || item.state() == QueueItem.State.RUNNING)
        .map(this::due)
        .toList();
  }

  private Due due(QueueItem item) {
    String label = item.label();
    try {
      if (!item.run().isEmpty() && wiring.runs().ids().contains(item.run())) {
        return new Due(
            label + ", goes on", Optional.of(wiring.runs().look(item.run()).plan()), List.of());
      }
      Optional<Action<?>> action = new Wishes(wiring).action(item.command());
      if (action.isEmpty()) {
        return new Due(label, Optional.empty(), List.of());
      }
      Values values =
          Values.of(item.settings(), new Origin(Origin.Kind.SPEC_FILE, "queue entry " + item.id()));
      Connection there = wiring.connect(QueueRun.where(globals, item), Switches.NONE);
      return switch (action.get().plan(values, there.facts())) {
        case Checked.Valid<Plan>(Plan plan) -> new Due(label, Optional.of(plan), List.of());
        case Checked.Invalid<Plan>(List<Problem> wrong) -> new Due(label, Optional.empty(), wrong);
      };
    } catch (ProblemException e) {
      return new Due(label, Optional.empty(), e.problems());
    }
  }

  @Override
  public void run() {
    new Background(outside, wiring).queue(globals);
  }

  @Override
  public void retry(String entry) {
    commands().retry(Optional.of(List.of(entry)));
  }

  @Override
  public void remove(String entry) {
    commands().remove(List.of(entry));
  }
}
