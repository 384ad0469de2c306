package dev.proxkiln.template.copies;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.GuestFacts;
import java.util.OptionalLong;

/**
 * The template that copies are made of.
 *
 * @param name the name that it and its copies have
 * @param node where it is
 * @param vmid its VM ID; empty where it is found by its name when the plan runs, because it does
 *     not exist yet
 * @param volumes what it has, or what the one before it had
 */
record Original(String name, String node, OptionalLong vmid, Volumes volumes) {

  /** A template that is there. */
  static Original of(GuestFacts guest, Volumes volumes) {
    return new Original(guest.name(), guest.node(), OptionalLong.of(guest.vmid()), volumes);
  }

  /** Its VM ID in a plan. */
  Text id() {
    return vmid.isPresent() ? Text.of(vmid.getAsLong()) : Text.output(PublishPlan.FIND, "vmid");
  }
}
