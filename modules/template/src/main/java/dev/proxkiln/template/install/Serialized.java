package dev.proxkiln.template.install;

import dev.proxkiln.template.cloudinit.YamlWriter;
import java.io.StringWriter;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Plain trees of maps, lists, strings, booleans and whole numbers as text. */
final class Serialized {

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .disable(YAMLWriteFeature.SPLIT_LINES)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
          .build();

  private Serialized() {}

  static String yaml(Map<String, Object> tree) {
    return text(YAML, tree);
  }

  static String json(Map<String, Object> tree) {
    return text(new JsonFactory(), tree) + "\n";
  }

  private static String text(TokenStreamFactory factory, Map<String, Object> tree) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
      YamlWriter.write(generator, tree);
    }
    return out.toString();
  }
}
