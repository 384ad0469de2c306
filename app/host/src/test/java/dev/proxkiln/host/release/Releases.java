package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.host.process.ProcessCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Releases whose program is a shell script: packed by the real tar and zstd, signed by a real key,
 * laid out as they are served. The script fails its check where a test says so.
 */
final class Releases {
  /** Where a published site is. */
  final Path site;

  private final Path root;
  private final KeyPair key;

  Releases(Path root) {
    this.root = root;
    this.site = root.resolve("site");
    this.key = pair();
  }

  static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  ReleaseKeys keys() {
    return new ReleaseKeys(
        List.of(
            Base64.getEncoder().encodeToString(pair().getPublic().getEncoded()),
            Base64.getEncoder().encodeToString(key.getPublic().getEncoded())));
  }

  /** The installation in this root; made when it is first asked for. */
  Installation installation() {
    return new Installation(root.resolve("opt/proxkiln"));
  }

  /** Installs a release as bootstrap.sh does. */
  void install(String version) throws IOException {
    Path opt = installation().folder();
    Path release = opt.resolve("releases").resolve(version);
    tree(release, version, "exit 0");
    Files.deleteIfExists(opt.resolve("current"));
    Files.createSymbolicLink(opt.resolve("current"), Path.of("releases", version));
    Files.createDirectories(root.resolve("etc/proxkiln"));
    Files.writeString(root.resolve("etc/proxkiln/config.yaml"), "ui: line\n");
  }

  /**
   * Publishes a release.
   *
   * @param check what its self check does, in shell; {@code $beside} is 1 where it is not in use
   */
  Path publish(String version, String check) throws IOException {
    Path stage = root.resolve("stage");
    tree(stage.resolve("proxkiln-" + version), version, check);
    Path folder = Files.createDirectories(site.resolve("v" + version));
    String name = "proxkiln-" + version + "-" + ReleaseArchive.here() + ".tar.zst";
    Commands.Ended ended =
        new ProcessCommands()
            .run(
                Commands.Command.of(
                    "tar",
                    "--zstd",
                    "-cf",
                    folder.resolve(name).toString(),
                    "-C",
                    stage.toString(),
                    "proxkiln-" + version));
    if (!ended.ok()) {
      throw new IOException(ended.err());
    }
    Installation.remove(stage);
    sign(folder.resolve("SHA256SUMS"), digest(folder.resolve(name)) + "  " + name + "\n");
    return folder;
  }

  /** Publishes a channel's file under a name. */
  void channel(String file, String text) throws IOException {
    Files.createDirectories(site.resolve("channels"));
    sign(site.resolve("channels").resolve(file), text);
  }

  private void sign(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.write(file.resolveSibling(file.getFileName() + ".sig"), sign(key.getPrivate(), text));
  }

  static byte[] sign(PrivateKey by, String text) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(by);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void tree(Path at, String version, String check) throws IOException {
    Files.createDirectories(at.resolve("bin"));
    Files.createDirectories(at.resolve("lib"));
    Files.createDirectories(at.resolve("share/man/man1"));
    Files.writeString(at.resolve("share/man/man1/proxkiln.1"), version);
    Files.writeString(at.resolve("MANIFEST.sha256"), "");
    Path program = at.resolve("bin/proxkiln");
    Files.writeString(
        program,
        """
        #!/bin/sh
        home=$(dirname "$(dirname "$(readlink -f "$0")")")
        if [ -n "$PROXKILN_AOT_TRAINING" ]; then echo >"$home/lib/$PROXKILN_AOT_TRAINING.aot"; exit; fi
        case $PROXKILN_ROOT in */.staging/root) beside=1 ;; *) beside=0 ;; esac
        %s
        """
            .formatted(check));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String digest(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
