package dev.proxkiln.template;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code template publish} in a cluster of pve and pve2 that is made up. */
final class PublishPlans {
  private PublishPlans() {}

  /** A template, or a copy of it, that the run {@code abc} made. */
  static GuestFacts template(long vmid, String name, String node, String... more) {
    List<String> tags = new ArrayList<>(List.of("proxkiln", "debian-13", "run-abc"));
    tags.addAll(List.of(more));
    return new GuestFacts(vmid, name, node, "qemu", true, false, tags);
  }

  /** A cluster with these templates. */
  static Facts facts(GuestFacts... guests) {
    Facts one = Fixtures.sandbox();
    return new Facts(
        one.target(),
        one.address(),
        one.version(),
        "pve",
        List.of("pve", "pve2"),
        true,
        one.storages(),
        one.bridges(),
        List.of(guests),
        one.pools(),
        OptionalLong.of(101),
        true);
  }

  private static final PvePort NODE =
      new PvePort() {
        @Override
        public Answer send(ResolvedCall call) {
          Object answer =
              call.path().endsWith("/config")
                  ? Map.of(
                      "scsi0", "thin:base-9000-disk-0,size=8G",
                      "scsi1", "thin:vm-9000-cloudinit,media=cdrom,size=4M",
                      "net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0")
                  : List.of(storage("thin", "lvmthin"), storage("zfs", "zfspool"));
          return new Answer(answer, Optional.empty());
        }

        private Map<String, Object> storage(String id, String type) {
          return Map.of("storage", id, "type", type, "active", 1, "content", "images");
        }

        @Override
        public TaskEnd await(String upid, TaskWatch watch) {
          throw new AssertionError("a look starts no task");
        }

        @Override
        public void settle(String node, long vmid) {
          throw new AssertionError("a look changes nothing");
        }
      };

  static Survey.Found look(Facts facts, String... settings) {
    Survey publish =
        Fixtures.module().surveys().stream()
            .filter(s -> s.name().equals("template publish"))
            .findFirst()
            .orElseThrow();
    return publish.look(
        Fixtures.values(settings),
        facts,
        new Surroundings(
            NODE,
            Fixtures.untouched(Downloads.class),
            Fixtures.untouched(Commands.class),
            List.of(),
            List.of(),
            "/var/lib/proxkiln/cache/work"));
  }
}
