package dev.proxkiln.sandbox.storage;

import java.util.Map;
import java.util.TreeMap;

/**
 * One volume in a listing.
 *
 * @param volid whole volume ID
 * @param format as the storage says
 * @param size in bytes
 * @param used in bytes, -1 where the storage does not say
 * @param owner guest, 0 for none
 * @param parent what it was cloned from, empty for nothing
 * @param ctime seconds since 1970
 * @param content content type
 */
public record VolumeRow(
    String volid,
    String format,
    long size,
    long used,
    int owner,
    String parent,
    long ctime,
    String content) {

  /** As the API lists it. */
  public Map<String, Object> toMap() {
    Map<String, Object> row = new TreeMap<>();
    row.put("volid", volid);
    row.put("format", format);
    row.put("size", size);
    row.put("content", content);
    row.put("ctime", ctime);
    if (used >= 0) {
      row.put("used", used);
    }
    if (owner > 0) {
      row.put("vmid", owner);
    }
    if (!parent.isEmpty()) {
      row.put("parent", parent);
    }
    return row;
  }
}
