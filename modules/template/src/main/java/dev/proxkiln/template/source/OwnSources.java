package dev.proxkiln.template.source;

import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.part.SourceKind;
import java.util.List;
import java.util.function.Supplier;

/** The kinds of source besides the catalogue. */
public final class OwnSources {
  /** Where the script is that builds an image from packages. */
  public static final String BUILDER = "build/cloud-image.sh";

  private OwnSources() {}

  /**
   * The kinds, in the order in which they are asked. The first one carries the settings that
   * several share, because its settings stand last on the page.
   *
   * @param builder the script that builds an image from packages
   */
  public static List<SourceKind> kinds(Supplier<Catalogue> catalogue, Supplier<String> builder) {
    Likeness likeness = new Likeness(catalogue);
    Evidence evidence = new Evidence();
    return List.of(
        new UrlKind(likeness, evidence),
        new FileKind(likeness, evidence),
        new VolumeKind(likeness),
        new PackagesKind(likeness, builder));
  }
}
