package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Definition;
import dev.proxkiln.sandbox.storage.Storages;
import dev.proxkiln.sandbox.storage.VolumeName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which privileges changing which option needs, and which options are root's alone (source:
 * qemu-server API2/Qemu.pm).
 */
final class Rights {
  private static final Set<String> CPU =
      Set.of("cores", "cpu", "cpulimit", "cpuunits", "numa", "smp", "sockets", "vcpus");
  private static final Set<String> MEMORY = Set.of("memory", "balloon", "shares", "allow-ksm");
  private static final Set<String> HARDWARE =
      Set.of(
          "acpi",
          "hotplug",
          "kvm",
          "machine",
          "scsihw",
          "smbios1",
          "tablet",
          "vga",
          "watchdog",
          "audio0",
          "rng0");
  private static final Set<String> OPTIONS =
      Set.of(
          "agent",
          "autostart",
          "bios",
          "description",
          "keyboard",
          "localtime",
          "migrate_downtime",
          "migrate_speed",
          "name",
          "onboot",
          "ostype",
          "protection",
          "reboot",
          "startdate",
          "startup",
          "tdf",
          "template");
  private static final Set<String> DISK = Set.of("boot", "bootdisk", "vmstatestorage");
  private static final Set<String> CLOUD_INIT =
      Set.of(
          "cicustom",
          "cipassword",
          "citype",
          "ciuser",
          "ciupgrade",
          "nameserver",
          "searchdomain",
          "sshkeys");

  private final Access access;
  private final Storages storages;
  private final Schema schema;

  Rights(Parts parts) {
    this.access = parts.access();
    this.storages = parts.storages();
    this.schema = parts.schema();
  }

  /** Privileges on a guest, or on the pool it is to join. */
  void guest(Caller caller, int vmid, Optional<String> pool, String... privileges) {
    boolean byPool =
        pool.isPresent() && access.has(caller, "/pool/" + pool.get(), List.of(privileges));
    if (!byPool) {
      access.check(caller, "/vms/" + vmid, privileges);
    }
  }

  private void guestAny(Caller caller, int vmid, Optional<String> pool, String... privileges) {
    boolean byPool =
        pool.isPresent() && access.hasAny(caller, "/pool/" + pool.get(), List.of(privileges));
    if (!byPool) {
      access.checkAny(caller, "/vms/" + vmid, privileges);
    }
  }

  /** What changing these options needs, drives and serial ports aside. */
  void options(Caller caller, int vmid, Optional<String> pool, Collection<String> options) {
    if (caller.isRoot()) {
      return;
    }
    for (String option : new TreeSet<>(options)) {
      if (Contract.isDrive(option)
          || option.equals("cdrom")
          || option.equals("tags")
          || option.matches("(?:unused|serial|usb|hostpci|virtiofs)\\d+")) {
        continue;
      }
      if (CPU.contains(option) || option.matches("numa\\d+")) {
        guest(caller, vmid, pool, "VM.Config.CPU");
      } else if (MEMORY.contains(option)) {
        guest(caller, vmid, pool, "VM.Config.Memory");
      } else if (HARDWARE.contains(option)) {
        guest(caller, vmid, pool, "VM.Config.HWType");
      } else if (OPTIONS.contains(option)) {
        guest(caller, vmid, pool, "VM.Config.Options");
        if (option.equals("startup")) {
          access.check(caller, "/", "Sys.Modify");
        }
      } else if (option.equals("freeze")) {
        guest(caller, vmid, pool, "VM.PowerMgmt");
      } else if (DISK.contains(option)) {
        guest(caller, vmid, pool, "VM.Config.Disk");
      } else if (option.matches("net\\d+")) {
        guest(caller, vmid, pool, "VM.Config.Network");
      } else if (CLOUD_INIT.contains(option) || option.matches("ipconfig\\d+")) {
        guestAny(caller, vmid, pool, "VM.Config.Cloudinit", "VM.Config.Network");
      } else {
        throw Refusal.failed("only root can set '" + option + "' config");
      }
    }
  }

  /** Serial ports, USB and PCI devices: sockets and mappings are for all, real devices for root. */
  void devices(Caller caller, int vmid, Optional<String> pool, Map<String, String> parameters) {
    if (caller.isRoot()) {
      return;
    }
    parameters.forEach(
        (option, value) -> {
          if (option.matches("serial\\d+")) {
            if (!value.equals("socket")) {
              throw Refusal.failed("only root can set '" + option + "' config for real devices");
            }
            guest(caller, vmid, pool, "VM.Config.HWType");
          } else if (option.matches("usb\\d+")) {
            guest(caller, vmid, pool, "VM.Config.HWType");
            Map<String, String> device = schema.parse(option, value);
            if (device.containsKey("host") && !device.get("host").equalsIgnoreCase("spice")) {
              throw Refusal.failed("only root can set '" + option + "' config for real devices");
            }
          } else if (option.matches("hostpci\\d+")) {
            if (schema.parse(option, value).containsKey("host")) {
              throw Refusal.failed(
                  "only root can set '" + option + "' config for non-mapped devices");
            }
          }
        });
  }

  /** The right to use each network device's bridge. */
  void bridges(Caller caller, Map<String, String> parameters) {
    if (caller.isRoot()) {
      return;
    }
    parameters.forEach(
        (option, value) -> {
          String bridge =
              Contract.isNumbered("net", option)
                  ? schema.parse(option, value).getOrDefault("bridge", "")
                  : "";
          if (!bridge.isEmpty()) {
            String path = "/sdn/zones/localnetwork/" + bridge;
            String tag = schema.parse(option, value).get("tag");
            access.check(caller, tag == null ? path : path + "/" + tag, "SDN.Use");
          }
        });
  }

  /** What attaching this drive needs. */
  void drive(Caller caller, int vmid, Drive drive) {
    if (drive.cloudInit() || drive.cloudInitWish()) {
      guest(caller, vmid, Optional.empty(), "VM.Config.Cloudinit", "VM.Config.CDROM");
    } else if (drive.plainCdrom()) {
      guest(caller, vmid, Optional.empty(), "VM.Config.CDROM");
    } else {
      guest(caller, vmid, Optional.empty(), "VM.Config.Disk");
    }
  }

  /**
   * Whether the caller may use the storages and volumes of these drives, and whether they are what
   * a drive can be made of.
   *
   * @param fallback storage of disks that name none, empty for none
   */
  void storages(Caller caller, int vmid, Map<String, String> parameters, String fallback) {
    for (Map.Entry<String, String> entry : parameters.entrySet()) {
      if (Contract.isDrive(entry.getKey())) {
        storage(caller, vmid, schema.drive(entry.getKey(), entry.getValue()), fallback);
      } else if (Contract.isNumbered("unused", entry.getKey())) {
        storages.checkAccess(caller, vmid, entry.getValue());
      }
    }
    String state = parameters.get("vmstatestorage");
    if (state != null) {
      access.check(caller, "/storage/" + state, "Datastore.AllocateSpace");
    }
  }

  private void storage(Caller caller, int vmid, Drive drive, String fallback) {
    String file = drive.file();
    Optional<Drive.Wish> wish = drive.wish();
    if (file.equals("none") || file.equals("cloudinit") || drive.cloudInitWish()) {
      // Cloud-init drives are checked where they are made, as on a node.
      return;
    }
    if (drive.cdrom() && file.equals("cdrom")) {
      access.check(caller, "/", "Sys.Console");
    } else if (!drive.cdrom() && wish.isPresent()) {
      String id = wish.get().storage().isEmpty() ? fallback : wish.get().storage();
      if (id.isEmpty()) {
        throw Refusal.failed("no storage ID specified (and no default storage)");
      }
      access.check(caller, "/storage/" + id, "Datastore.AllocateSpace");
      Definition definition = storages.definition(id);
      if (!definition.holds("images")) {
        throw Refusal.parameter("storage", "storage '" + id + "' does not support vm images");
      }
    } else {
      storages.checkAccess(caller, vmid, file);
      if (Storages.split(file).isPresent()) {
        String type = storages.name(file).type();
        if (!type.equals("images") && !type.equals("iso")) {
          throw Refusal.parameter(drive.slot(), "content type needs to be 'images' or 'iso'");
        }
      }
    }
    drive.get("import-from").ifPresent(source -> source(caller, vmid, drive.slot(), source));
  }

  private void source(Caller caller, int vmid, String slot, String source) {
    if (Storages.split(source).isEmpty()) {
      storages.checkAccess(caller, vmid, source);
      return;
    }
    VolumeName name = storages.name(source);
    if (!name.type().equals("images") && !name.type().equals("import")) {
      throw Refusal.parameter(
          slot,
          source + " has wrong type '" + name.type() + "' - needs to be 'images' or 'import'");
    }
    if (List.of("ova", "ovf").contains(name.format())) {
      throw Refusal.notImplemented("the sandbox node cannot import disks out of OVA archives");
    }
    if (name.owner() > 0) {
      access.check(caller, "/vms/" + name.owner(), "VM.Clone");
    } else {
      storages.checkAccess(caller, vmid, source);
    }
  }

  /** Options of a configuration, for checks that look at all of them. */
  static List<String> keys(Map<String, String> parameters) {
    return new ArrayList<>(parameters.keySet());
  }
}
