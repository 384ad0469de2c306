package dev.proxkiln.template.copies;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.pve.model.VolumeId;
import java.util.Optional;

/** Reads snippets of the node that this machine is, or shares files with. */
final class Snippets {
  private final Facts facts;
  private final Commands commands;

  private Snippets(Facts facts, Commands commands) {
    this.facts = facts;
    this.commands = commands;
  }

  /** Those of a node; empty where its files cannot be read here, or none be put on another node. */
  static Optional<Snippets> of(String node, Facts facts, Commands commands) {
    return facts.target().sharesFiles() && node.equals(facts.reached())
        ? Optional.of(new Snippets(facts, commands))
        : Optional.empty();
  }

  /** A snippet, unless it is not there or for root alone: such a one may hold a secret. */
  Optional<Cargo> read(String role, VolumeId snippet) {
    Optional<String> path =
        facts
            .storage(snippet.storage())
            .flatMap(StorageFacts::path)
            .map(folder -> folder + "/" + snippet.name());
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Commands.Ended mode =
        commands.run(Commands.Command.of("stat", "-L", "-c", "%a", "--", path.get()));
    if (!mode.ok() || !mode.out().strip().matches("\\d*[4-7]")) {
      return Optional.empty();
    }
    Commands.Ended text = commands.run(Commands.Command.of("cat", "--", path.get()));
    return text.ok() ? Optional.of(Cargo.of(role, path.get(), text.out())) : Optional.empty();
  }
}
