package dev.proxkiln.host.trust;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;

/**
 * OpenPGP keys in folders, one file a key, named by its full fingerprint: {@code 0123...CDEF.asc}.
 */
public final class PinnedKeys {
  private static final int FINGERPRINT_DIGITS = 40;

  private final List<Path> folders;

  /**
   * Keys of several folders.
   *
   * @param folders the first one that has a key wins, so the administrator's own goes first
   */
  public PinnedKeys(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /**
   * The key with a fingerprint; its bytes are checked to have it.
   *
   * @param fingerprint full fingerprint in hex, blanks allowed
   * @throws ProblemException {@code key-unknown}, {@code file-unreadable}
   */
  OpenPGPCertificate key(String fingerprint) {
    String wanted = fingerprint.replace(" ", "").toUpperCase(Locale.ROOT);
    if (wanted.length() < FINGERPRINT_DIGITS || !wanted.matches("[0-9A-F]+")) {
      throw unknown(
          wanted, "a key is pinned by its full fingerprint, " + FINGERPRINT_DIGITS + " hex digits");
    }
    Path file =
        folders.stream()
            .map(folder -> folder.resolve(wanted + ".asc"))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(() -> unknown(wanted, "looked for " + wanted + ".asc in " + folders));
    return read(file, wanted);
  }

  private static OpenPGPCertificate read(Path file, String wanted) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
    OpenPGPCertificate key;
    try {
      key = new BcOpenPGPApi().readKeyOrCertificate().parseCertificate(text);
    } catch (IOException | RuntimeException e) {
      // The library reports broken packets with exceptions of many types.
      throw unknown(wanted, "'" + file + "' is not an OpenPGP public key: " + e.getMessage());
    }
    String found = HexFormat.of().withUpperCase().formatHex(key.getFingerprint());
    if (!found.equals(wanted)) {
      throw unknown(wanted, "'" + file + "' holds another key, " + found);
    }
    return key;
  }

  private static ProblemException unknown(String fingerprint, String why) {
    return HostSlug.KEY_UNKNOWN
        .problem(
            fingerprint,
            "the signing key '" + fingerprint + "' is not at hand",
            why,
            "put the publisher's key into /etc/proxkiln/keys/"
                + fingerprint
                + ".asc after comparing its fingerprint with the publisher's")
        .raise();
  }
}
