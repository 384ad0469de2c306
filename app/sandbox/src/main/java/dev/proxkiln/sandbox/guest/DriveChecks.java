package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Storages;
import java.util.Map;
import java.util.TreeMap;

/** What is checked about drive parameters before a task starts (source: qemu-server API2). */
final class DriveChecks {
  private final Schema schema;
  private final Storages storages;

  DriveChecks(Parts parts) {
    this.schema = parts.schema();
    this.storages = parts.storages();
  }

  /** Checks all drives and returns the parameters with drives in their normal form. */
  Map<String, String> normalised(Map<String, String> parameters) {
    Map<String, String> result = new TreeMap<>(parameters);
    for (Map.Entry<String, String> entry : parameters.entrySet()) {
      if (Contract.isDrive(entry.getKey())) {
        Drive drive = checked(schema.drive(entry.getKey(), entry.getValue()));
        result.put(entry.getKey(), schema.print(drive));
      }
    }
    return result;
  }

  private Drive checked(Drive given) {
    Drive drive = given;
    String slot = drive.slot();
    if (drive.get("import-from").isPresent()) {
      checkImport(drive);
    }
    String file = drive.file();
    if (file.startsWith("/") && !file.startsWith("/dev/")) {
      throw Refusal.parameter(slot, "unable to associate path '" + file + "' to any storage");
    }
    if (drive.get("media").isEmpty() && (file.equals("cdrom") || file.equals("none"))) {
      drive = drive.with("media", "cdrom");
    }
    boolean volume =
        Storages.split(file).isPresent() && drive.wish().isEmpty() && !drive.cloudInitWish();
    if (volume) {
      boolean iso = storages.name(file).type().equals("iso");
      if (iso && !drive.cdrom()) {
        throw Refusal.parameter(slot, "explicit 'media=cdrom' is required for iso images");
      }
    }
    return drive;
  }

  private static void checkImport(Drive drive) {
    boolean zero = drive.wish().map(wish -> Double.parseDouble(wish.gib()) == 0).orElse(false);
    if (!zero) {
      throw Refusal.parameter(
          drive.slot(),
          "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>");
    }
    if (drive.slot().equals("efidisk0")) {
      for (String needed : new String[] {"efitype", "pre-enrolled-keys"}) {
        if (drive.get(needed).isEmpty()) {
          throw Refusal.parameter(
              drive.slot(), "need to specify '" + needed + "' when using 'import-from'");
        }
      }
    } else if (drive.slot().equals("tpmstate0") && drive.get("version").isEmpty()) {
      throw Refusal.parameter(drive.slot(), "need to specify 'version' when using 'import-from'");
    }
  }
}
