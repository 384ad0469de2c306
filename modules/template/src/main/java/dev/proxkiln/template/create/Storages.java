package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.part.Draft;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What several settings that name a storage have in common. */
final class Storages {
  private Storages() {}

  static Type<String> id() {
    return Type.text(
        "STORAGE", "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]", "Give the ID of a storage, like local.");
  }

  static Optional<String> first(Facts facts, String content) {
    return facts.storagesFor(content).stream().map(StorageFacts::id).findFirst();
  }

  static List<Field.Choice> choices(Facts facts, String content) {
    Function<StorageFacts, String> about =
        s -> s.type() + s.availableBytes().map(b -> ", " + (b >> 30) + " GiB free").orElse("");
    return facts.storagesFor(content).stream()
        .map(s -> new Field.Choice(s.id(), about.apply(s)))
        .toList();
  }

  /**
   * Whether disks are files, where raw is the default and has neither snapshots nor thin copies.
   */
  static boolean keepsQcow2(StorageFacts storage) {
    return switch (storage.type()) {
      case "dir", "nfs", "cifs" -> true;
      default -> false;
    };
  }

  static PveCall status(Draft draft, String storage) {
    return PveCall.get(draft.node("/storage/" + storage + "/status"));
  }
}
