package dev.proxkiln.sandbox.access;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The privileges and the built-in roles of a release (source: pve-access-control). */
final class Privileges {
  private static final List<String> COMMON =
      List.of(
          "Datastore.Allocate",
          "Datastore.AllocateSpace",
          "Datastore.AllocateTemplate",
          "Datastore.Audit",
          "Group.Allocate",
          "Mapping.Audit",
          "Mapping.Modify",
          "Mapping.Use",
          "Permissions.Modify",
          "Pool.Allocate",
          "Pool.Audit",
          "Realm.Allocate",
          "Realm.AllocateUser",
          "SDN.Allocate",
          "SDN.Audit",
          "SDN.Use",
          "Sys.AccessNetwork",
          "Sys.Audit",
          "Sys.Console",
          "Sys.Incoming",
          "Sys.Modify",
          "Sys.PowerMgmt",
          "Sys.Syslog",
          "User.Modify",
          "VM.Allocate",
          "VM.Audit",
          "VM.Backup",
          "VM.Clone",
          "VM.Config.CDROM",
          "VM.Config.CPU",
          "VM.Config.Cloudinit",
          "VM.Config.Disk",
          "VM.Config.HWType",
          "VM.Config.Memory",
          "VM.Config.Network",
          "VM.Config.Options",
          "VM.Console",
          "VM.Migrate",
          "VM.PowerMgmt",
          "VM.Snapshot",
          "VM.Snapshot.Rollback");
  private static final List<String> SINCE_9 =
      List.of(
          "VM.GuestAgent.Audit",
          "VM.GuestAgent.FileRead",
          "VM.GuestAgent.FileSystemMgmt",
          "VM.GuestAgent.FileWrite",
          "VM.GuestAgent.Unrestricted",
          "VM.Replicate");
  private static final String VM_USER =
      "VM.Audit VM.Backup VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.PowerMgmt";
  private static final String VM_ADMIN =
      VM_USER
          + " VM.Allocate VM.Clone VM.Config.CPU VM.Config.Disk VM.Config.HWType VM.Config.Memory"
          + " VM.Config.Network VM.Config.Options VM.Migrate VM.Snapshot VM.Snapshot.Rollback";

  private final SortedSet<String> all = new TreeSet<>(COMMON);
  private final SortedMap<String, Set<String>> roles = new TreeMap<>();

  Privileges(String version) {
    boolean nine = !version.startsWith("8.");
    if (nine) {
      all.addAll(SINCE_9);
    } else {
      all.add("VM.Monitor");
    }
    String agent = nine ? " VM.GuestAgent.Audit VM.GuestAgent.FileRead" : "";
    String agentAdmin = nine ? agent + " VM.GuestAgent.Unrestricted" : " VM.Monitor";
    roles.put("NoAccess", Set.of());
    roles.put("Administrator", Set.copyOf(all));
    role("PVEVMUser", VM_USER + agent);
    role("PVEVMAdmin", VM_ADMIN + agentAdmin);
    role("PVEDatastoreUser", "Datastore.AllocateSpace Datastore.Audit");
    role(
        "PVEDatastoreAdmin",
        "Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit");
    role("PVESDNUser", "SDN.Audit SDN.Use");
    role("PVESDNAdmin", "SDN.Allocate SDN.Audit SDN.Use");
    role("PVEPoolUser", "Pool.Audit");
    role("PVEPoolAdmin", "Pool.Allocate Pool.Audit");
    role("PVESysAdmin", "Sys.Audit Sys.Console Sys.Syslog");
    role("PVEAuditor", "Datastore.Audit Mapping.Audit Pool.Audit SDN.Audit Sys.Audit VM.Audit");
  }

  private void role(String name, String privileges) {
    roles.put(name, Set.copyOf(Arrays.asList(privileges.split(" ", -1))));
  }

  SortedSet<String> all() {
    return all;
  }

  Map<String, Set<String>> builtInRoles() {
    return roles;
  }
}
