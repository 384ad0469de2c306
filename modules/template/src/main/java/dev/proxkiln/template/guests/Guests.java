package dev.proxkiln.template.guests;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.existing.Copies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds guests, and tells what the facts know of one. */
final class Guests {
  static final Field<String> GUEST =
      Field.of(
              "guest",
              "Guest",
              Type.text(
                  "VMID|NAME",
                  "[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}",
                  "Give the VM ID or the name of a guest."),
              "The guest, by its VM ID or its name.")
          .choosing(
              facts ->
                  all(facts).map(g -> new Field.Choice(Long.toString(g.vmid()), g.name())).toList())
          .mandatory()
          .at(1);

  private Guests() {}

  private static Stream<GuestFacts> all(Facts facts) {
    return facts.guests().stream().filter(guest -> !guest.template());
  }

  /**
   * The guest with a VM ID or a name.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code guest-missing}
   */
  static GuestFacts find(Facts facts, String word) {
    List<GuestFacts> byId =
        facts.guests().stream().filter(g -> Long.toString(g.vmid()).equals(word)).toList();
    List<GuestFacts> found =
        byId.isEmpty() ? all(facts).filter(g -> g.name().equals(word)).toList() : byId;
    if (found.size() == 1) {
      return found.getFirst();
    }
    List<String> names = all(facts).map(GuestFacts::name).toList();
    throw (found.isEmpty()
            ? PveSlug.GUEST_MISSING.problem(
                "--guest",
                "There is no guest '" + word + "' in the cluster.",
                "",
                Nearest.to(word, names).map(near -> "Did you mean '" + near + "'? ").orElse("")
                    + "See the guests with: proxkiln guest list")
            : PveSlug.GUEST_MISSING.problem(
                "--guest",
                "'" + word + "' is the name of " + found.size() + " guests.",
                "",
                "Give one of the VM IDs: "
                    + String.join(", ", found.stream().map(g -> Long.toString(g.vmid())).toList())
                    + "."))
        .raise();
  }

  /** What is known of a guest without asking the node for more. */
  static Map<String, Object> tree(GuestFacts guest, Facts facts) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("vmid", guest.vmid());
    tree.put("name", guest.name());
    tree.put("state", guest.running() ? "running" : "stopped");
    tree.put("node", guest.node());
    tree.put("type", guest.type().equals("lxc") ? "container" : "vm");
    tree.put("memory", guest.memory() > 0 ? Type.printSize(guest.memory()) : "");
    tree.put("clone-of", Copies.templateOf(guest, facts).map(GuestFacts::name).orElse(""));
    tree.put("tags", String.join(";", guest.tags()));
    return tree;
  }
}
