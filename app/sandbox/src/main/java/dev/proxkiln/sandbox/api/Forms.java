package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.refusal.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Parameters out of query strings, form bodies and JSON bodies, read the way a node reads them. */
final class Forms {
  private static final JsonMapper JSON = JsonMapper.shared();

  private Forms() {}

  /**
   * Reads a form: pairs end at ampersand or semicolon, a value ends at a second equals sign, and a
   * repeated name makes a list (source: pve-http-server AnyEvent.pm, decode_urlencoded).
   */
  static Map<String, Object> urlEncoded(@Nullable String text) {
    Map<String, Object> result = new LinkedHashMap<>();
    if (text == null || text.isEmpty()) {
      return result;
    }
    for (String pair : text.split("[&;]", -1)) {
      String[] parts = pair.split("=", -1);
      if (parts.length < 2) {
        continue;
      }
      add(result, decode(parts[0]), decode(parts[1]));
    }
    return result;
  }

  /** Reads a JSON object; nulls are left out. */
  static Map<String, Object> json(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JacksonException e) {
      throw Refusal.failed("malformed JSON string");
    }
    Map<String, Object> result = new LinkedHashMap<>();
    if (!root.isObject()) {
      throw Refusal.failed("Not a HASH reference");
    }
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode value = entry.getValue();
      if (value.isArray()) {
        List<String> many = new ArrayList<>();
        value.forEach(element -> many.add(element.asString()));
        result.put(entry.getKey(), many);
      } else if (value.isBoolean()) {
        result.put(entry.getKey(), value.asBoolean());
      } else if (value.isObject()) {
        throw Refusal.parameter(entry.getKey(), "type check ('string') failed - got HASH");
      } else if (!value.isNull()) {
        result.put(entry.getKey(), value.asString());
      }
    }
    return result;
  }

  private static void add(Map<String, Object> result, String name, String value) {
    Object old = result.get(name);
    if (old == null) {
      result.put(name, value);
    } else {
      List<String> many = new ArrayList<>();
      if (old instanceof List<?> list) {
        list.forEach(element -> many.add(String.valueOf(element)));
      } else {
        many.add(old.toString());
      }
      many.add(value);
      result.put(name, many);
    }
  }

  /** Percent and plus decoding; a percent sign that starts nothing stays. */
  static String decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (c == '+') {
        bytes.write(' ');
        i++;
      } else if (c == '%' && hex(text, i + 1)) {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 3;
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(c);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean hex(String text, int at) {
    return at + 2 <= text.length() && text.substring(at, at + 2).matches("[0-9a-fA-F]{2}");
  }
}
