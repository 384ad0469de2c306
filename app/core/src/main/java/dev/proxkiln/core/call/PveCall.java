package dev.proxkiln.core.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A call of the Proxmox VE API as data: the same for REST, {@code pvesh} on the node and {@code
 * pvesh} over ssh.
 *
 * @param verb what to do
 * @param path absolute, for example {@code /nodes/pve/qemu/100/config}; no query
 * @param params parameters in the order given; booleans are {@code 1} and {@code 0}; a list value
 *     (an array parameter such as {@code command} of agent/exec) is several texts
 * @param file path of a file on this machine to send along (storage upload), or empty
 */
public record PveCall(
    Verb verb, Text path, SequencedMap<String, List<Text>> params, Optional<Text> file) {

  public PveCall {
    LinkedHashMap<String, List<Text>> copy = new LinkedHashMap<>();
    params.forEach((key, values) -> copy.put(key, List.copyOf(values)));
    params = Collections.unmodifiableSequencedMap(copy);
  }

  /** A call without parameters; add them with {@link #with}. */
  public static PveCall of(Verb verb, Object... path) {
    return new PveCall(verb, Text.join(path), new LinkedHashMap<>(), Optional.empty());
  }

  public static PveCall get(Object... path) {
    return of(Verb.GET, path);
  }

  public static PveCall post(Object... path) {
    return of(Verb.POST, path);
  }

  public static PveCall put(Object... path) {
    return of(Verb.PUT, path);
  }

  public static PveCall delete(Object... path) {
    return of(Verb.DELETE, path);
  }

  /** The same call with one more parameter; a later one of the same name replaces the earlier. */
  public PveCall with(String name, Text value) {
    return withAll(name, List.of(value));
  }

  /** The same call with one more literal parameter. */
  public PveCall with(String name, String value) {
    return with(name, Text.of(value));
  }

  /** The same call with one more whole number. */
  public PveCall with(String name, long value) {
    return with(name, Text.of(value));
  }

  /** The same call with one more boolean, sent as 1 or 0. */
  public PveCall with(String name, boolean value) {
    return with(name, value ? "1" : "0");
  }

  /** The same call with an array parameter. */
  public PveCall withAll(String name, List<Text> values) {
    LinkedHashMap<String, List<Text>> more = new LinkedHashMap<>(params);
    more.put(name, values);
    return new PveCall(verb, path, more, file);
  }

  /** The same call with a file to send. */
  public PveCall withFile(Text local) {
    return new PveCall(verb, path, params, Optional.of(local));
  }

  /** Whether any parameter holds a secret. */
  public boolean hasSecret() {
    return params.values().stream().flatMap(List::stream).anyMatch(Text::isSecret);
  }

  /** The plain-tree form: verb, path, params, file. */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("verb", verb.name());
    tree.put("path", path.tree());
    Map<String, Object> named = new LinkedHashMap<>();
    params.forEach(
        (name, values) ->
            named.put(
                name,
                values.size() == 1
                    ? values.getFirst().tree()
                    : Map.of("list", values.stream().map(Text::tree).toList())));
    tree.put("params", named);
    file.ifPresent(f -> tree.put("file", f.tree()));
    return tree;
  }

  /**
   * Reads {@link #tree()} back.
   *
   * @throws IllegalArgumentException when the tree is no call
   */
  public static PveCall ofTree(Map<String, Object> tree) {
    LinkedHashMap<String, List<Text>> params = new LinkedHashMap<>();
    if (tree.get("params") instanceof Map<?, ?> named) {
      named.forEach(
          (name, value) ->
              params.put(
                  String.valueOf(name),
                  value instanceof Map<?, ?> map && map.get("list") instanceof List<?> list
                      ? list.stream().map(Text::ofTree).toList()
                      : List.of(Text.ofTree(value))));
    }
    return new PveCall(
        Verb.of(String.valueOf(tree.get("verb"))),
        Text.ofTree(tree.get("path")),
        params,
        Optional.ofNullable(tree.get("file")).map(Text::ofTree));
  }
}
