package dev.proxkiln.template.create;

import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Download;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Listed;
import dev.proxkiln.template.part.Subject;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** An image of the catalogue as something to choose. */
final class ImageChoice {
  private ImageChoice() {}

  /** What configures it, or what kind of thing it is where nothing does. */
  static String category(Listed image) {
    return image.kind().equals("cloud-image") ? image.provisioning() : image.kind();
  }

  /** What one should know before choosing it. */
  static SequencedMap<String, String> details(Image image) {
    SequencedMap<String, String> details = new LinkedHashMap<>();
    details.put("Publisher", publisher(image));
    details.put("Support", support(image));
    details.put("Needs", needs(image));
    details.put(
        "Inside",
        (image.needs().agent() ? "QEMU guest agent" : "no QEMU guest agent")
            + ", packages by "
            + image.needs().packages()
            + (image.needs().user().isEmpty() ? "" : ", user " + image.needs().user()));
    if (!image.notes().isBlank()) {
      details.put("Note", image.notes().strip().replaceAll("\\s+", " "));
    }
    return details;
  }

  private static String publisher(Image image) {
    List<String> hosts =
        image.downloads().stream()
            .filter(d -> d.arch().equals(Subject.ARCH))
            .map(Download::url)
            .map(url -> URI.create(url.replaceAll("[{}|^` ]", "")).getHost())
            .filter(host -> host != null)
            .distinct()
            .toList();
    boolean same = hosts.isEmpty() || hosts.equals(List.of(image.publisher()));
    return image.publisher() + (same ? "" : ", from " + String.join(", ", hosts));
  }

  private static String support(Image image) {
    if (image.eol().isEmpty()) {
      return "the publisher promises nothing";
    }
    return "full until "
        + image.eol().get()
        + image.eolExtended().map(day -> ", long-term until " + day).orElse("");
  }

  private static String needs(Image image) {
    return Type.printSize(image.needs().minDisk())
        + " disk, "
        + Type.printSize(image.needs().memory())
        + " memory, "
        + image.firmware(Subject.ARCH).stream()
            .map(Firmware::word)
            .map(word -> word.toUpperCase(Locale.ROOT))
            .collect(Collectors.joining(" or "));
  }
}
