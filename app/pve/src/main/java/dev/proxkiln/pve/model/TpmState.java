package dev.proxkiln.pve.model;

import dev.proxkiln.pve.model.Options.Writer;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The disk that keeps the state of a TPM, {@code tpmstate0}.
 *
 * <p>The version has to be given: PVE's default is v1.2.
 *
 * @param source what is in it; the size of a new one is ignored by the node
 * @param version {@code v1.2} or {@code v2.0}
 * @param size size as the node reports it
 * @param more all other options, in order
 */
public record TpmState(
    Drive.Source source,
    String version,
    Optional<DiskSize> size,
    SequencedMap<String, String> more) {

  public TpmState {
    if (!version.equals("v1.2") && !version.equals("v2.0")) {
      throw new IllegalArgumentException("'" + version + "' is neither v1.2 nor v2.0");
    }
    more = Options.keep(more);
  }

  /** A new one of version 2.0. */
  public static TpmState on(String storage) {
    return new TpmState(
        new Drive.Allocate(storage, DiskSize.gib(1)),
        "v2.0",
        Optional.empty(),
        Options.keep(Map.of()));
  }

  /** Reads one as the node writes it. */
  public static TpmState parse(String text) {
    Options options = Options.parse(text, "file");
    String file =
        options
            .take("file")
            .or(() -> options.take("volume"))
            .orElseThrow(() -> new IllegalArgumentException("'" + text + "' names no volume"));
    return new TpmState(
        Drive.source(file, options.take("import-from")),
        options.take("version").orElse("v1.2"),
        options.take("size").map(DiskSize::parse),
        options.rest());
  }

  /** The property string. */
  public String print() {
    Writer options = new Writer();
    size.filter(s -> source instanceof Drive.Existing)
        .ifPresent(s -> options.with("size", s.print()));
    String tail = options.with("version", version).all(more).toString();
    return Drive.join(Drive.write(source).toString(), source, tail)
        .literal()
        .orElseThrow(() -> new IllegalArgumentException("a TPM's state is never imported"));
  }
}
