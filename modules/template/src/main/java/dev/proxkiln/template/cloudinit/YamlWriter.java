package dev.proxkiln.template.cloudinit;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Writes plain trees as YAML that means the same in every version of YAML: every text is quoted, so
 * that none is taken for a truth value, a number or a time.
 */
public final class YamlWriter {
  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .disable(YAMLWriteFeature.SPLIT_LINES)
          .build();

  private YamlWriter() {}

  /** A whole cloud-config file. */
  public static String cloudConfig(Map<String, ?> tree) {
    return "#cloud-config\n" + write(tree);
  }

  /** The text of a tree, ending with a line end. */
  public static String write(Map<String, ?> tree) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = YAML.createGenerator(ObjectWriteContext.empty(), out)) {
      write(generator, tree);
    }
    return out.toString();
  }

  /** Writes a tree of maps, lists, texts, numbers, truth values and bytes. */
  public static void write(JsonGenerator generator, @Nullable Object tree) {
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
      case Boolean truth -> generator.writeBoolean(truth);
      case BigInteger number -> generator.writeNumber(number);
      case BigDecimal number -> generator.writeNumber(number);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case byte[] bytes -> generator.writeBinary(bytes);
      case null -> generator.writeNull();
      default -> generator.writeString(tree.toString());
    }
  }
}
