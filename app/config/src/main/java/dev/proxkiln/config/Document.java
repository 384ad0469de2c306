package dev.proxkiln.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The settings of one command, as a document of a YAML file has them. */
public final class Document {
  private final String name;
  private final Map<String, Entry> entries;

  Document(String name, Map<String, Entry> entries) {
    this.name = name;
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** How messages call it, for example {@code web.yaml, document 2}. */
  public String name() {
    return name;
  }

  /** The words of the command that it is for; empty where it does not say. */
  public Optional<String> command() {
    return entries.get("command") instanceof Entry.Raw(String words, _)
        ? Optional.of(words)
        : Optional.empty();
  }

  /** Its keys, {@code command} among them. */
  public Set<String> keys() {
    return entries.keySet();
  }

  Map<String, Entry> entries() {
    return entries;
  }
}
