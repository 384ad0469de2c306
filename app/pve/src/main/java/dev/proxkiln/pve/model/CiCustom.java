package dev.proxkiln.pve.model;

import dev.proxkiln.pve.model.Options.Writer;
import java.util.List;
import java.util.Optional;

/**
 * Snippets that replace or add to what PVE writes on the cloud-init drive, {@code cicustom}.
 *
 * @param meta replaces the meta data
 * @param network replaces the network configuration
 * @param user replaces the whole user data: user, password, keys and host name settings are ignored
 * @param vendor is merged with the rest
 */
public record CiCustom(
    Optional<VolumeId> meta,
    Optional<VolumeId> network,
    Optional<VolumeId> user,
    Optional<VolumeId> vendor) {

  public CiCustom {
    for (Optional<VolumeId> volume : List.of(meta, network, user, vendor)) {
      if (volume.isPresent() && !volume.get().content().equals("snippets")) {
        throw new IllegalArgumentException("'" + volume.get() + "' is not a snippet");
      }
    }
  }

  public static CiCustom vendor(VolumeId snippet) {
    return new CiCustom(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(snippet));
  }

  /** Reads the option as the node writes it. */
  public static CiCustom parse(String text) {
    Options options = Options.parse(text, "user");
    return new CiCustom(
        options.take("meta").map(VolumeId::parse),
        options.take("network").map(VolumeId::parse),
        options.take("user").map(VolumeId::parse),
        options.take("vendor").map(VolumeId::parse));
  }

  /** The property string. */
  public String print() {
    return new Writer()
        .with("meta", meta.map(VolumeId::print))
        .with("network", network.map(VolumeId::print))
        .with("user", user.map(VolumeId::print))
        .with("vendor", vendor.map(VolumeId::print))
        .toString();
  }
}
