package dev.proxkiln.template.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The script that makes an installed system fit to be cloned; run by root inside it, last of all.
 */
final class Seal {

  /** Its name wherever a file of its own is needed. */
  static final String FILE = "proxkiln-seal.sh";

  private Seal() {}

  /** The whole script, for {@code /bin/sh}. */
  static String script() {
    try (InputStream in = Objects.requireNonNull(Seal.class.getResourceAsStream("seal.sh"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
