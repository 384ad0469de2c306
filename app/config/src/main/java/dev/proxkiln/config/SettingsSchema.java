package dev.proxkiln.config;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schema (draft 2020-12) of a settings file, for editors and other programs. */
public final class SettingsSchema {
  private SettingsSchema() {}

  /**
   * The schema as a plain tree; nothing is required.
   *
   * @param plain the settings that may stand alone: those of one key may be of several commands
   * @param globals settings that every command has, which a section may hold too
   * @param commands settings by the words of the command
   */
  public static Map<String, Object> tree(
      Map<String, List<Field<?>>> plain, Schema globals, Map<String, Schema> commands) {
    Map<String, Object> alone = new LinkedHashMap<>();
    plain.forEach((key, fields) -> alone.put(key, property(fields)));
    // There are commands with a setting of that name; alone it is the file's.
    alone.remove(SettingKey.VERSION);
    Map<String, Object> inProfile = new LinkedHashMap<>(alone);
    inProfile.remove(Profiles.CHOICE);
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(
        SettingKey.VERSION,
        Map.of(
            "type",
            "integer",
            "minimum",
            1,
            "maximum",
            Migrations.KNOWN.latest(),
            "description",
            "Version of the file's form."));
    properties.putAll(alone);
    properties.put(
        SettingKey.PROFILES,
        Map.of(
            "type",
            "object",
            "description",
            "Settings for several clusters, each under a name.",
            "additionalProperties",
            section(inProfile)));
    commands.forEach(
        (command, schema) -> {
          Map<String, Object> inside = new LinkedHashMap<>();
          globals.fields().forEach(field -> inside.put(field.key(), property(List.of(field))));
          schema.fields().forEach(field -> inside.put(field.key(), property(List.of(field))));
          // 'version' is a command, too, and no section.
          properties.putIfAbsent(command, section(inside));
        });
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    tree.put("title", "proxkiln settings");
    tree.putAll(section(properties));
    return tree;
  }

  private static Map<String, Object> section(Map<String, Object> properties) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("type", List.of("object", "null"));
    tree.put("properties", properties);
    tree.put("additionalProperties", false);
    return tree;
  }

  private static Map<String, Object> property(List<Field<?>> fields) {
    List<Map<String, Object>> forms =
        fields.stream().map(field -> field.type().jsonSchema()).distinct().toList();
    Map<String, Object> property = new LinkedHashMap<>();
    if (forms.size() == 1) {
      property.putAll(forms.getFirst());
    } else {
      property.put("anyOf", forms);
    }
    property.put("title", fields.getFirst().label());
    property.put("description", fields.getFirst().help());
    return property;
  }

  /** Every key of some fields, each with all of its fields. */
  public static Map<String, List<Field<?>>> byKey(Collection<Field<?>> fields) {
    Map<String, List<Field<?>>> byKey = new LinkedHashMap<>();
    for (Field<?> field : fields) {
      byKey.computeIfAbsent(field.key(), key -> new java.util.ArrayList<>()).add(field);
    }
    return byKey;
  }
}
