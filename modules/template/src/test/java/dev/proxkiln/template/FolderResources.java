package dev.proxkiln.template;

import dev.proxkiln.core.module.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The shipped templates folder, with files of a pretended user on top. */
public final class FolderResources implements Resources {
  public static final Path HOME = Path.of(System.getProperty("proxkiln.home"));

  private final Map<String, String> own = new HashMap<>();

  /** The same with one more file of the user's. */
  public FolderResources with(String name, String text) {
    own.put(name, text);
    return this;
  }

  @Override
  public List<String> list(String folder) {
    TreeSet<String> names = new TreeSet<>();
    Path path = HOME.resolve("templates").resolve(folder);
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.list(path)) {
        files.forEach(file -> names.add(file.getFileName().toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    own.keySet().stream()
        .filter(name -> name.startsWith(folder + "/"))
        .forEach(name -> names.add(name.substring(folder.length() + 1)));
    return List.copyOf(names);
  }

  @Override
  public boolean isOwn(String name) {
    return own.containsKey(name);
  }

  @Override
  public Optional<String> read(String name) {
    if (own.containsKey(name)) {
      return Optional.of(own.get(name));
    }
    Path path = HOME.resolve("templates").resolve(name);
    try {
      return Files.isRegularFile(path) ? Optional.of(Files.readString(path)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
