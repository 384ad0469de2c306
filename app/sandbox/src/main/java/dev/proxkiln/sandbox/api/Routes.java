package dev.proxkiln.sandbox.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which endpoints the sandbox has, by verb and path template. */
final class Routes {
  private final Map<String, Handler> handlers = new HashMap<>();

  /** Answers one endpoint. */
  @FunctionalInterface
  interface Handler {
    /** The answer's data, null for none. */
    @Nullable Object handle(Call call) throws Exception;
  }

  /**
   * An answer that a command on the node would print something about first.
   *
   * @param data the answer's data, null for none
   */
  record Printed(@Nullable Object data, List<String> lines) {}

  void on(String verb, String template, Handler handler) {
    if (handlers.put(verb + " " + template, handler) != null) {
      throw new IllegalStateException("two handlers for '" + verb + " " + template + "'");
    }
  }

  Optional<Handler> find(String key) {
    return Optional.ofNullable(handlers.get(key));
  }

  Set<String> keys() {
    return handlers.keySet();
  }
}
