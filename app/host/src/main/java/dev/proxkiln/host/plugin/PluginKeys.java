package dev.proxkiln.host.plugin;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Whose plug-ins are trusted: Ed25519 public keys in {@code NAME.pem}, as {@code openssl pkey
 * -pubout} writes them. A signature is that of the whole jar, {@code openssl pkeyutl -sign -rawin}:
 * 64 bytes, or the same in Base64.
 */
public final class PluginKeys {
  private static final int SIGNATURE = 64;

  private final Path folder;

  /** Keys of a folder, which need not be there. */
  public PluginKeys(Path folder) {
    this.folder = folder;
  }

  /** Where the keys are. */
  public Path folder() {
    return folder;
  }

  /**
   * Who signed a jar.
   *
   * @param where its name, for problems
   * @return name of the key
   * @throws ProblemException {@code plugin-untrusted}
   */
  public String signer(byte[] jar, byte[] signature, String where) {
    byte[] raw = raw(signature, where);
    Map<String, PublicKey> keys = keys();
    for (Map.Entry<String, PublicKey> key : keys.entrySet()) {
      if (fits(key.getValue(), jar, raw)) {
        return key.getKey();
      }
    }
    throw untrusted(
        where,
        keys.isEmpty()
            ? "There is no key in '" + folder + "'."
            : "Its signature is of none of these keys: " + String.join(", ", keys.keySet()) + ".");
  }

  private static byte[] raw(byte[] signature, String where) {
    if (signature.length == SIGNATURE) {
      return signature;
    }
    try {
      byte[] decoded =
          Base64.getMimeDecoder()
              .decode(new String(signature, StandardCharsets.ISO_8859_1).strip());
      if (decoded.length == SIGNATURE) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      // It is neither.
    }
    throw untrusted(where, "Its signature is none: an Ed25519 signature has 64 bytes.");
  }

  private static boolean fits(PublicKey key, byte[] jar, byte[] signature) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(jar);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Map<String, PublicKey> keys() {
    Map<String, PublicKey> keys = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return keys;
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> pems = files.filter(file -> file.toString().endsWith(".pem")).sorted().toList();
      if (!pems.isEmpty()) {
        own(folder);
      }
      for (Path pem : pems) {
        own(pem);
        String name = pem.getFileName().toString();
        keys.put(name.substring(0, name.length() - ".pem".length()), key(pem));
      }
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
    return keys;
  }

  /** A key that somebody else could have put there is worth nothing. */
  private static void own(Path path) throws IOException {
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(path);
    if (modes.contains(PosixFilePermission.GROUP_WRITE)
        || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw HostSlug.PLUGIN_UNTRUSTED
          .problem(
              path.toString(),
              "The keys of plug-ins cannot be trusted.",
              "Others than its owner may write to '" + path + "'.",
              "Run: chmod go-w " + path)
          .raise();
    }
  }

  private static PublicKey key(Path pem) throws IOException {
    String body =
        Files.readString(pem, StandardCharsets.ISO_8859_1)
            .replaceAll("-----(?:BEGIN|END) PUBLIC KEY-----|\\s", "");
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new ProblemException(
          HostSlug.PLUGIN_UNTRUSTED.problem(
              pem.toString(),
              "'" + pem + "' is no Ed25519 public key.",
              String.valueOf(e.getMessage()),
              "Make it with: openssl pkey -in PRIVATE.pem -pubout -out " + pem),
          e);
    }
  }

  private static ProblemException untrusted(String where, String why) {
    return HostSlug.PLUGIN_UNTRUSTED
        .problem(
            where,
            "The plug-in '" + where + "' is not signed by somebody you trust.",
            why,
            "Put its maker's public key into the folder of plug-in keys, after comparing it; or look"
                + " elsewhere for the plug-in.")
        .raise();
  }
}
