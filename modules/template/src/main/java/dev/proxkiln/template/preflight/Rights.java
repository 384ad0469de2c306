package dev.proxkiln.template.preflight;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
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

  private static final List<String> DISKS = List.of("Datastore.AllocateSpace", "Datastore.Audit");

  private static final List<String> IMAGES =
      List.of("Datastore.AllocateSpace", "Datastore.AllocateTemplate", "Datastore.Audit");

  private final Facts facts;
  private final PvePort pve;

  Rights(Facts facts, PvePort pve) {
    this.facts = facts;
    this.pve = pve;
  }

  /**
   * What is held and what is missing.
   *
   * @param storage storage for the disks; empty where none can be seen
   * @param importStorage storage for uploaded images; empty where none can be seen, or none is
   *     needed
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
    // Without Datastore.Audit the node does not even name its storages.
    wanted.put(storage.map(id -> "/storage/" + id).orElse("/storage"), DISKS);
    if (!facts.importsByPath()) {
      wanted.merge(
          importStorage.map(id -> "/storage/" + id).orElse("/storage"),
          IMAGES,
          (one, other) -> List.copyOf(new TreeSet<>(joined(one, other))));
    }
    List<Finding> findings = new ArrayList<>();
    wanted.forEach((path, privileges) -> findings.add(finding(path, privileges)));
    findings.add(bridges());
    return findings;
  }

  /** One network that may be used is enough; bridges are in a zone of their own. */
  private Finding bridges() {
    String local = "/sdn/zones/localnetwork";
    List<String> use = List.of("SDN.Use");
    for (String bridge : facts.bridges()) {
      if (missing(local + "/" + bridge, use).isEmpty()) {
        return Finding.ok("rights on " + local + "/" + bridge, "The privilege is there.");
      }
    }
    Map<String, String> zones = zones();
    for (String vnet : facts.bridges()) {
      String path = "/sdn/zones/" + zones.getOrDefault(vnet, "") + "/" + vnet;
      if (zones.containsKey(vnet) && missing(path, use).isEmpty()) {
        return Finding.ok("rights on " + path, "The privilege is there.");
      }
    }
    // A bridge that may not be used is not shown either.
    return lacking(
        facts.bridges().isEmpty() ? local : local + "/" + facts.bridges().getFirst(), use);
  }

  /** The zones of virtual networks, where there are any and they may be seen. */
  private Map<String, String> zones() {
    Map<String, String> zones = new LinkedHashMap<>();
    try {
      for (Object vnet : Tree.list(pve.send(ResolvedCall.get("/cluster/sdn/vnets")).value(), "")) {
        zones.put(Tree.text(vnet, "vnet"), Tree.text(vnet, "zone"));
      }
    } catch (ProblemException e) {
      return Map.of();
    }
    return zones;
  }

  private static List<String> joined(List<String> one, List<String> other) {
    List<String> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  private Finding finding(String path, List<String> wanted) {
    List<String> missing = missing(path, wanted);
    return missing.isEmpty()
        ? Finding.ok("rights on " + path, "All " + wanted.size() + " privileges are there.")
        : lacking(path, missing);
  }

  private List<String> missing(String path, List<String> wanted) {
    Object held =
        Tree.map(pve.send(ResolvedCall.get("/access/permissions", "path", path)).value(), "")
            .getOrDefault(path, Map.of());
    return wanted.stream().filter(one -> !Tree.map(held, "").containsKey(one)).toList();
  }

  private static Finding lacking(String path, List<String> missing) {
    return Finding.bad(
        "rights on " + path, "Missing: " + String.join(", ", missing) + ".", grant(path, missing));
  }

  /**
   * The command, for root on the node, that gives privileges. A role that is there already is added
   * to; a token with privileges of its own has no more than both it and its user have.
   */
  static String grant(String path, List<String> privileges) {
    String role = "Proxkiln" + path.replaceAll("[^A-Za-z0-9]", "-");
    return "pveum role add "
        + role
        + "; pveum role modify "
        + role
        + " --append 1 --privs '"
        + String.join(" ", privileges)
        + "' && pveum acl modify "
        + path
        + " --roles "
        + role
        + " --users 'USER@REALM' --tokens 'USER@REALM!TOKEN'";
  }
}
