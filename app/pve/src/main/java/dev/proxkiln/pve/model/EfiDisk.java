package dev.proxkiln.pve.model;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.pve.model.Options.Writer;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The disk that keeps the firmware's variables, {@code efidisk0}.
 *
 * <p>Both options have to be given: PVE's defaults are the 2 MB layout and no keys.
 *
 * @param source what is in it; the size of a new one is ignored by the node
 * @param large whether it has the 4 MB layout ({@code efitype=4m}), which Secure Boot needs
 * @param keys whether the usual Secure Boot keys are in it; images without a signed boot chain do
 *     not start then
 * @param size size as the node reports it
 * @param more all other options, in order
 */
public record EfiDisk(
    Drive.Source source,
    boolean large,
    boolean keys,
    Optional<DiskSize> size,
    SequencedMap<String, String> more) {

  public EfiDisk {
    more = Options.keep(more);
  }

  /** A new one in the 4 MB layout. */
  public static EfiDisk on(String storage, boolean keys) {
    return new EfiDisk(
        new Drive.Allocate(storage, DiskSize.gib(1)),
        true,
        keys,
        Optional.empty(),
        Options.keep(Map.of()));
  }

  /** Reads one as the node writes it. */
  public static EfiDisk parse(String text) {
    Options options = Options.parse(text, "file");
    String file =
        options
            .take("file")
            .or(() -> options.take("volume"))
            .orElseThrow(() -> new IllegalArgumentException("'" + text + "' names no volume"));
    return new EfiDisk(
        Drive.source(file, options.take("import-from")),
        options.take("efitype").map("4m"::equals).orElse(false),
        options.flag("pre-enrolled-keys"),
        options.take("size").map(DiskSize::parse),
        options.rest());
  }

  /** The property string, with what is known only during the run left open. */
  public Text text() {
    Writer options =
        new Writer()
            .with("efitype", large ? "4m" : "2m")
            .with("pre-enrolled-keys", keys ? "1" : "0");
    size.filter(s -> source instanceof Drive.Existing)
        .ifPresent(s -> options.with("size", s.print()));
    return Drive.join(Drive.write(source).toString(), source, options.all(more).toString());
  }

  /** The property string. */
  public String print() {
    return text()
        .literal()
        .orElseThrow(() -> new IllegalArgumentException("not known before the run: " + text()));
  }
}
