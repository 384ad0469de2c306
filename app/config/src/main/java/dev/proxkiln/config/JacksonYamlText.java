package dev.proxkiln.config;

import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Trees as YAML by Jackson, for people who prefer it to JSON. */
public final class JacksonYamlText {
  private final YAMLMapper mapper =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  /** The tree as a document, keys in the map's own order, ending with a newline. */
  public String write(Object tree) {
    String text = mapper.writeValueAsString(tree);
    return text.endsWith("\n") ? text : text + "\n";
  }
}
