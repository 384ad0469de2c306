package dev.proxkiln.cli.node;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Facts as a plain tree, and back. */
public final class FactsTree {
  private FactsTree() {}

  /** The tree, as {@code facts --json} prints it. */
  public static Map<String, Object> of(Facts facts) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("target", facts.address());
    tree.put("kind", facts.target().name());
    tree.put("version", facts.version());
    tree.put("node", facts.node());
    tree.put("nodes", facts.nodes());
    tree.put("quorate", facts.quorate());
    tree.put("root-session", facts.rootSession());
    facts.nextId().ifPresent(id -> tree.put("next-id", id));
    tree.put("bridges", facts.bridges());
    tree.put("pools", facts.pools());
    List<Object> storages = new ArrayList<>();
    for (StorageFacts storage : facts.storages()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", storage.id());
      row.put("type", storage.type());
      row.put("content", List.copyOf(storage.content()));
      row.put("active", storage.active());
      row.put("shared", storage.shared());
      storage.availableBytes().ifPresent(free -> row.put("available-bytes", free));
      storage.path().ifPresent(path -> row.put("path", path));
      storages.add(row);
    }
    tree.put("storages", storages);
    List<Object> guests = new ArrayList<>();
    facts
        .guests()
        .forEach(
            guest -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("vmid", guest.vmid());
              row.put("name", guest.name());
              row.put("node", guest.node());
              row.put("type", guest.type());
              row.put("template", guest.template());
              row.put("running", guest.running());
              row.put("tags", guest.tags());
              guests.add(row);
            });
    tree.put("guests", guests);
    return tree;
  }

  /** The facts of such a tree. */
  public static Facts read(@Nullable Object tree) {
    return new Facts(
        TargetKind.valueOf(Tree.text(tree, "kind")),
        Tree.text(tree, "target"),
        Tree.text(tree, "version"),
        Tree.text(tree, "node"),
        texts(tree, "nodes"),
        Tree.flag(tree, "quorate"),
        Tree.list(tree, "storages").stream().map(FactsTree::storage).toList(),
        texts(tree, "bridges"),
        Tree.list(tree, "guests").stream().map(FactsTree::guest).toList(),
        texts(tree, "pools"),
        OptionalLong.empty(),
        Tree.flag(tree, "root-session"));
  }

  private static StorageFacts storage(@Nullable Object row) {
    return new StorageFacts(
        Tree.text(row, "id"),
        Tree.text(row, "type"),
        new TreeSet<>(texts(row, "content")),
        Tree.flag(row, "active"),
        Tree.flag(row, "shared"),
        Tree.number(row, "available-bytes"),
        Optional.of(Tree.text(row, "path")).filter(path -> !path.isEmpty()));
  }

  private static GuestFacts guest(@Nullable Object row) {
    return new GuestFacts(
        Tree.number(row, "vmid").orElse(0L),
        Tree.text(row, "name"),
        Tree.text(row, "node"),
        Tree.text(row, "type"),
        Tree.flag(row, "template"),
        Tree.flag(row, "running"),
        texts(row, "tags"));
  }

  private static List<String> texts(@Nullable Object tree, String path) {
    return Tree.list(tree, path).stream().map(Tree::text).toList();
  }
}
