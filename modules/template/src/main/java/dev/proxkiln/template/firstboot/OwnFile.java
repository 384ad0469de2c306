package dev.proxkiln.template.firstboot;

import dev.proxkiln.template.cloudinit.Document;
import dev.proxkiln.template.cloudinit.Fault;
import dev.proxkiln.template.cloudinit.Kind;
import dev.proxkiln.template.cloudinit.Schemas;
import dev.proxkiln.template.cloudinit.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cloud-init file of the user's, checked.
 *
 * @param text as it was given
 * @param kind what cloud-init takes it for; empty for network configuration and meta data, which
 *     are always YAML
 * @param tree what is in it, when it is a map; else empty
 * @param faults what cloud-init would not take
 */
record OwnFile(String text, Optional<Kind> kind, Map<?, ?> tree, List<Fault> faults) {

  /** User data or vendor data. */
  static OwnFile config(String text, Schemas schemas) {
    if (text.startsWith("\ufeff")) {
      return bad(
          text, "it begins with a byte order mark, and cloud-init does not know what it is then");
    }
    Optional<Kind> kind = Kind.of(text);
    if (kind.isEmpty()) {
      return bad(
          text,
          "it does not say what it is, so cloud-init ignores it; the first line of most files is"
              + " #cloud-config");
    }
    return switch (kind.get()) {
      case CLOUD_CONFIG -> {
        Document document = YamlReader.read(text);
        List<Fault> faults = new ArrayList<>(document.faults());
        if (faults.isEmpty()) {
          faults.addAll(schemas.cloudConfig(document));
          faults.addAll(ClearPasswords.in(document));
        }
        yield new OwnFile(text, kind, map(document), faults);
      }
      case ARCHIVE -> new OwnFile(text, kind, Map.of(), YamlReader.read(text).faults());
      case SCRIPT, BOOTHOOK ->
          text.lines().findFirst().orElse("").length() < text.indexOf('\n')
              ? bad(text, "its first line ends in a carriage return, so no interpreter is found")
              : new OwnFile(text, kind, Map.of(), List.of());
      case JSON_PATCH, TEMPLATE, INCLUDE, INCLUDE_ONCE, PART_HANDLER, MULTIPART ->
          // What comes out of it is known inside the guest only.
          new OwnFile(text, kind, Map.of(), List.of());
    };
  }

  /** Network configuration. */
  static OwnFile network(String text, Schemas schemas) {
    Document document = YamlReader.read(text);
    List<Fault> faults = new ArrayList<>(document.faults());
    if (faults.isEmpty()) {
      faults.addAll(schemas.network(document));
    }
    return new OwnFile(text, Optional.empty(), map(document), faults);
  }

  /** Meta data. */
  static OwnFile meta(String text) {
    Document document = YamlReader.read(text);
    List<Fault> faults = new ArrayList<>(document.faults());
    if (faults.isEmpty() && !(document.tree() instanceof Map)) {
      faults.add(new Fault(0, "it is no map of keys and values"));
    }
    return new OwnFile(text, Optional.empty(), map(document), faults);
  }

  boolean isCloudConfig() {
    return kind.equals(Optional.of(Kind.CLOUD_CONFIG));
  }

  private static Map<?, ?> map(Document document) {
    return document.tree() instanceof Map<?, ?> map ? map : Map.of();
  }

  private static OwnFile bad(String text, String what) {
    return new OwnFile(text, Optional.empty(), Map.of(), List.of(new Fault(0, what)));
  }
}
