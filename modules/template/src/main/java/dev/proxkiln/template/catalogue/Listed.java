package dev.proxkiln.template.catalogue;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a list shows of an image.
 *
 * @param kind as in {@link Kind#word()}
 * @param provisioning as in {@link Provisioning#word()}
 * @param distribution name of its file
 * @param arch architectures that it has files for
 * @param firmware what its amd64 files boot with: {@code bios}, {@code uefi}
 * @param agent whether the guest agent is inside
 * @param aliases other names for it
 */
public record Listed(
    String id,
    String title,
    String kind,
    String provisioning,
    String distribution,
    String family,
    String version,
    String codename,
    Optional<LocalDate> eol,
    Optional<LocalDate> eolExtended,
    List<String> arch,
    List<String> firmware,
    boolean agent,
    List<String> aliases) {

  public Listed {
    arch = List.copyOf(arch);
    firmware = List.copyOf(firmware);
    aliases = List.copyOf(aliases);
  }

  static Listed of(Image image) {
    return new Listed(
        image.id(),
        image.title(),
        image.kind().word(),
        image.provisioning().word(),
        image.distribution(),
        image.family(),
        image.version(),
        image.codename(),
        image.eol(),
        image.eolExtended(),
        image.architectures(),
        image.firmware("amd64").stream().map(Firmware::word).toList(),
        image.needs().agent(),
        image.aliases());
  }

  /** The same without some aliases. */
  Listed without(Set<String> words) {
    return aliases.stream().noneMatch(words::contains)
        ? this
        : new Listed(
            id,
            title,
            kind,
            provisioning,
            distribution,
            family,
            version,
            codename,
            eol,
            eolExtended,
            arch,
            firmware,
            agent,
            aliases.stream().filter(alias -> !words.contains(alias)).toList());
  }

  /** Whether a word is its ID or one of its aliases. */
  public boolean isCalled(String word) {
    return id.equals(word) || aliases.contains(word);
  }
}
