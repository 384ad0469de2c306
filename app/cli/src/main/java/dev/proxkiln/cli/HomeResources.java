package dev.proxkiln.cli;

import dev.proxkiln.core.module.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The shipped {@code templates/} folder with the user's own over it, file by file. */
final class HomeResources implements Resources {
  private final Path own;
  private final List<Path> folders;

  /**
   * Resources.
   *
   * @param own the user's folder, whose files hide ours; it need not be there
   * @param shipped our folder
   */
  HomeResources(Path own, Path shipped) {
    this.own = own;
    this.folders = List.of(own, shipped);
  }

  @Override
  public List<String> list(String folder) {
    TreeSet<String> names = new TreeSet<>();
    for (Path root : folders) {
      Path at = inside(root, folder);
      if (Files.isDirectory(at)) {
        try (Stream<Path> files = Files.list(at)) {
          files
              .filter(Files::isRegularFile)
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.startsWith("."))
              .forEach(names::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return List.copyOf(names);
  }

  @Override
  public Optional<String> read(String name) {
    for (Path root : folders) {
      Path file = inside(root, name);
      if (Files.isRegularFile(file)) {
        try {
          return Optional.of(Files.readString(file));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean isOwn(String name) {
    return Files.isRegularFile(inside(own, name));
  }

  private static Path inside(Path root, String name) {
    Path at = root.resolve(name).normalize();
    if (!at.startsWith(root.normalize())) {
      throw new IllegalArgumentException("'" + name + "' leaves the folder of resources");
    }
    return at;
  }
}
