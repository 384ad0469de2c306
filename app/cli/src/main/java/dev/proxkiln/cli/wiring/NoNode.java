package dev.proxkiln.cli.wiring;

import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;

/** Answers queries that need no node. */
public final class NoNode implements PvePort {
  @Override
  public Answer send(ResolvedCall call) {
    throw new IllegalStateException("a query without target calls " + call);
  }

  @Override
  public TaskEnd await(String upid, TaskWatch watch) {
    throw new IllegalStateException("a query without target awaits a task");
  }

  @Override
  public void settle(String node, long vmid) {
    throw new IllegalStateException("a query without target settles a guest");
  }
}
