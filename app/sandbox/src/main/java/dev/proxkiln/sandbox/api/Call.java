package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.contract.Endpoint;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call that passed all checks of the contract.
 *
 * @param parameters path variables and parameters; texts, or lists of texts for arrays
 * @param upload file that came with the call, which the handler takes over or leaves to be deleted
 */
record Call(
    Caller caller, Endpoint endpoint, Map<String, Object> parameters, Optional<Path> upload) {

  /** A parameter as text, empty when it was not given. */
  Optional<String> text(String name) {
    Object value = parameters.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Collection<?> many) {
      return many.isEmpty()
          ? Optional.empty()
          : Optional.of(String.valueOf(many.iterator().next()));
    }
    return Optional.of(value instanceof Boolean flag ? (flag ? "1" : "0") : value.toString());
  }

  /** A parameter that the contract demands. */
  String need(String name) {
    return text(name)
        .orElseThrow(() -> new IllegalStateException("parameter '" + name + "' slipped through"));
  }

  /** A parameter as a list. */
  List<String> list(String name) {
    Object value = parameters.get(name);
    if (value instanceof Collection<?> many) {
      return many.stream().map(String::valueOf).toList();
    }
    return value == null ? List.of() : List.of(value.toString());
  }

  /** A boolean parameter. */
  boolean flag(String name, boolean otherwise) {
    return text(name).map("1"::equals).orElse(otherwise);
  }

  /** An integer parameter. */
  long number(String name, long otherwise) {
    return text(name).map(Long::parseLong).orElse(otherwise);
  }

  /** The node that the path names. */
  String node() {
    return need("node");
  }

  /** The guest that the path names. */
  int vmid() {
    return Integer.parseInt(need("vmid"));
  }
}
