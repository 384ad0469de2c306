package dev.proxkiln.template.catalogue;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads the downloads of one image.
 *
 * @param image its ID, for messages
 * @param firmware what its files boot with where they do not say it
 * @param compression of its files
 * @param member pattern of the file inside an archive
 * @param format of its files
 * @param faults is told everything that is wrong
 */
record DownloadReader(
    String image,
    Set<Firmware> firmware,
    String compression,
    Optional<String> member,
    String format,
    Consumer<String> faults) {

  private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-F]{40}|[0-9A-F]{64}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");

  /** One download. */
  Download read(Object tree) {
    Entry entry = new Entry("a download of image '" + image + "'", tree, Map.of(), faults);
    boolean insecure = entry.flag("insecure", false);
    String url = address(entry, "url", insecure);
    Optional<Download.Checksum> checksum =
        entry.entry("checksum").map(inner -> checksum(inner, url, insecure));
    Optional<Download.Signature> signature =
        entry.entry("signature").map(inner -> signature(inner, insecure));
    Optional<Download.Pinned> pinned = entry.entry("pinned").map(inner -> pinned(inner, insecure));
    boolean isUnverified = entry.flag("unverified", false);
    boolean isVerified = checksum.isPresent() || pinned.isPresent();
    if (!isVerified && !isUnverified) {
      entry.fault("it has neither 'checksum' nor 'pinned', so nothing says what its bytes must be");
    }
    if (isVerified && isUnverified) {
      entry.fault("'unverified' stands beside a digest, so one of the two is wrong");
    }
    Download download =
        new Download(
            entry.word("arch", "amd64", "amd64", "arm64"),
            entry.find("firmware").isEmpty() ? firmware : firmware(entry),
            url,
            checksum,
            signature,
            pinned,
            entry.entry("newest").flatMap(inner -> newest(inner, insecure)),
            compression,
            member,
            format,
            insecure,
            entry.word("confidence", "confirmed", "confirmed", "pattern").equals("confirmed"));
    entry.close();
    return download;
  }

  /** What an image or a download boots with. */
  static Set<Firmware> firmware(Entry entry) {
    return switch (entry.word("firmware", "both", "bios", "uefi", "both")) {
      case "bios" -> Set.of(Firmware.BIOS);
      case "uefi" -> Set.of(Firmware.UEFI);
      default -> Set.of(Firmware.BIOS, Firmware.UEFI);
    };
  }

  /** An address that may be asked; anything else is reported. */
  static String address(Entry entry, String key, boolean insecure) {
    String url = entry.needed(key);
    try {
      String scheme = String.valueOf(new URI(url).getScheme());
      if (!url.isEmpty() && !scheme.equals("https") && !(insecure && scheme.equals("http"))) {
        entry.fault(
            "'"
                + key
                + "' is '"
                + url
                + "', which is no https address"
                + (scheme.equals("http") ? " (the download may say 'insecure: true')" : ""));
      }
    } catch (URISyntaxException e) {
      entry.fault("'" + key + "' is '" + url + "', which is no address");
    }
    return url;
  }

  private static Download.Checksum checksum(Entry entry, String image, boolean insecure) {
    Download.Checksum checksum =
        new Download.Checksum(
            address(entry, "url", insecure),
            entry.word("form", "gnu", "gnu", "bsd", "single", "lone", "clearsigned"),
            entry.word("algorithm", "sha256", "sha256", "sha512"),
            entry.text("file", image.substring(image.lastIndexOf('/') + 1)));
    entry.close();
    return checksum;
  }

  private static Download.Signature signature(Entry entry, boolean insecure) {
    String fingerprint = entry.needed("fingerprint").replace(" ", "");
    if (!fingerprint.isEmpty() && !FINGERPRINT.matcher(fingerprint).matches()) {
      entry.fault("'fingerprint' is not the 40 or 64 upper-case hex digits of an OpenPGP key");
    }
    Download.Signature signature =
        new Download.Signature(
            entry.word("over", "checksum", "checksum", "image"),
            entry.text("url").map(url -> address(entry, "url", insecure)),
            fingerprint);
    entry.close();
    return signature;
  }

  private static Download.Pinned pinned(Entry entry, boolean insecure) {
    String digest = entry.needed("digest");
    if (!digest.isEmpty() && !DIGEST.matcher(digest).matches()) {
      entry.fault("'digest' is not sha256: or sha512: with the digest in lower-case hex");
      digest = "";
    }
    int colon = Math.max(0, digest.indexOf(':'));
    Download.Pinned pinned =
        new Download.Pinned(
            address(entry, "url", insecure),
            digest.substring(0, colon),
            digest.isEmpty() ? "" : digest.substring(colon + 1));
    entry.close();
    return pinned;
  }

  private static Optional<Download.Newest> newest(Entry entry, boolean insecure) {
    String listing = address(entry, "listing", insecure);
    Optional<String> folder = entry.text("folder");
    Optional<String> file = entry.text("file");
    if (folder.isPresent() == file.isPresent()) {
      entry.fault("it needs either 'folder' or 'file', the pattern of what the listing names");
    }
    entry.close();
    String pattern = folder.or(() -> file).orElse("");
    try {
      return pattern.isEmpty()
          ? Optional.empty()
          : Optional.of(new Download.Newest(listing, Pattern.compile(pattern)));
    } catch (PatternSyntaxException e) {
      entry.fault("'" + pattern + "' is no pattern: " + e.getDescription());
      return Optional.empty();
    }
  }
}
