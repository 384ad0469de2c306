package dev.proxkiln.cli.outside;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the runnable tree is: {@code templates/}, {@code docs/} and {@code bin/}.
 *
 * @param folder its root
 */
public record Home(Path folder) {
  private static final String PROPERTY = "proxkiln.home";

  /** The tree that {@code proxkiln.home} names, else the one that this class was loaded from. */
  public static Home find() {
    String named = System.getProperty(PROPERTY, "");
    if (!named.isEmpty()) {
      return new Home(Path.of(named).toAbsolutePath());
    }
    for (Path here = code(); here != null; here = here.getParent()) {
      if (Files.isDirectory(here.resolve("templates").resolve("images"))) {
        return new Home(here);
      }
    }
    return new Home(Path.of("").toAbsolutePath());
  }

  private static Path code() {
    try {
      return Path.of(Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The shipped catalogue. */
  public Path templates() {
    return folder.resolve("templates");
  }

  /** Version of the shipped image catalogue; 0 where this tree does not say it. */
  public long catalogueVersion() {
    Path file = templates().resolve("catalogue.version");
    try {
      return Files.isRegularFile(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** The page that explains a problem. */
  public Path page(String slug) {
    return folder.resolve("docs").resolve("problems").resolve(slug + ".md");
  }

  /** The pages that explain problems. */
  public Path pages() {
    return folder.resolve("docs").resolve("problems");
  }

  /** The launcher, where this tree has one. */
  public Optional<Path> launcher() {
    Path launcher = folder.resolve("bin").resolve("proxkiln");
    return Files.isExecutable(launcher) ? Optional.of(launcher) : Optional.empty();
  }
}
