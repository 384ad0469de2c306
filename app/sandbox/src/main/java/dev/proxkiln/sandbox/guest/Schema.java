package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.contract.Endpoint;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Sizes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The options of a guest as the contract knows them: drives, networks, types of values. */
final class Schema {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Contract contract;
  private final Endpoint create;

  Schema(Contract contract) {
    this.contract = contract;
    this.create =
        contract
            .find("POST", "/nodes/x/qemu")
            .orElseThrow(() -> new IllegalStateException("contract without guests"))
            .endpoint();
  }

  /** Release, such as 9.2. */
  String version() {
    return contract.version();
  }

  /** Whether the release is 9.0 or later. */
  boolean nine() {
    return !contract.version().startsWith("8.");
  }

  /** Takes a property string apart. */
  Map<String, String> parse(String option, String value) {
    return contract.parse(create, option, value);
  }

  /** Puts a property string together in its stored form. */
  String print(String option, Map<String, String> values) {
    return contract.print(create, option, values);
  }

  /** Whether an option exists in a guest's configuration. */
  boolean exists(String option) {
    return contract.type(create, option).isPresent()
        && !List.of("vmid", "node", "archive", "pool", "storage", "start", "force", "unique")
            .contains(option);
  }

  /** A drive out of its text; a combination of options that cannot be is refused. */
  Drive drive(String slot, String text) {
    Map<String, String> properties = parse(slot, text);
    boolean cdrom = properties.getOrDefault("media", "").equals("cdrom");
    boolean impossible =
        cdrom
            && (properties.containsKey("snapshot")
                || properties.containsKey("format")
                || slot.startsWith("virtio"));
    if (impossible || contradictory(properties)) {
      throw Refusal.parameter(slot, "unable to parse drive options");
    }
    return new Drive(slot, properties);
  }

  /** Refuses machines that cannot be (source: qemu-server Machine.pm). */
  void checkMachine(String text) {
    Map<String, String> machine = parse("machine", text);
    String bits = machine.getOrDefault("aw-bits", "");
    if (machine.getOrDefault("viommu", "").equals("intel")) {
      if (!machine.getOrDefault("type", "").contains("q35")) {
        throw Refusal.failed("to use Intel vIOMMU please set the machine type to q35");
      }
      if (!List.of("", "39", "48").contains(bits)) {
        throw Refusal.failed("Intel vIOMMU supports only 39 or 48 bits as address width");
      }
    }
    if (!bits.isEmpty() && !machine.containsKey("viommu")) {
      throw Refusal.failed("cannot set aw-bits if no vIOMMU is configured");
    }
  }

  /** Limits that need another one, and limits that exclude each other. */
  private static boolean contradictory(Map<String, String> properties) {
    for (String unit : List.of("mbps", "iops")) {
      for (String way : List.of("", "_rd", "_wr")) {
        boolean alone =
            properties.containsKey(unit + way + "_max") && !properties.containsKey(unit + way);
        boolean both =
            !way.isEmpty() && properties.containsKey(unit) && properties.containsKey(unit + way);
        String length = (unit.equals("mbps") ? "bps" : unit) + way + "_max_length";
        boolean lengthAlone =
            properties.containsKey(length) && !properties.containsKey(unit + way + "_max");
        if (alone || both || lengthAlone) {
          return true;
        }
      }
    }
    for (String way : List.of("bps", "bps_rd", "bps_wr")) {
      if (properties.containsKey(way) && properties.containsKey("m" + way)) {
        return true;
      }
    }
    return false;
  }

  /** A drive's text in its stored form, sizes in their largest unit. */
  String print(Drive drive) {
    Map<String, String> properties = new TreeMap<>(drive.properties());
    String size = properties.get("size");
    if (size != null) {
      Sizes.parse(size).ifPresent(bytes -> properties.put("size", Sizes.print(bytes)));
    }
    return print(drive.slot(), properties);
  }

  /** Drives of a configuration in the node's own order: ide, scsi, virtio, sata, EFI, TPM. */
  List<Drive> drives(GuestConfig config) {
    List<String> slots = new ArrayList<>();
    for (String bus : List.of("ide", "scsi", "virtio", "sata")) {
      for (int i = 0; i < 31; i++) {
        slots.add(bus + i);
      }
    }
    slots.add("efidisk0");
    slots.add("tpmstate0");
    List<Drive> drives = new ArrayList<>();
    for (String slot : slots) {
      config
          .get(slot)
          .filter(text -> Contract.isDrive(slot))
          .ifPresent(text -> drives.add(drive(slot, text)));
    }
    return drives;
  }

  /** The network device's text with a MAC address, a random one where it had none. */
  String network(String slot, String text) {
    Map<String, String> net = new LinkedHashMap<>(parse(slot, text));
    net.putIfAbsent("macaddr", randomMac());
    return print(slot, net);
  }

  /** The network device's text with another MAC address. */
  String networkWithNewMac(String slot, String text) {
    Map<String, String> net = new LinkedHashMap<>(parse(slot, text));
    net.put("macaddr", randomMac());
    return print(slot, net);
  }

  /** A MAC address with the prefix that nodes use by default. */
  static String randomMac() {
    return String.format(
        Locale.ROOT,
        "BC:24:11:%02X:%02X:%02X",
        RANDOM.nextInt(256),
        RANDOM.nextInt(256),
        RANDOM.nextInt(256));
  }

  static String uuid() {
    return UUID.randomUUID().toString();
  }

  /** Config values as the API gives them: integers and booleans as numbers, all else as text. */
  Map<String, Object> typed(GuestConfig config) {
    Map<String, Object> result = new TreeMap<>();
    config
        .values()
        .forEach(
            (key, value) -> {
              String type = contract.type(create, key).orElse("string");
              boolean number =
                  (type.equals("integer") || type.equals("boolean")) && value.matches("\\d{1,18}");
              result.put(key, number ? (Object) Long.valueOf(value) : value);
            });
    config.get("description").ifPresent(text -> result.put("description", text));
    return result;
  }
}
