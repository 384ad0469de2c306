package dev.proxkiln.template.catalogue;

import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An image of the catalogue.
 *
 * @param id short name, fit for a PVE tag
 * @param nature what kind of thing it is
 * @param distribution name of its file, for example {@code debian}
 * @param family {@code debian}, {@code rhel}, {@code suse}, {@code arch}, {@code alpine} ...
 * @param publisher who serves it
 * @param title for people
 * @param version release, {@code rolling} where there is none
 * @param codename may be empty
 * @param released day of the release
 * @param eol last day of full support
 * @param eolExtended last day of long-term support
 * @param aliases other names for {@code --image}
 * @param notes what one should know, may be empty
 */
public record Image(
    String id,
    Nature nature,
    String distribution,
    String family,
    String publisher,
    String title,
    String version,
    String codename,
    Optional<LocalDate> released,
    Optional<LocalDate> eol,
    Optional<LocalDate> eolExtended,
    List<String> aliases,
    String notes,
    Needs needs,
    List<Download> downloads) {

  /** What an ID or an alias looks like. */
  public static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,59}");

  public Image {
    aliases = List.copyOf(aliases);
    downloads = List.copyOf(downloads);
  }

  /** What kind of thing it is. */
  public Kind kind() {
    return nature.kind();
  }

  /** How its system learns at first boot who it is. */
  public Provisioning provisioning() {
    return nature.provisioning();
  }

  /** The file for an architecture and a firmware. */
  public Optional<Download> download(String arch, Firmware firmware) {
    return downloads.stream()
        .filter(d -> d.arch().equals(arch) && d.firmware().contains(firmware))
        .findFirst();
  }

  /** What its files for an architecture boot with; of a file that one fetches oneself, any. */
  public Set<Firmware> firmware(String arch) {
    Set<Firmware> all = EnumSet.noneOf(Firmware.class);
    if (kind() == Kind.MANUAL) {
      all.addAll(needs.firmware());
    }
    downloads.stream().filter(d -> d.arch().equals(arch)).forEach(d -> all.addAll(d.firmware()));
    return all;
  }

  /** The architectures that it has files for, in the file's order. */
  public List<String> architectures() {
    return downloads.stream().map(Download::arch).distinct().toList();
  }

  /** Whether a word is its ID or one of its aliases. */
  public boolean isCalled(String word) {
    return id.equals(word) || aliases.contains(word);
  }
}
