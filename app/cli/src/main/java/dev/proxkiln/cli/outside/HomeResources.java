package dev.proxkiln.cli.outside;

import dev.proxkiln.core.module.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The shipped {@code templates/} folder with the user's own over it, file by file. A fetched
 * catalogue stands in for the shipped images and keys as a whole.
 */
public final class HomeResources implements Resources {
  private final Path own;
  private static final Set<String> OF_THE_CATALOGUE = Set.of("images", "keys");

  private final Path catalogue;
  private final Path shipped;

  /**
   * Resources.
   *
   * @param own the user's folder, whose files hide ours; it need not be there
   * @param catalogue where images and keys come from: our folder, or a newer catalogue
   * @param shipped our folder
   */
  public HomeResources(Path own, Path catalogue, Path shipped) {
    this.own = own;
    this.catalogue = catalogue;
    this.shipped = shipped;
  }

  /** Resources with the shipped catalogue. */
  public HomeResources(Path own, Path shipped) {
    this(own, shipped, shipped);
  }

  private List<Path> folders(String name) {
    List<Path> folders = new ArrayList<>();
    String first = name.split("/", 2)[0];
    Path parent = own.getParent();
    if (first.equals("keys") && parent != null) {
      // The administrator's keys lie beside the templates, and go first.
      folders.add(parent);
    }
    folders.add(own);
    folders.add(OF_THE_CATALOGUE.contains(first) ? catalogue : shipped);
    return folders;
  }

  @Override
  public List<String> list(String folder) {
    TreeSet<String> names = new TreeSet<>();
    for (Path root : folders(folder)) {
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
    for (Path root : folders(name)) {
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
