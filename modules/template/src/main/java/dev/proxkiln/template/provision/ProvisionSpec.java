package dev.proxkiln.template.provision;

import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.template.rotation.Series;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is wanted, checked.
 *
 * @param template what is cloned
 * @param node where its clone is made
 * @param config its configuration as it was looked at
 * @param user whom Ansible logs in as
 * @param playbook absolute path on this machine
 * @param words further arguments of {@code ansible-playbook}; no secrets
 * @param groups of the inventory that the guest is in
 * @param series of the new template, which has its name
 * @param version of the new template in that series
 * @param test whether the new template is boot-tested before it gets the name
 * @param deadline how long a guest may take to answer, and again to finish cloud-init
 * @param patience how long the playbook may take
 */
record ProvisionSpec(
    GuestFacts template,
    String node,
    Map<String, String> config,
    String user,
    String playbook,
    List<String> words,
    List<String> groups,
    Series series,
    String version,
    boolean test,
    Duration deadline,
    Duration patience) {
  ProvisionSpec {
    config = Map.copyOf(config);
    words = List.copyOf(words);
    groups = List.copyOf(groups);
  }
}
