package dev.proxkiln.pve;

import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveSlug;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Calls of runs that work side by side: none is told a VM ID that another one was told. The node
 * reserves nothing, so without this two runs that look at the same moment get the same ID, and the
 * slower one has to look again.
 */
public final class DistinctIds implements PvePort {
  private static final String PATH = "/cluster/nextid";

  /** More IDs in a row than this are never taken on the way to a free one. */
  private static final int MOST = 10_000;

  private final PvePort node;
  private final Set<Long> told = new HashSet<>();

  /**
   * A guard before a node.
   *
   * @param chosen IDs that runs will use without asking
   */
  public DistinctIds(PvePort node, Collection<Long> chosen) {
    this.node = node;
    told.addAll(chosen);
  }

  @Override
  public Answer send(ResolvedCall call) {
    return isQuestion(call) ? next(call) : node.send(call);
  }

  @Override
  public Answer send(ResolvedCall call, TaskWatch watch) {
    return isQuestion(call) ? next(call) : node.send(call, watch);
  }

  private static boolean isQuestion(ResolvedCall call) {
    return call.verb().reads() && call.path().equals(PATH) && call.params().isEmpty();
  }

  private synchronized Answer next(ResolvedCall call) {
    Answer answer = node.send(call);
    Optional<Long> first = Tree.number(answer.value(), "");
    if (first.isEmpty() || told.add(first.get())) {
      return answer;
    }
    for (long id = first.get() + 1; id < first.get() + MOST; id++) {
      if (!told.contains(id) && isFree(id)) {
        told.add(id);
        return new Answer(Long.toString(id), Optional.empty());
      }
    }
    return answer;
  }

  private boolean isFree(long id) {
    try {
      node.send(ResolvedCall.get(PATH, "vmid", Long.toString(id)));
      return true;
    } catch (ProblemException e) {
      if (e.first().slug().equals(PveSlug.VMID_TAKEN.text())) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public TaskEnd await(String upid, TaskWatch watch) {
    return node.await(upid, watch);
  }

  @Override
  public void settle(String node, long vmid) {
    this.node.settle(node, vmid);
  }
}
