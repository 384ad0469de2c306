package dev.proxkiln.pve.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** JSON text to plain trees ({@code core.tree}) and back. */
public final class Json {
  private Json() {}

  /** Loaded with the first call, so that commands which never talk to PVE do not pay for it. */
  private static final class Lazy {
    static final JsonMapper MAPPER = JsonMapper.builder().build();
  }

  /**
   * Reads one JSON value: maps, lists, strings, numbers, booleans, null.
   *
   * @throws IllegalArgumentException when the text is not JSON; the message names the place
   */
  public static @Nullable Object read(String text) {
    try {
      return Lazy.MAPPER.readValue(text, Object.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Writes a plain tree on one line. */
  public static String write(@Nullable Object tree) {
    return Lazy.MAPPER.writeValueAsString(tree);
  }
}
