package dev.proxkiln.config;

import dev.proxkiln.core.tree.TreeText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Trees as JSON by Jackson: keys in the map's own order, duplicate keys refused. */
public final class JacksonTreeText implements TreeText {

  private final JsonMapper mapper =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private final ObjectWriter indented =
      mapper
          .writer()
          .with(
              new DefaultPrettyPrinter()
                  .withSeparators(
                      PrettyPrinter.DEFAULT_SEPARATORS
                          .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                          .withObjectEmptySeparator("")
                          .withArrayEmptySeparator(""))
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  @Override
  public String line(@Nullable Object tree) {
    return mapper.writeValueAsString(tree);
  }

  @Override
  public String pretty(@Nullable Object tree) {
    return indented.writeValueAsString(tree) + "\n";
  }

  @Override
  public @Nullable Object read(String text) {
    try {
      return mapper.readValue(text, Object.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(Place.of(e) + ": " + e.getOriginalMessage(), e);
    }
  }
}
