package dev.proxkiln.core.field;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.tree.Tree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Settings that belong together and can be there several times, such as those of a network card.
 * One is written {@code key=value,key=value}, or as a map in YAML; a value that holds a comma or a
 * quote stands in double quotes.
 *
 * @param fields the settings of one; they are declared as any others, and their rules and defaults
 *     see the answers of the same one only
 */
public record Group(List<Field<?>> fields) {

  public Group {
    fields = List.copyOf(fields);
  }

  /** The type of one: raw texts by key, each right alone, in the order of the fields. */
  public Type<SequencedMap<String, String>> type(String name) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Field<?> field : fields) {
      Map<String, Object> property = new LinkedHashMap<>(field.type().jsonSchema());
      property.put("description", field.help());
      properties.put(field.key(), property);
    }
    String keys = fields.stream().map(Field::key).collect(Collectors.joining("|"));
    String one = "(?:" + keys + ")=(?:\"(?:[^\"]|\"\")*\"|[^,\"]*)";
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(
        "anyOf",
        List.of(
            Map.of("type", "object", "properties", properties, "additionalProperties", false),
            Map.of("type", "string", "pattern", "^\\s*" + one + "(?:\\s*,\\s*" + one + ")*\\s*$")));
    return new Type<>(name, this::parse, this::print, schema, List.of(), false, Optional.of(this));
  }

  /**
   * Parses and checks one as a schema does; defaults fill the gaps.
   *
   * @param origin of the whole
   * @return the answers, or every problem at once
   */
  public Checked<Answers> read(Map<String, String> raw, Origin origin, Facts facts) {
    return new Schema(List.of(new Schema.Page("", fields))).read(Values.of(raw, origin), facts);
  }

  /** The text of a map of a YAML or JSON file; lists in it are joined by semicolons. */
  public static String line(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + quoted(entry.getValue().replaceAll("\\R", ";")))
        .collect(Collectors.joining(","));
  }

  /** The same for a plain tree. */
  static String lineOf(Map<?, ?> tree) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    tree.forEach(
        (key, value) ->
            values.put(
                key.toString(),
                value instanceof List<?> list
                    ? list.stream().map(Tree::text).collect(Collectors.joining("\n"))
                    : Tree.text(value)));
    return line(values);
  }

  private static String quoted(String value) {
    boolean plain = !value.contains(",") && !value.contains("\"") && value.equals(value.strip());
    return plain ? value : "\"" + value.replace("\"", "\"\"") + "\"";
  }

  private SequencedMap<String, String> parse(String text) {
    SequencedMap<String, String> given = new LinkedHashMap<>();
    Refusals refusals = new Refusals();
    for (String part : parts(text)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        refusals.add("holds '" + part + "', which is no key=value", example());
        continue;
      }
      String key = part.substring(0, equals).strip();
      if (given.put(key, unquoted(part.substring(equals + 1).strip())) != null) {
        refusals.add("gives '" + key + "' twice", "Give it once.");
      }
    }
    SequencedMap<String, String> ordered = new LinkedHashMap<>();
    for (Field<?> field : fields) {
      Optional.ofNullable(given.remove(field.key()))
          .flatMap(raw -> checked(field, raw, refusals))
          .ifPresent(value -> ordered.put(field.key(), value));
    }
    given.keySet().forEach(key -> refusals.add("has no setting '" + key + "'", near(key)));
    refusals.raise();
    if (ordered.isEmpty()) {
      throw new BadValue("is empty", example());
    }
    return Collections.unmodifiableSequencedMap(ordered);
  }

  private static <T> Optional<String> checked(Field<T> field, String raw, Refusals refusals) {
    try {
      return Optional.of(field.type().print().apply(field.type().parse().apply(raw)));
    } catch (BadValue e) {
      refusals.add("has the " + field.key() + " '" + raw + "', which " + e.why(), e.next());
      return Optional.empty();
    }
  }

  private String near(String key) {
    List<String> keys = fields.stream().map(Field::key).toList();
    return Nearest.to(key, keys)
        .map(near -> "Did you mean '" + near + "'?")
        .orElse("It has: " + String.join(", ", keys) + ".");
  }

  private String example() {
    return "Write it as key=value,key=value; the keys are: "
        + fields.stream().map(Field::key).collect(Collectors.joining(", "))
        + ".";
  }

  /** Split at the commas that stand in no quotes. */
  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean inside = false;
    for (char c : text.toCharArray()) {
      if (c == '"') {
        inside = !inside;
      }
      if (c == ',' && !inside) {
        parts.add(part.toString().strip());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString().strip());
    if (inside) {
      throw new BadValue("has a quote that nothing closes", "Write a quote inside quotes twice.");
    }
    parts.removeIf(String::isEmpty);
    return parts;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1).replace("\"\"", "\"") : value;
  }

  private String print(SequencedMap<String, String> values) {
    return line(values);
  }
}
