package dev.proxkiln.template.catalogue;

import java.util.List;
import java.util.Optional;

/**
 * What kind of thing an image is.
 *
 * @param answers for an installer: what its unattended form is called ({@code preseed}, {@code
 *     autoinstall}, {@code kickstart}, {@code autoyast}, {@code agama}, {@code proxmox}), or {@code
 *     none}
 * @param page where a person gets the file, for {@link Kind#MANUAL}
 * @param assumed keys whose values were not seen stated anywhere
 */
public record Nature(
    Kind kind,
    Provisioning provisioning,
    String answers,
    Optional<String> page,
    List<String> assumed) {
  public Nature {
    assumed = List.copyOf(assumed);
  }
}
