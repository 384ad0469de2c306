package dev.proxkiln.template.catalogue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * Reads YAML into a plain tree whose scalars are all texts, as they stand in the file: a version
 * {@code 24.10} stays {@code 24.10}. Uses the streaming parser, without data binding, because
 * {@code catalog list} has to start fast.
 */
public final class YamlTree {

  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private YamlTree() {}

  /**
   * Reads one document.
   *
   * @throws tools.jackson.core.JacksonException when it is not YAML; the message says where
   */
  public static @Nullable Object read(String text) {
    try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
      return value(parser, parser.nextToken());
    }
  }

  private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          map.put(parser.currentName(), value(parser, parser.nextToken()));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          list.add(value(parser, next));
        }
        yield list;
      }
      case VALUE_NULL -> null;
      case null -> null;
      default -> parser.getString();
    };
  }
}
