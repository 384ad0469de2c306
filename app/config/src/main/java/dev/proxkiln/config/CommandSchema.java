package dev.proxkiln.config;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON Schema (draft 2020-12) of a command's spec file, for editors and other programs. */
public final class CommandSchema {
  private CommandSchema() {}

  /**
   * The schema as a plain tree. Nothing is required: a spec file may leave every setting to the
   * environment, to flags or to its default.
   *
   * @param command words of the command
   * @param schema its settings
   */
  public static Map<String, Object> tree(String command, String summary, Schema schema) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("command", Map.of("const", command));
    for (Field<?> field : schema.fields()) {
      Map<String, Object> property = new LinkedHashMap<>(field.type().jsonSchema());
      property.put("title", field.label());
      property.put("description", field.help());
      properties.put(field.key(), property);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    tree.put("title", "proxkiln " + command);
    tree.put("description", summary);
    tree.put("type", "object");
    tree.put("properties", properties);
    tree.put("additionalProperties", false);
    return tree;
  }
}
