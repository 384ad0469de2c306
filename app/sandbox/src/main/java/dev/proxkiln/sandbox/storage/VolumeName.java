package dev.proxkiln.sandbox.storage;

/**
 * What a volume's name says.
 *
 * @param type content type: images, iso, vztmpl, backup, snippets or import
 * @param name the file or logical volume
 * @param owner guest, 0 for none
 * @param baseName name of the base volume of a linked clone, empty for none
 * @param baseOwner guest of the base volume, 0 for none
 * @param base whether it is a base volume itself
 * @param format raw, qcow2, vmdk, subvol or, for an import, the file's extension
 */
public record VolumeName(
    String type,
    String name,
    int owner,
    String baseName,
    int baseOwner,
    boolean base,
    String format) {

  static VolumeName image(String name, int owner, boolean base, String format) {
    return new VolumeName("images", name, owner, "", 0, base, format);
  }

  static VolumeName file(String type, String name, String format) {
    return new VolumeName(type, name, 0, "", 0, false, format);
  }
}
