package dev.proxkiln.pve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.pve.problem.PveSlug;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DistinctIdsTest {
  private final Set<Long> taken = new TreeSet<>(List.of(100L, 103L));

  private final PvePort node =
      new PvePort() {
        @Override
        public Answer send(ResolvedCall call) {
          long id = 100;
          if (call.params().containsKey("vmid")) {
            id = Long.parseLong(call.params().get("vmid").getFirst());
            if (taken.contains(id)) {
              throw PveSlug.VMID_TAKEN.problem("", "VM " + id + " already exists", "", "").raise();
            }
          }
          while (taken.contains(id)) {
            id++;
          }
          return new Answer(Long.toString(id), Optional.empty());
        }

        @Override
        public TaskEnd await(String upid, TaskWatch watch) {
          return new TaskEnd(0, "OK");
        }

        @Override
        public void settle(String name, long vmid) {}
      };

  private static String next(PvePort port) {
    return String.valueOf(port.send(ResolvedCall.get("/cluster/nextid")).value());
  }

  @Test
  void noTwoAreToldTheSame() {
    PvePort ids = new DistinctIds(node, List.of(105L));
    assertThat(List.of(next(ids), next(ids), next(ids), next(ids)))
        .containsExactly("101", "102", "104", "106");
    taken.addAll(List.of(101L, 102L, 104L, 105L, 106L, 107L));
    assertThat(next(ids)).isEqualTo("108");
  }

  @Test
  void aQuestionForOneIdIsTheNodesToAnswer() {
    PvePort ids = new DistinctIds(node, List.of());
    assertThat(next(ids)).isEqualTo("101");
    assertThat(ids.send(ResolvedCall.get("/cluster/nextid", "vmid", "101")).value())
        .isEqualTo("101");
  }
}
