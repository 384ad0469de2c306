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
    return read("seal.sh");
  }

  /** Runs the script inside the new system, in Debian's installer. */
  static String inDebianInstaller() {
    return read("finish.sh");
  }

  /** The same behind what a person may not have installed: cloud-init and growpart. */
  static String preparation() {
    return read("prepare.sh") + script();
  }

  private static String read(String name) {
    try (InputStream in = Objects.requireNonNull(Seal.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
