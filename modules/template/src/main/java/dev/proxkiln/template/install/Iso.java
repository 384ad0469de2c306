package dev.proxkiln.template.install;

import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Image;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an installer ISO is, as a user writes it. */
sealed interface Iso {

  /** As written. */
  String print();

  /** An ISO of the catalogue, by its ID or an alias. */
  record Entry(String word) implements Iso {
    @Override
    public String print() {
      return word;
    }
  }

  /** An ISO that lies on a storage of the node. */
  record Volume(String storage, String file) implements Iso {
    @Override
    public String print() {
      return storage + ":iso/" + file;
    }
  }

  /** An address. */
  record Address(URI uri) implements Iso {
    @Override
    public String print() {
      return uri.toString();
    }
  }

  /** A file of this machine. */
  record Here(String path) implements Iso {
    @Override
    public String print() {
      return path;
    }
  }

  Pattern VOLUME =
      Pattern.compile("([A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]):iso/([^/\\p{Cntrl},]+\\.(?i:iso|img))");

  String NEXT =
      "Give an ID of the catalogue, a volume like local:iso/x.iso, a file like /srv/x.iso, or an"
          + " https address.";

  /** The type of the setting. */
  static Type<Iso> type() {
    return new Type<>("ISO", Iso::parse, Iso::print, Map.of("type", "string"), List.of(), false);
  }

  private static Iso parse(String raw) {
    String text = raw.strip();
    Matcher volume = VOLUME.matcher(text);
    if (volume.matches()) {
      return new Volume(volume.group(1), volume.group(2));
    }
    if (text.startsWith("https://") && text.matches("[!-~]+")) {
      try {
        return new Address(URI.create(text));
      } catch (IllegalArgumentException e) {
        throw new BadValue("is not an address", NEXT);
      }
    }
    if (text.matches("/[^\\p{Cntrl}]+\\.(?i:iso|img)")) {
      return new Here(text);
    }
    if (Image.ID.matcher(text).matches() && !text.endsWith(".iso")) {
      return new Entry(text);
    }
    throw new BadValue("says no ISO", NEXT);
  }

  /** Its file name, or its ID. */
  default String name() {
    String text = print();
    return text.substring(text.lastIndexOf('/') + 1);
  }
}
