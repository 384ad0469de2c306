package dev.proxkiln.template.create;

import java.util.List;

/**
 * The network.
 *
 * @param nics the interfaces from {@code net0} on, at least one
 * @param dns addresses; empty for the node's own
 * @param searchDomains empty for the node's own
 */
public record Network(List<Nic> nics, List<String> dns, List<String> searchDomains) {
  public Network {
    nics = List.copyOf(nics);
    dns = List.copyOf(dns);
    searchDomains = List.copyOf(searchDomains);
  }
}
