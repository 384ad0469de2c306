package dev.proxkiln.template.create;

import java.util.List;
import java.util.Optional;

/**
 * What the template is called and where it belongs.
 *
 * @param vmid VM ID, empty to take the next free one
 * @param name the template's name
 * @param tags the user's tags, without our own
 * @param notes the user's notes, may be empty
 * @param pool resource pool
 */
public record Identity(
    Optional<Long> vmid, String name, List<String> tags, String notes, Optional<String> pool) {
  public Identity {
    tags = List.copyOf(tags);
  }
}
