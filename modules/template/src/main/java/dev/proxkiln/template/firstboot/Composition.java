package dev.proxkiln.template.firstboot;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.template.cloudinit.Kind;
import dev.proxkiln.template.cloudinit.Merge;
import dev.proxkiln.template.cloudinit.Multipart;
import dev.proxkiln.template.cloudinit.Schemas;
import dev.proxkiln.template.cloudinit.YamlWriter;
import dev.proxkiln.template.part.Snippet.Role;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Puts the files of a first boot together: our own wishes, files of the user's, and what PVE would
 * have said. Joins what can be joined and complains of the rest; nothing is dropped silently.
 */
final class Composition {
  /** What PVE reads of one file, and of all together, in bytes. */
  private static final int MOST_EACH = 1 << 20;

  private static final int MOST_TOGETHER = 3 << 20;

  /** Settings that only PVE's own network configuration carries out. */
  private static final List<String> ADDRESSES =
      List.of("ipv4", "gateway", "ipv6", "gateway6", "dns", "search-domain");

  private final Complaints complaints;
  private final Supplier<Schemas> schemas;
  private final Login login;
  private final Map<Role, String> files = new EnumMap<>(Role.class);
  private final Map<Role, Field<?>> blamed = new EnumMap<>(Role.class);
  private Map<String, Object> ours;
  private Optional<OwnFile> vendor = Optional.empty();
  private Optional<Field<?>> vendorField = Optional.empty();

  Composition(
      Complaints complaints, Supplier<Schemas> schemas, Map<String, Object> ours, Login login) {
    this.complaints = complaints;
    this.schemas = schemas;
    this.ours = ours;
    this.login = login;
  }

  /** The user's vendor data, if any; to be called first. */
  void vendor(Field<?> field, Optional<String> text) {
    vendorField = Optional.of(field);
    vendor = text.map(t -> OwnFile.config(t, schemas.get()));
    vendor.ifPresent(file -> complaints.invalid(field, file.faults()));
  }

  /** The user's user data, if any. */
  void user(Field<?> field, Optional<String> text, boolean agreed) {
    if (text.isEmpty()) {
      vendor.ifPresent(this::shadowed);
      return;
    }
    OwnFile file = OwnFile.config(text.get(), schemas.get());
    complaints.invalid(field, file.faults());
    if (!agreed) {
      complaints.replaces(field);
    }
    if (login.password()) {
      complaints.conflict(
          field,
          "--password has no effect beside own user data.",
          "Only the user data of Proxmox VE has it, and a snippet is no place for a password.",
          "Leave --password out, and give the user a hashed_passwd in the file.");
    }
    put(Role.USER, field, file.faults().isEmpty() ? withOurs(field, file) : file.text());
  }

  /** Own user data with what it lacks: the user and keys of the settings, and our wishes. */
  private String withOurs(Field<?> field, OwnFile file) {
    Map<String, Object> more = new LinkedHashMap<>(login.missingIn(file.tree()));
    if (file.isCloudConfig()) {
      // Of a key in both, cloud-init takes the user data's; so ours must be in there.
      more.putAll(ours);
      ours = Map.of();
      return joined(field, more, file);
    }
    return more.isEmpty() || file.kind().equals(Optional.of(Kind.MULTIPART))
        ? file.text()
        : beside(more, file);
  }

  /** Network configuration, if any. */
  void network(Field<?> field, Optional<String> text) {
    text.map(t -> OwnFile.network(t, schemas.get()))
        .ifPresent(
            file -> {
              complaints.invalid(field, file.faults());
              complaints
                  .given(ADDRESSES)
                  .ifPresent(
                      key ->
                          complaints.conflict(
                              field,
                              "--" + key + " has no effect beside own network configuration.",
                              "The file takes the place of all addresses and DNS servers.",
                              "Leave --" + key + " out, or write it into the file."));
              put(Role.NETWORK, field, file.text());
            });
  }

  /** Meta data, if any. */
  void meta(Field<?> field, Optional<String> text) {
    text.map(OwnFile::meta)
        .ifPresent(
            file -> {
              complaints.invalid(field, file.faults());
              put(Role.META, field, file.text());
            });
  }

  /** All files; complains when they are too large. */
  Map<Role, String> files() {
    vendorText().ifPresent(text -> files.put(Role.VENDOR, text));
    vendorField.ifPresent(field -> blamed.put(Role.VENDOR, field));
    int sum = 0;
    for (Map.Entry<Role, String> file : files.entrySet()) {
      int size = file.getValue().getBytes(StandardCharsets.UTF_8).length;
      Field<?> field = blamed.getOrDefault(file.getKey(), vendorField.orElseThrow());
      if (size > MOST_EACH) {
        complaints.tooLarge(
            field, field.label() + " is " + (size >> 10) + " KiB.", "1 MiB of one file");
      }
      sum += size;
    }
    if (sum > MOST_TOGETHER) {
      complaints.tooLarge(
          vendorField.orElseThrow(),
          "The cloud-init files are " + (sum >> 10) + " KiB together.",
          "3 MiB of all of them");
    }
    return files;
  }

  private Optional<String> vendorText() {
    if (vendor.isEmpty()) {
      return ours.isEmpty() ? Optional.empty() : Optional.of(YamlWriter.cloudConfig(ours));
    }
    OwnFile file = vendor.get();
    Field<?> field = vendorField.orElseThrow();
    if (ours.isEmpty() || !file.faults().isEmpty()) {
      return Optional.of(file.text());
    }
    if (file.isCloudConfig()) {
      return Optional.of(joined(field, ours, file));
    }
    if (file.kind().equals(Optional.of(Kind.MULTIPART))) {
      complaints.conflict(
          field,
          "Vendor data that is a multipart archive cannot be joined with "
              + String.join(", ", ours.keySet())
              + ".",
          "Other settings need vendor data too, and a clone reads one.",
          "Put them into the archive, or give its parts without it.");
      return Optional.empty();
    }
    return Optional.of(beside(ours, file));
  }

  private String joined(Field<?> field, Map<String, Object> more, OwnFile file) {
    if (more.isEmpty()) {
      return file.text();
    }
    Merge merge = Merge.of(more, file.tree());
    for (String key : merge.conflicts()) {
      complaints.conflict(
          field,
          field.label() + " says something else of '" + key + "' than the settings do.",
          "",
          "Leave it out of the file, or leave the setting out.");
    }
    return YamlWriter.cloudConfig(merge.tree());
  }

  private static String beside(Map<String, Object> more, OwnFile file) {
    return Multipart.of(
        List.of(
            new Multipart.Part(Kind.CLOUD_CONFIG, "proxkiln.yaml", YamlWriter.cloudConfig(more)),
            new Multipart.Part(file.kind().orElseThrow(), "own", file.text())));
  }

  /** Keys of vendor data that PVE's user data has too: cloud-init would ignore them. */
  private void shadowed(OwnFile file) {
    for (String key : login.said()) {
      if (file.tree().containsKey(key)) {
        complaints.conflict(
            vendorField.orElseThrow(),
            "Vendor data sets '" + key + "', and cloud-init would ignore it.",
            "Proxmox VE says it in the user data of every guest, which wins.",
            "Leave it out, or give the file as --user-data with --replace-user-data.");
      }
    }
  }

  private void put(Role role, Field<?> field, String text) {
    files.put(role, text);
    blamed.put(role, field);
  }
}
