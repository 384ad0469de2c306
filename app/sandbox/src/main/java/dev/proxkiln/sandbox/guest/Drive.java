package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.storage.Sizes;
import dev.proxkiln.sandbox.storage.Storages;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A drive's property string, taken apart.
 *
 * @param slot such as scsi0
 * @param properties by key, {@code file} being the volume or the wish for one
 */
record Drive(String slot, Map<String, String> properties) {
  private static final Pattern NEW_DISK = Pattern.compile("(?:([^/:\\s]+):)?(\\d+(?:\\.\\d+)?)");
  private static final Pattern CLOUD_INIT =
      Pattern.compile(".*[:/](?:vm-\\d+-)?cloudinit(?:\\.(?:raw|qcow|qcow2|qed|vmdk|cloop))?");

  Drive {
    properties = new TreeMap<>(properties);
  }

  /** A disk to be made: storage (may be empty) and size in GiB. */
  record Wish(String storage, String gib) {}

  String file() {
    return properties.getOrDefault("file", "");
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(properties.get(key));
  }

  /** The wish for a new disk that {@code STORAGE:SIZE} is. */
  Optional<Wish> wish() {
    Matcher matcher = NEW_DISK.matcher(file());
    return matcher.matches()
        ? Optional.of(new Wish(matcher.group(1) == null ? "" : matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** Whether it is a cloud-init drive, made or to be made. */
  boolean cloudInit() {
    return CLOUD_INIT.matcher(file()).matches();
  }

  /** Whether a cloud-init drive is to be made: {@code STORAGE:cloudinit}. */
  boolean cloudInitWish() {
    return Storages.split(file()).map(id -> id.volume().equals("cloudinit")).orElse(false);
  }

  boolean cdrom() {
    return properties.getOrDefault("media", "").equals("cdrom");
  }

  /** Whether it is a CD-ROM that is no cloud-init drive. */
  boolean plainCdrom() {
    return cdrom() && !cloudInit();
  }

  OptionalLong size() {
    String size = properties.get("size");
    return size == null ? OptionalLong.empty() : Sizes.parse(size);
  }

  Drive with(String key, String value) {
    Map<String, String> other = new TreeMap<>(properties);
    other.put(key, value);
    return new Drive(slot, other);
  }

  Drive without(String key) {
    Map<String, String> other = new TreeMap<>(properties);
    other.remove(key);
    return new Drive(slot, other);
  }

  Drive withSize(long bytes) {
    return with("size", Sizes.print(bytes));
  }
}
