package dev.proxkiln.template;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.port.PvePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      Looks.node(
          call ->
              call.path().endsWith("/config")
                  ? Map.of(
                      "scsi0", "thin:base-9000-disk-0,size=8G",
                      "scsi1", "thin:vm-9000-cloudinit,media=cdrom,size=4M",
                      "net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0")
                  : List.of(storage("thin", "lvmthin"), storage("zfs", "zfspool")));

  private static Map<String, Object> storage(String id, String type) {
    return Map.of("storage", id, "type", type, "active", 1, "content", "images");
  }

  static Survey.Found look(Facts facts, String... settings) {
    return Looks.look("template publish", facts, Looks.around(NODE), settings);
  }
}
