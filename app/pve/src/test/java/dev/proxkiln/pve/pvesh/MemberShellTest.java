package dev.proxkiln.pve.pvesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The way from one node of a cluster to another is the one that the nodes themselves take. */
class MemberShellTest {
  private static final PvePort CLUSTER =
      new PvePort() {
        @Override
        public Answer send(ResolvedCall call) {
          return new Answer(
              List.of(
                  Map.of("type", "cluster", "name", "pve2"),
                  Map.of("type", "node", "name", "pve2", "ip", "192.0.2.2"),
                  Map.of("type", "node", "name", "pve3", "ip", "2001:db8::3")),
              Optional.empty());
        }

        @Override
        public TaskEnd await(String upid, TaskWatch watch) {
          throw new AssertionError("no task");
        }

        @Override
        public void settle(String node, long vmid) {
          throw new AssertionError("no task");
        }
      };

  private final List<Commands.Command> started = new ArrayList<>();
  private final Commands commands =
      (command, line) -> {
        started.add(command);
        return new Commands.Ended(0, "yes\n", "");
      };

  @Test
  void asksTheClusterForTheAddressAndItsHostKey() {
    MemberShell.files(commands, CLUSTER, "pve2")
        .write("/var/lib/vz/snippets/x.yaml", "a: b\n", 0644);
    Commands.Command ssh = started.getFirst();
    assertThat(ssh.argv())
        .startsWith("ssh")
        .contains("HostKeyAlias=pve2", "BatchMode=yes", "root@192.0.2.2")
        .anyMatch(word -> word.contains("/etc/pve/nodes/pve2/ssh_known_hosts"));
    assertThat(ssh.input()).contains("a: b\n");
    assertThat(MemberShell.files(commands, CLUSTER, "pve3").exists("/x")).isTrue();
    assertThat(started.getLast().argv()).contains("root@2001:db8::3");
  }

  @Test
  void aNodeWithoutAnAddressIsMissing() {
    assertThatThrownBy(() -> MemberShell.files(commands, CLUSTER, "pve9"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.first().slug()).isEqualTo("node-missing"));
  }
}
