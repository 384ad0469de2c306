package dev.proxkiln.config;

import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * Reads a YAML file of settings: keys with values, lists of values, and sections. Scalars keep the
 * text that the user wrote; types are the schema's work.
 */
final class YamlFile {
  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final Pattern MARK = Pattern.compile("line (\\d+), column (\\d+)");

  private YamlFile() {}

  /**
   * The entries of a file in their order; a key without a value is left out.
   *
   * @param name how the user calls the file
   * @throws ProblemException {@code spec-unreadable}
   */
  static Map<String, Entry> read(String name, String text) {
    List<Map<String, Entry>> documents = documents(name, text);
    if (documents.size() > 1) {
      throw ConfigSlug.SPEC_UNREADABLE
          .problem(
              name,
              "'" + name + "' holds more than one document.",
              "A file holds the settings of one command.",
              "Write one file for each command, or give it to: proxkiln apply -f " + name)
          .raise();
    }
    return documents.isEmpty() ? Map.of() : documents.getFirst();
  }

  /**
   * The entries of each document of a file, in their order; documents without any are left out.
   *
   * @param name how the user calls the file
   * @throws ProblemException {@code spec-unreadable}
   */
  static List<Map<String, Entry>> documents(String name, String text) {
    List<Map<String, Entry>> documents = new ArrayList<>();
    try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_NULL) {
          continue;
        }
        if (token != JsonToken.START_OBJECT) {
          throw unreadable(name, line(parser), "is not a list of settings").raise();
        }
        documents.add(section(parser));
      }
      return documents;
    } catch (JacksonException e) {
      throw new ProblemException(
          ConfigSlug.SPEC_UNREADABLE.problem(
              name,
              "'" + name + "' is not valid YAML at " + place(e) + ".",
              reason(e),
              "Correct it; a setting is written as key: value."),
          e);
    }
  }

  private static Map<String, Entry> section(JsonParser parser) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      int line = line(parser);
      parser.nextToken();
      value(parser, line).ifPresent(entry -> entries.put(key, entry));
    }
    return entries;
  }

  private static Optional<Entry> value(JsonParser parser, int line) {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> Optional.empty();
      case START_OBJECT -> Optional.of(new Entry.Section(section(parser), line));
      case START_ARRAY -> Optional.of(list(parser, line));
      default -> Optional.of(new Entry.Raw(parser.getString(), line));
    };
  }

  private static Entry list(JsonParser parser, int line) {
    List<String> lines = new ArrayList<>();
    boolean odd = false;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      switch (parser.currentToken()) {
        case START_ARRAY -> {
          odd = true;
          parser.skipChildren();
        }
        case START_OBJECT -> {
          Map<String, String> group = new LinkedHashMap<>();
          for (Map.Entry<String, Entry> one : section(parser).entrySet()) {
            if (one.getValue() instanceof Entry.Raw(String text, _)) {
              group.put(one.getKey(), text);
            } else {
              odd = true;
            }
          }
          lines.add(Group.line(group));
        }
        case VALUE_NULL -> {}
        default -> lines.add(parser.getString().strip());
      }
    }
    return odd ? new Entry.Odd(line) : new Entry.Raw(String.join("\n", lines), line);
  }

  private static int line(JsonParser parser) {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  static Problem unreadable(String name, int line, String what) {
    return ConfigSlug.SPEC_UNREADABLE.problem(
        name + ", line " + line,
        "'" + name + "', line " + line + ", " + what + ".",
        "",
        "Write settings as key: value, lists as key: [a, b].");
  }

  /** The reader's message has a sentence a line, each followed by its place and a piece of text. */
  private static String reason(JacksonException e) {
    return String.valueOf(e.getOriginalMessage())
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .collect(Collectors.joining(", "));
  }

  private static String place(JacksonException e) {
    Matcher mark = MARK.matcher(String.valueOf(e.getOriginalMessage()));
    return mark.find() ? "line " + mark.group(1) + ", column " + mark.group(2) : Place.of(e);
  }
}
