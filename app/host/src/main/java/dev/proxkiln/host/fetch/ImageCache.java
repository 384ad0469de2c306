package dev.proxkiln.host.fetch;

import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The cache on disk. A finished image is {@code ALGORITHM-DIGEST.FORMAT}, with what is known of it
 * in a {@code .json} file of the same name; {@code partial/} holds what is being downloaded, {@code
 * documents/} checksum files, {@code locks/} one lock file an address. Everything in it can be
 * deleted while nobody downloads.
 */
final class ImageCache {
  private static final int FOLDER_MODE = 0750;
  private static final int FILE_MODE = 0640;
  private static final List<String> FORMATS = List.of("qcow2", "raw", "vmdk");
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private final Path folder;
  private final AtomicFiles files = new AtomicFiles();

  ImageCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Where the pieces of an unfinished download lie.
   *
   * @param part the bytes as published; for an image that is not compressed, the image itself
   * @param facts what the part came from
   * @param unpacked the image that is being unpacked
   */
  record Partial(Path part, Path facts, Path unpacked) {}

  Path folder() {
    return folder;
  }

  /** Makes the folders. */
  void prepare() {
    for (String name : new String[] {"partial", "documents", "locks"}) {
      Path made = folder.resolve(name);
      try {
        Modes.folder(made, FOLDER_MODE);
      } catch (IOException e) {
        throw FileTrouble.writing(made, e);
      }
    }
  }

  Path lock(Fetch fetch) {
    return folder.resolve("locks").resolve(key(fetch) + ".lock");
  }

  Partial partial(Fetch fetch) {
    Path partial = folder.resolve("partial");
    String key = key(fetch);
    return new Partial(
        partial.resolve(key + ".part"),
        partial.resolve(key + ".json"),
        partial.resolve(key + ".unpacked"));
  }

  /** The final place of an image in a format. */
  Path image(Fetch fetch, String algorithm, String digest, String format) {
    String member = fetch.member().map(m -> "-" + Sha256.of(m).substring(0, 8)).orElse("");
    return folder.resolve(algorithm + "-" + digest + member + "." + format);
  }

  /** Where a finished image with a digest lies; empty when it is not there. */
  Optional<Path> find(Fetch fetch, Trusted trusted) {
    return (fetch.format().equals("auto") ? FORMATS : List.of(fetch.format()))
        .stream()
            .map(format -> image(fetch, trusted.algorithm(), trusted.digest(), format))
            .filter(image -> entry(image).isPresent())
            .findFirst();
  }

  /**
   * What is known of a finished image; empty when it is not there, or is not the file that was put
   * there: its size or time changed.
   */
  Optional<Map<String, String>> entry(Path image) {
    Map<String, String> entry = read(entryOf(image));
    try {
      boolean same =
          String.valueOf(Files.size(image)).equals(entry.get("file-size"))
              && time(image).equals(entry.get("file-time"));
      return same ? Optional.of(entry) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw FileTrouble.reading(image, e);
    }
  }

  /** Gives an unpacked image its final name and notes what is known of it. */
  void keep(Path unpacked, Path image, Map<String, String> known) {
    try {
      Files.deleteIfExists(entryOf(image));
      Files.move(unpacked, image, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      AtomicFiles.syncFolder(folder);
      Map<String, String> entry = new LinkedHashMap<>(known);
      entry.put("file-size", String.valueOf(Files.size(image)));
      entry.put("file-time", time(image));
      write(entryOf(image), entry);
    } catch (IOException e) {
      throw FileTrouble.writing(image, e);
    }
  }

  /** Facts of a part; empty when there are none. */
  Map<String, String> facts(Partial partial) {
    return read(partial.facts());
  }

  void keepFacts(Partial partial, Map<String, String> facts) {
    write(partial.facts(), facts);
  }

  /** A kept document: {@code etag} and {@code content} in base 64; empty when there is none. */
  Map<String, String> document(String address) {
    return read(documentFile(address));
  }

  void keepDocument(String address, Map<String, String> document) {
    write(documentFile(address), document);
  }

  /** Deletes the pieces of an unfinished download. */
  void drop(Partial partial) {
    files.delete(partial.part());
    files.delete(partial.unpacked());
    files.delete(partial.facts());
  }

  private Path documentFile(String address) {
    return folder.resolve("documents").resolve(Sha256.of(address).substring(0, 32) + ".json");
  }

  private static Path entryOf(Path image) {
    return image.resolveSibling(image.getFileName() + ".json");
  }

  /** Two runs that fetch the same thing from the same address share a part and a lock. */
  private static String key(Fetch fetch) {
    String text =
        String.join(
            "\n", fetch.url(), fetch.compression(), fetch.member().orElse(""), fetch.format());
    return Sha256.of(text).substring(0, 32);
  }

  private static String time(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    return String.valueOf(time.to(TimeUnit.MICROSECONDS));
  }

  private static Map<String, String> read(Path file) {
    try {
      return JsonMapper.shared().readValue(Files.readString(file), TEXTS);
    } catch (NoSuchFileException | JacksonException e) {
      return Map.of(); // What cannot be read is made again.
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
  }

  private void write(Path file, Map<String, String> texts) {
    files.write(file, JsonMapper.shared().writeValueAsString(texts) + "\n", FILE_MODE);
  }
}
