package dev.proxkiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that are kept in files and compared. They are written anew with {@code
 * -Dtest.jvm.args=-Dproxkiln.update=true}; look at what changed before you keep it.
 */
public final class Golden {
  private Golden() {}

  /**
   * Compares a text with {@code src/test/resources/screens/NAME.txt} of the module under test.
   *
   * @throws AssertionError where they differ
   */
  public static void screen(String name, String text) {
    file(Path.of("src/test/resources/screens", name + ".txt"), text);
  }

  /** Compares a text with a file, whose name starts from the folder of the module under test. */
  public static void file(Path file, String text) {
    try {
      if (Boolean.getBoolean("proxkiln.update")) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text);
      }
      assertThat(file).exists();
      assertThat(text)
          .as("%s, written anew with -Dtest.jvm.args=-Dproxkiln.update=true", file)
          .isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
