package dev.proxkiln.sandbox.contract;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks one set of parameters against a contract's schema, in the order and with the words of a
 * node (source: pve-common, JSONSchema, check_object and check_prop).
 */
final class SchemaCheck {
  private static final String UNKNOWN =
      "property is not defined in schema and the schema does not allow additional properties";
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d+\\.\\d+|\\d+\\.|\\.\\d+|\\d+)(?:[eE][+-]?\\d+)?");
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private final Contract contract;
  private final SortedMap<String, String> errors = new TreeMap<>();

  SchemaCheck(Contract contract) {
    this.contract = contract;
  }

  SortedMap<String, String> errors() {
    return errors;
  }

  void add(String path, String why) {
    errors.merge(path, why, (old, more) -> old + "\\n" + more);
  }

  /** Checks the parameters of a call. */
  void object(JsonNode properties, Map<String, ?> values, boolean closed) {
    Map<String, Object> known = new HashMap<>();
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      JsonNode schema = Contract.schema(properties, entry.getKey());
      if (schema == null) {
        if (closed) {
          add(entry.getKey(), UNKNOWN);
        }
        continue;
      }
      known.put(entry.getKey(), adapted(schema, entry.getValue()));
    }
    checkAll(properties, known, "");
  }

  /** Parses a property string; a fault is thrown as an exception with the node's words. */
  Map<String, String> parsePropertyString(JsonNode format, String text) {
    Map<String, String> result = new LinkedHashMap<>();
    String defaultKey = "";
    for (String part : text.split(",", -1)) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals > 0 && equals < part.length() - 1) {
        put(format, result, part.substring(0, equals), part.substring(equals + 1));
      } else if (equals < 0) {
        if (!defaultKey.isEmpty()) {
          throw new FormatFault("duplicate key in comma-separated list property: " + defaultKey);
        }
        defaultKey = defaultKey(format);
        if (result.containsKey(defaultKey)) {
          throw new FormatFault("duplicate key in comma-separated list property: " + defaultKey);
        }
        result.put(defaultKey, bool(format.path(defaultKey), part));
      } else {
        throw new FormatFault("missing key in comma-separated list property");
      }
    }
    return result;
  }

  private static void put(
      JsonNode format, Map<String, String> result, String givenKey, String value) {
    String key = givenKey;
    if (result.containsKey(key)) {
      throw new FormatFault("duplicate key in comma-separated list property: " + key);
    }
    JsonNode schema = format.path(key);
    if (schema.has("alias")) {
      if (schema.has("keyAlias")) {
        String keyAlias = schema.path("keyAlias").asString();
        if (result.containsKey(keyAlias)) {
          throw new FormatFault("key alias '" + keyAlias + "' is already defined");
        }
        result.put(keyAlias, key);
      }
      key = schema.path("alias").asString();
      schema = format.path(key);
      if (result.containsKey(key)) {
        throw new FormatFault("key '" + key + "' is already defined (via alias)");
      }
    }
    if (schema.isMissingNode()) {
      throw new FormatFault("invalid key in comma-separated list property: " + key);
    }
    result.put(key, bool(schema, value));
  }

  private static String defaultKey(JsonNode format) {
    for (Map.Entry<String, JsonNode> entry : format.properties()) {
      if (entry.getValue().has("default_key")) {
        return entry.getKey();
      }
    }
    throw new FormatFault("value without key, but schema does not define a default key");
  }

  /** Inside property strings, and only there, booleans may be words. */
  private static String bool(JsonNode schema, String value) {
    if (!schema.path("type").asString("").equals("boolean")) {
      return value;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "on", "yes", "true" -> "1";
      case "0", "off", "no", "false" -> "0";
      default -> value;
    };
  }

  private void checkAll(JsonNode properties, Map<String, ?> values, String path) {
    for (Map.Entry<String, JsonNode> entry : properties.properties()) {
      String name = entry.getKey();
      if (!name.endsWith("[n]") && !values.containsKey(name)) {
        missing(entry.getValue(), join(path, name));
      }
    }
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      JsonNode schema = Contract.schema(properties, entry.getKey());
      if (schema == null) {
        add(join(path, entry.getKey()), UNKNOWN);
        continue;
      }
      String where = join(path, entry.getKey());
      property(schema, entry.getValue(), where);
      String required = schema.path("requires").asString("");
      if (!required.isEmpty() && !values.containsKey(required)) {
        add(join(path, required), "missing property required by '" + where + "'");
      }
    }
  }

  private void missing(JsonNode schema, String path) {
    boolean fine =
        schema.has("alias")
            || schema.path("optional").asBoolean(false)
            || schema.path("type").asString("").equals("null");
    if (!fine) {
      add(path, "property is missing and it is not optional");
    }
  }

  /** What a form can only say badly: one value of an array, or a list sent as an array. */
  private static Object adapted(JsonNode schema, Object value) {
    String type = schema.path("type").asString("");
    if (type.equals("array") && !(value instanceof Collection<?>)) {
      return List.of(value);
    }
    if (type.equals("string")
        && schema.path("format").asString("").endsWith("-list")
        && value instanceof Collection<?> many) {
      return many.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    return value;
  }

  private void property(JsonNode schema, Object value, String path) {
    if (schema.has("alias") && !schema.has("type")) {
      return;
    }
    String type = schema.path("type").asString("");
    if (value instanceof Collection<?> many) {
      if (!type.equals("array")) {
        add(path, "type check ('" + type + "') failed - got ARRAY");
        return;
      }
      int index = 0;
      for (Object element : many) {
        property(schema.path("items"), element, path + "[" + index++ + "]");
      }
      return;
    }
    String text = value instanceof Boolean flag ? (flag ? "1" : "0") : String.valueOf(value);
    if (!typeFits(type, text)) {
      add(path, "type check ('" + type + "') failed - got '" + text + "'");
      return;
    }
    scalar(schema, text, path).ifPresent(why -> add(path, why));
  }

  private static boolean typeFits(String type, String text) {
    return switch (type) {
      case "boolean" -> text.equals("1") || text.equals("0");
      case "integer" -> INTEGER.matcher(text).matches();
      case "number" -> NUMBER.matcher(text).matches();
      case "array", "object" -> false;
      default -> true;
    };
  }

  private Optional<String> scalar(JsonNode schema, String text, String path) {
    Optional<String> why = format(schema.path("format"), text, path);
    if (why.isPresent()) {
      return why.map(reason -> "invalid format - " + reason + "\n");
    }
    String pattern = schema.path("pattern").asString("");
    if (!pattern.isEmpty() && !perl(pattern).matcher(text).matches()) {
      return Optional.of("value does not match the regex pattern");
    }
    int length = text.codePointCount(0, text.length());
    if (schema.has("maxLength") && length > schema.path("maxLength").asInt()) {
      return Optional.of(
          "value may only be " + schema.path("maxLength").asInt() + " characters long");
    }
    if (schema.has("minLength") && length < schema.path("minLength").asInt()) {
      return Optional.of(
          "value must be at least " + schema.path("minLength").asInt() + " characters long");
    }
    why = range(schema, text);
    return why.isPresent() ? why : enumeration(schema.get("enum"), text);
  }

  private static Optional<String> range(JsonNode schema, String text) {
    if (!NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(text.endsWith(".") ? text + "0" : text);
    if (schema.has("maximum")) {
      String maximum = schema.path("maximum").asString();
      if (number.compareTo(new BigDecimal(maximum)) > 0) {
        return Optional.of("value must have a maximum value of " + maximum);
      }
    }
    if (schema.has("minimum")) {
      String minimum = schema.path("minimum").asString();
      if (number.compareTo(new BigDecimal(minimum)) < 0) {
        return Optional.of("value must have a minimum value of " + minimum);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> enumeration(@Nullable JsonNode allowed, String text) {
    if (allowed == null) {
      return Optional.empty();
    }
    List<String> values =
        StreamSupport.stream(allowed.spliterator(), false).map(JsonNode::asString).toList();
    if (values.contains(text)) {
      return Optional.empty();
    }
    return Optional.of(
        "value '"
            + text
            + "' does not have a value in the enumeration '"
            + String.join(", ", values)
            + "'");
  }

  private Optional<String> format(JsonNode format, String text, String path) {
    JsonNode properties = contract.propertyString(format);
    if (properties == null) {
      return format.isString() ? contract.formats().why(format.asString(), text) : Optional.empty();
    }
    Map<String, String> parsed;
    try {
      parsed = parsePropertyString(properties, text);
    } catch (FormatFault fault) {
      return Optional.of(fault.words());
    }
    SchemaCheck nested = new SchemaCheck(contract);
    nested.checkAll(properties, parsed, path);
    if (nested.errors.isEmpty()) {
      return missingCpuType(format, parsed);
    }
    return Optional.of(
        nested.errors.entrySet().stream()
            .map(e -> e.getKey() + ": " + e.getValue())
            .collect(Collectors.joining("\n", "format error\n", "")));
  }

  /** The one named format with a rule over its keys that a schema cannot say. */
  private static Optional<String> missingCpuType(JsonNode format, Map<String, String> parsed) {
    boolean missing =
        format.asString("").equals("pve-vm-cpu-conf") && !parsed.containsKey("cputype");
    return missing ? Optional.of("CPU is missing cputype") : Optional.empty();
  }

  /** Perl's {@code (?^i:...)} groups mean the same without the caret; the rest is common ground. */
  private static Pattern perl(String pattern) {
    return PATTERNS.computeIfAbsent(
        pattern,
        text ->
            Pattern.compile(
                text.replace("(?^:", "(?:")
                    .replace("(?^i:", "(?i:")
                    .replace("(?^u:", "(?:")
                    .replace("{,", "{0,")));
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A property string that cannot be parsed. */
  private static final class FormatFault extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String words;

    FormatFault(String words) {
      super(words);
      this.words = words;
    }

    String words() {
      return words;
    }
  }
}
