package dev.proxkiln.host.queue;

import dev.proxkiln.core.tree.Tree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A wish in the queue.
 *
 * @param id {@code q} and a number that counts up
 * @param name for people, for example the image
 * @param command words of the command, for example {@code template create}
 * @param target address of the node; empty for the default of the place
 * @param node node of the cluster; empty for the one that answers
 * @param settings as given, by key; lists a line each
 * @param aside secrets that belong to this wish only, by name
 * @param added when, ISO 8601 in UTC
 * @param state where it stands
 * @param run ID of its newest run; empty before the first
 * @param problems why it failed, as plain trees
 */
public record QueueItem(
    String id,
    String name,
    String command,
    String target,
    String node,
    Map<String, String> settings,
    Map<String, String> aside,
    String added,
    State state,
    String run,
    List<Map<String, Object>> problems) {

  /** Where a wish stands. */
  public enum State {
    /** It will be run. */
    WAITING,
    /** A run of it was begun; when nobody runs the queue, that run was cut off. */
    RUNNING,
    /** Done. */
    DONE,
    /** It failed, and waits for a word of the user. */
    FAILED;

    /** Lower case. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public QueueItem {
    settings = Map.copyOf(settings);
    aside = Map.copyOf(aside);
    problems = List.copyOf(problems);
  }

  /** ID and name, for people. */
  public String label() {
    return id + " " + name;
  }

  /** The same in another state. */
  public QueueItem now(State then, String newestRun, List<Map<String, Object>> why) {
    return new QueueItem(
        id, name, command, target, node, settings, aside, added, then, newestRun, why);
  }

  /** The plain-tree form of the file; holds the secrets. */
  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", id);
    tree.put("name", name);
    tree.put("command", command);
    tree.put("target", target);
    tree.put("node", node);
    tree.put("settings", settings);
    tree.put("aside", aside);
    tree.put("added", added);
    tree.put("state", state.text());
    tree.put("run", run);
    tree.put("problems", problems);
    return tree;
  }

  @SuppressWarnings("unchecked") // keys of a tree's maps are strings by definition
  static QueueItem of(@Nullable Object tree) {
    return new QueueItem(
        Tree.text(tree, "id"),
        Tree.text(tree, "name"),
        Tree.text(tree, "command"),
        Tree.text(tree, "target"),
        Tree.text(tree, "node"),
        texts(Tree.map(tree, "settings")),
        texts(Tree.map(tree, "aside")),
        Tree.text(tree, "added"),
        State.valueOf(Tree.text(tree, "state").toUpperCase(Locale.ROOT)),
        Tree.text(tree, "run"),
        Tree.list(tree, "problems").stream()
            .filter(Map.class::isInstance)
            .map(problem -> (Map<String, Object>) problem)
            .toList());
  }

  private static Map<String, String> texts(Map<String, Object> tree) {
    Map<String, String> texts = new LinkedHashMap<>();
    tree.forEach((key, value) -> texts.put(key, Tree.text(value)));
    return texts;
  }

  /** Without settings and secrets. */
  @Override
  public String toString() {
    return "QueueItem[" + id + " " + command + " " + name + " " + state.text() + "]";
  }
}
