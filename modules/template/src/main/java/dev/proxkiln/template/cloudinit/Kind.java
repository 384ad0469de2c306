package dev.proxkiln.template.cloudinit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * What cloud-init takes a user-data or vendor-data text for, by how it begins (source: cloud-init,
 * cloudinit/handlers/__init__.py, INCLUSION_TYPES_MAP).
 */
public enum Kind {
  CLOUD_CONFIG("#cloud-config", "text/cloud-config", "cloud-config"),
  ARCHIVE("#cloud-config-archive", "text/cloud-config-archive", "a cloud-config archive"),
  JSON_PATCH("#cloud-config-jsonp", "text/cloud-config-jsonp", "a JSON patch"),
  SCRIPT("#!", "text/x-shellscript", "a script"),
  TEMPLATE("## template: jinja", "text/jinja2", "a Jinja template"),
  INCLUDE("#include", "text/x-include-url", "a list of addresses to include"),
  INCLUDE_ONCE("#include-once", "text/x-include-once-url", "a list of addresses to include once"),
  PART_HANDLER("#part-handler", "text/part-handler", "a part handler"),
  BOOTHOOK("#cloud-boothook", "text/cloud-boothook", "a boot hook"),
  /** Several of them in one; its header may follow others. */
  MULTIPART("content-type: multipart/", "multipart/mixed", "a MIME multipart archive");

  private final String beginning;
  private final String mediaType;
  private final String words;

  Kind(String beginning, String mediaType, String words) {
    this.beginning = beginning;
    this.mediaType = mediaType;
    this.words = words;
  }

  /** Its media type as a part of a multipart archive. */
  public String mediaType() {
    return mediaType;
  }

  /** For messages, for example {@code a script}. */
  public String words() {
    return words;
  }

  /** The kind of a text; empty for one that cloud-init would ignore. */
  public static Optional<Kind> of(String text) {
    String head = text.substring(0, Math.min(4096, text.length())).toLowerCase(Locale.ROOT);
    if (head.contains("mime-version:")) {
      return Optional.of(MULTIPART);
    }
    String start = head.stripLeading();
    return Arrays.stream(values())
        .filter(kind -> start.startsWith(kind.beginning))
        .max(Comparator.comparing(kind -> kind.beginning.length()));
  }
}
