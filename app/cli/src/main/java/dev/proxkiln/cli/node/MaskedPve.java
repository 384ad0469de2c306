package dev.proxkiln.cli.node;

import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.log.Masks;
import java.util.function.Supplier;

/**
 * A node whose words are masked before anybody reads or keeps them: what it says of a failure, and
 * the lines of its tasks, may quote what it was sent.
 */
record MaskedPve(PvePort node, Masks masks) implements PvePort {

  @Override
  public Answer send(ResolvedCall call) {
    return masked(() -> node.send(call));
  }

  @Override
  public Answer send(ResolvedCall call, TaskWatch watch) {
    return masked(() -> node.send(call, masked(watch)));
  }

  @Override
  public TaskEnd await(String upid, TaskWatch watch) {
    return masked(() -> node.await(upid, masked(watch)));
  }

  @Override
  public void settle(String name, long vmid) {
    masked(
        () -> {
          node.settle(name, vmid);
          return true;
        });
  }

  private TaskWatch masked(TaskWatch watch) {
    return new TaskWatch() {
      @Override
      public void line(String text) {
        watch.line(masks.apply(text));
      }

      @Override
      public void progress(long done, long total) {
        watch.progress(done, total);
      }
    };
  }

  private <T> T masked(Supplier<T> work) {
    try {
      return work.get();
    } catch (ProblemException e) {
      throw new ProblemException(e.problems().stream().map(masks::apply).toList());
    }
  }
}
