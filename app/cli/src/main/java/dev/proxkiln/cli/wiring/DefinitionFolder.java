package dev.proxkiln.cli.wiring;

import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.config.Layers;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.spec.Checked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Settings kept by name, a spec file each: {@code NAME.yaml}. What a file held before it was
 * changed is kept as {@code history/NAME.N.yaml}.
 */
public final class DefinitionFolder {
  private static final String SUFFIX = ".yaml";

  private final Wiring wiring;
  private final Path folder;

  DefinitionFolder(Wiring wiring, Path folder) {
    this.wiring = wiring;
    this.folder = folder;
  }

  /** The file of a name, there or not. */
  public Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  private Path past(String name, int version) {
    return folder.resolve("history").resolve(name + "." + version + SUFFIX);
  }

  /** Names, sorted. */
  public List<String> names() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The version that a definition has, or would get when it is stored now. */
  public int version(String name) {
    int version = 1;
    while (Files.exists(past(name, version))) {
      version++;
    }
    return version;
  }

  /**
   * The text of a definition.
   *
   * @param version the version; empty for the present one
   */
  public Optional<String> text(String name, Optional<Integer> version) {
    Path file = version.filter(v -> v != version(name)).map(v -> past(name, v)).orElse(file(name));
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stores a definition; what was there becomes the past. Returns whether it changed. */
  public boolean store(String name, String text) {
    Optional<String> before = text(name, Optional.empty());
    if (before.equals(Optional.of(text))) {
      return false;
    }
    before.ifPresent(old -> write(past(name, version(name)), old));
    write(file(name), text);
    return true;
  }

  /** Removes a definition and keeps its past. */
  public void remove(String name) {
    text(name, Optional.empty()).ifPresent(old -> write(past(name, version(name)), old));
    wiring.files().delete(file(name).toString());
  }

  private void write(Path file, String text) {
    // 0640 is what the cluster file system gives to every file, and takes from nobody.
    wiring.files().write(file.toString(), text, 0640);
  }

  /** Every definition with its settings read. */
  public List<Definition> all(Action<?> action) {
    return names().stream().map(name -> read(name, action).definition).toList();
  }

  /** The secrets that definitions hold as crypt hashes, by the name that stands for them. */
  public Map<String, String> aside(Action<?> action) {
    Map<String, String> aside = new HashMap<>();
    names().forEach(name -> aside.putAll(read(name, action).aside));
    return aside;
  }

  private record Loaded(Definition definition, Map<String, String> aside) {}

  private Loaded read(String name, Action<?> action) {
    Schema schema = action.schema(Facts.none());
    Checked<Values> values =
        wiring
            .lastingLayers()
            .read(wiring.request(action.name(), schema, List.of(file(name).toString()), Map.of()));
    if (!(values instanceof Checked.Valid<Values>(Values found))) {
      return new Loaded(new Definition(name, version(name), action.name(), values), Map.of());
    }
    Sources.Resolved resolved =
        wiring.sources().follow(schema, Layers.without(found, KnownSettings.GENERAL));
    Checked<Values> followed =
        resolved.problems().isEmpty()
            ? new Checked.Valid<>(resolved.values())
            : new Checked.Invalid<>(resolved.problems());
    return new Loaded(
        new Definition(name, version(name), action.name(), followed), resolved.aside());
  }
}
