package dev.proxkiln.template.preflight;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The privileges that making, testing and removing templates takes, by path. What a call demands is
 * in the API's permission descriptions (qemu-server: PVE/API2/Qemu.pm; pve-storage:
 * PVE/API2/Storage/Status.pm).
 */
final class Rights {
  private static final List<String> GUESTS =
      List.of(
          "VM.Allocate",
          "VM.Audit",
          "VM.Clone",
          "VM.Config.CDROM",
          "VM.Config.CPU",
          "VM.Config.Cloudinit",
          "VM.Config.Disk",
          "VM.Config.HWType",
          "VM.Config.Memory",
          "VM.Config.Network",
          "VM.Config.Options",
          "VM.PowerMgmt");

  private final Facts facts;
  private final PvePort pve;

  Rights(Facts facts, PvePort pve) {
    this.facts = facts;
    this.pve = pve;
  }

  /**
   * What is held and what is missing.
   *
   * @param storage storage for the disks
   * @param importStorage storage for uploaded images; empty where the node reads them by path
   */
  List<Finding> findings(Optional<String> storage, Optional<String> importStorage) {
    if (facts.rootSession()) {
      return List.of(Finding.ok("rights", "This session is root@pam: it may do everything."));
    }
    Map<String, List<String>> wanted = new LinkedHashMap<>();
    List<String> guests = new ArrayList<>(GUESTS);
    // 9.0 split VM.Monitor; asking for a privilege that a release does not know is an error there.
    guests.addAll(
        facts.version().startsWith("8.")
            ? List.of("VM.Monitor")
            : List.of("VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"));
    wanted.put("/vms", guests);
    storage.ifPresent(
        id -> wanted.put("/storage/" + id, List.of("Datastore.AllocateSpace", "Datastore.Audit")));
    importStorage.ifPresent(
        id ->
            wanted.merge(
                "/storage/" + id,
                List.of("Datastore.AllocateSpace", "Datastore.AllocateTemplate", "Datastore.Audit"),
                (one, other) -> new TreeSet<>(joined(one, other)).stream().toList()));
    facts.bridges().stream()
        .findFirst()
        .ifPresent(bridge -> wanted.put("/sdn/zones/localnetwork/" + bridge, List.of("SDN.Use")));
    List<Finding> findings = new ArrayList<>();
    wanted.forEach((path, privileges) -> findings.add(finding(path, privileges)));
    return findings;
  }

  private static List<String> joined(List<String> one, List<String> other) {
    List<String> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  private Finding finding(String path, List<String> wanted) {
    Object held =
        Tree.map(pve.send(ResolvedCall.get("/access/permissions", "path", path)).value(), "")
            .getOrDefault(path, Map.of());
    List<String> missing =
        wanted.stream().filter(one -> !Tree.map(held, "").containsKey(one)).toList();
    String about = "rights on " + path;
    if (missing.isEmpty()) {
      return Finding.ok(about, "All " + wanted.size() + " privileges are there.");
    }
    String role = "Proxkiln" + path.replaceAll("[^A-Za-z0-9]", "-");
    return Finding.bad(
        about,
        "Missing: " + String.join(", ", missing) + ".",
        "pveum role add "
            + role
            + " --privs '"
            + String.join(" ", missing)
            + "' && pveum acl modify "
            + path
            + " --roles "
            + role
            + " --tokens 'USER@REALM!TOKEN'");
  }
}
