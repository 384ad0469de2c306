package dev.proxkiln.core.plan;

import dev.proxkiln.core.tree.Tree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What to download and how to trust it.
 *
 * @param url https address, or http only where {@link #insecure} says so, or {@code file:///PATH}
 *     for a file of this machine
 * @param trust where the digest comes from
 * @param compression {@code none}, {@code xz}, {@code gz}, {@code bz2}, {@code zst}, {@code zip},
 *     {@code tar}, {@code tar.xz}, {@code tar.gz}, {@code tar.bz2}, {@code tar.zst}
 * @param member pattern of the file inside an archive (a glob); empty for the only file
 * @param format the disk format that must come out: {@code qcow2}, {@code raw} or {@code vmdk};
 *     {@code auto} for whichever of these the header says
 * @param insecure whether plain http is allowed for this address, because the user said so
 */
public record Fetch(
    String url,
    Trust trust,
    String compression,
    Optional<String> member,
    String format,
    boolean insecure) {

  /** Where the digest comes from. */
  public sealed interface Trust {
    /** The algorithm: {@code sha256} or {@code sha512}. */
    String algorithm();
  }

  /** A digest that the catalogue or the user gives, as lower-case hex. */
  public record Pinned(String algorithm, String digest) implements Trust {}

  /**
   * Nothing says what the bytes must be: the user vouches for them. The digest that they turn out
   * to have is kept as an output.
   */
  public record Unverified() implements Trust {
    @Override
    public String algorithm() {
      return "sha256";
    }
  }

  /**
   * A checksum file of the publisher, read at run time.
   *
   * @param algorithm {@code sha256} or {@code sha512}
   * @param url address of the checksum file
   * @param form {@code gnu}, {@code bsd}, {@code single}, {@code clearsigned} (with either inside),
   *     {@code lone} (the one digest counts, whatever name stands beside it), or {@code auto}:
   *     whatever it is, and the other algorithm where this one is not there
   * @param file the name to look for in it
   * @param signature who must have signed it, empty where the publisher signs nothing
   */
  public record Published(
      String algorithm, String url, String form, String file, Optional<Signed> signature)
      implements Trust {}

  /**
   * A signature over the checksum file.
   *
   * @param url address of the detached signature; empty when the checksum file is clear-signed
   * @param fingerprint full fingerprint of the pinned OpenPGP key, upper-case hex
   */
  public record Signed(Optional<String> url, String fingerprint) {}

  /** The outputs that the download port fills, all as text. */
  public static final List<String> OUTPUTS =
      List.of("path", "digest", "size", "format", "virtual-size", "url", "verified");

  /** Whether it is a file of this machine. */
  public boolean isLocal() {
    return url.startsWith("file:");
  }

  /** The plain-tree form. */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("url", url);
    Map<String, Object> trusted = new LinkedHashMap<>();
    trusted.put("algorithm", trust.algorithm());
    switch (trust) {
      case Pinned(_, String digest) -> trusted.put("digest", digest);
      case Unverified() -> trusted.put("unverified", true);
      case Published p -> {
        trusted.put("url", p.url);
        trusted.put("form", p.form);
        trusted.put("file", p.file);
        p.signature.ifPresent(
            signed -> {
              Map<String, Object> by = new TreeMap<>();
              signed.url.ifPresent(u -> by.put("url", u));
              by.put("fingerprint", signed.fingerprint);
              trusted.put("signature", by);
            });
      }
    }
    tree.put("trust", trusted);
    tree.put("compression", compression);
    member.ifPresent(m -> tree.put("member", m));
    tree.put("format", format);
    tree.put("insecure", insecure);
    return tree;
  }

  /** Reads {@link #tree()} back. */
  public static Fetch ofTree(Object tree) {
    Object trust = Tree.map(tree, "trust");
    String algorithm = text(trust, "algorithm");
    Optional<String> digest = optional(trust, "digest");
    Optional<Signed> signed =
        optional(trust, "signature.fingerprint")
            .map(fingerprint -> new Signed(optional(trust, "signature.url"), fingerprint));
    return new Fetch(
        text(tree, "url"),
        Tree.flag(trust, "unverified")
            ? new Unverified()
            : digest.isPresent()
                ? new Pinned(algorithm, digest.get())
                : new Published(
                    algorithm,
                    text(trust, "url"),
                    text(trust, "form"),
                    text(trust, "file"),
                    signed),
        text(tree, "compression"),
        optional(tree, "member"),
        text(tree, "format"),
        Tree.flag(tree, "insecure"));
  }

  private static String text(Object tree, String path) {
    return Tree.text(tree, path);
  }

  private static Optional<String> optional(Object tree, String path) {
    return Tree.at(tree, path).map(Tree::text);
  }
}
