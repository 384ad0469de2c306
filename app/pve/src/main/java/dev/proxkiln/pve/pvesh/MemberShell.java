package dev.proxkiln.pve.pvesh;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.NodeFiles;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveSlug;
import java.util.List;

/**
 * From a node to another of its cluster, as Proxmox VE itself goes there: by ssh as root, with the
 * host key that the cluster file system keeps (source: pve-cluster SSHInfo.pm).
 */
public final class MemberShell {
  private static final int PORT = 22;

  private MemberShell() {}

  /**
   * Files of another node, for a session that runs as root on a node of its cluster.
   *
   * @param pve tells the node's address
   * @throws dev.proxkiln.core.problem.ProblemException {@code node-missing}, and what the call says
   */
  public static NodeFiles files(Commands commands, PvePort pve, String node) {
    Object status = pve.send(ResolvedCall.get("/cluster/status")).value();
    String address =
        Tree.list(status, "").stream()
            .filter(row -> Tree.text(row, "type").equals("node"))
            .filter(row -> Tree.text(row, "name").equals(node))
            .map(row -> Tree.text(row, "ip"))
            .filter(ip -> !ip.isEmpty())
            .findFirst()
            .orElseThrow(
                () ->
                    PveSlug.NODE_MISSING
                        .problem(
                            "node " + node,
                            "The cluster tells no address of node '" + node + "'.",
                            "",
                            "See its nodes with: pvecm status")
                        .raise());
    return new SshNodeFiles(commands, shell(node, address), node);
  }

  static SshShell shell(String node, String address) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return new SshShell(
        "root",
        host,
        PORT,
        List.of(
            "-o",
            "HostKeyAlias=" + node,
            "-o",
            "UserKnownHostsFile=/etc/pve/nodes/"
                + node
                + "/ssh_known_hosts /etc/pve/priv/known_hosts"));
  }
}
