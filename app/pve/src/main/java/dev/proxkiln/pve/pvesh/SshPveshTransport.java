package dev.proxkiln.pve.pvesh;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;

/**
 * Calls by {@code pvesh} on a node over this machine's ssh, whose check of host keys stays on.
 *
 * <p>{@code pvesh} wants root, so the user is root.
 */
public final class SshPveshTransport implements PvePort {
  private final PveshCalls calls;

  /**
   * Calls on a node behind ssh.
   *
   * @param host name or address, IPv6 in brackets
   * @param port 1 to 65535
   */
  public SshPveshTransport(Commands commands, String user, String host, int port) {
    this.calls = new PveshCalls(commands, new SshShell(user, host, port));
  }

  @Override
  public Answer send(ResolvedCall call) {
    return calls.send(call);
  }

  @Override
  public Answer send(ResolvedCall call, TaskWatch watch) {
    return calls.send(call, watch);
  }

  @Override
  public TaskEnd await(String upid, TaskWatch watch) {
    return calls.await(upid, watch);
  }

  @Override
  public void settle(String node, long vmid) {
    calls.settle(node, vmid);
  }
}
