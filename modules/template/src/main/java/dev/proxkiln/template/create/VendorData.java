package dev.proxkiln.template.create;

import dev.proxkiln.template.part.Subject;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The cloud-init vendor data for what PVE has no setting for. */
final class VendorData {

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .build();

  private VendorData() {}

  /** The file, or empty when nothing is wanted. */
  static Optional<String> of(Subject subject, Optional<String> timezone, boolean agent) {
    Map<String, Object> wanted = new LinkedHashMap<>();
    timezone.ifPresent(zone -> wanted.put("timezone", zone));
    if (agent) {
      wanted.put("packages", List.of("qemu-guest-agent"));
      wanted.put(
          "runcmd",
          subject.family().equals("alpine")
              ? List.of(
                  List.of("rc-update", "add", "qemu-guest-agent", "default"),
                  List.of("rc-service", "qemu-guest-agent", "start"))
              : List.of(List.of("systemctl", "enable", "--now", "qemu-guest-agent")));
    }
    return wanted.isEmpty() ? Optional.empty() : Optional.of("#cloud-config\n" + yaml(wanted));
  }

  private static String yaml(Map<String, Object> tree) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = YAML.createGenerator(ObjectWriteContext.empty(), out)) {
      write(generator, tree);
    }
    return out.toString();
  }

  private static void write(JsonGenerator generator, Object tree) {
    switch (tree) {
      case Map<?, ?> map -> {
        generator.writeStartObject();
        map.forEach(
            (key, value) -> {
              generator.writeName(key.toString());
              write(generator, value);
            });
        generator.writeEndObject();
      }
      case List<?> list -> {
        generator.writeStartArray();
        list.forEach(item -> write(generator, item));
        generator.writeEndArray();
      }
      default -> generator.writeString(tree.toString());
    }
  }
}
