package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plans as plain trees and back: the versioned JSON shape. */
public final class PlanTree {
  /** The version of the shape; grows when a reader of the old one would misread the new one. */
  public static final int VERSION = 1;

  private PlanTree() {}

  /** The whole document: {@code proxkiln-plan} (version), {@code id}, and the plan's fields. */
  public static Map<String, Object> document(Plan plan) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("proxkiln-plan", VERSION);
    document.put("id", plan.id());
    document.putAll(body(plan));
    return document;
  }

  /**
   * Reads {@link #document} back.
   *
   * @throws ProblemException {@code plan-unreadable} when the version is another, a field is
   *     missing, or the ID does not fit the steps
   */
  public static Plan read(@Nullable Object document) {
    String version = Tree.text(document, "proxkiln-plan");
    if (!version.equals(Integer.toString(VERSION))) {
      throw unreadable(
          version.isEmpty()
              ? "This is no plan: it has no 'proxkiln-plan'."
              : "This plan has format version '"
                  + version
                  + "'; this proxkiln reads "
                  + VERSION
                  + ".",
          "Make the plan again with: proxkiln plan COMMAND --format json");
    }
    Plan plan;
    try {
      plan =
          new Plan(
              Tree.text(document, "command"),
              Tree.text(document, "title"),
              Tree.text(document, "target"),
              Tree.text(document, "node"),
              Tree.list(document, "steps").stream().<Step>map(PlanTree::step).toList(),
              Tree.list(document, "aftermath").stream().<Step>map(PlanTree::step).toList());
    } catch (IllegalArgumentException e) {
      throw unreadable("A step cannot be read: " + e.getMessage(), "Make the plan again.");
    }
    if (!plan.id().equals(Tree.text(document, "id"))) {
      throw unreadable(
          "The plan's ID '"
              + Tree.text(document, "id")
              + "' does not fit its steps ('"
              + plan.id()
              + "').",
          "The file was changed by hand or damaged. Make the plan again, or change the spec.");
    }
    return plan;
  }

  private static ProblemException unreadable(String what, String next) {
    return CoreSlug.PLAN_UNREADABLE.problem("plan", what, "", next).raise();
  }

  static Map<String, Object> body(Plan plan) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("command", plan.command());
    body.put("title", plan.title());
    body.put("target", plan.target());
    body.put("node", plan.node());
    body.put("steps", plan.steps().stream().map(PlanTree::tree).toList());
    body.put("aftermath", plan.aftermath().stream().map(PlanTree::tree).toList());
    return body;
  }

  /** A hash of a tree that does not depend on the order of keys: 12 hex digits. */
  static String digest(Object tree) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      feed(digest, tree);
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void feed(MessageDigest digest, Object tree) {
    switch (tree) {
      case Map<?, ?> map -> {
        TreeMap<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        feed(digest, "{", sorted.size());
        sorted.forEach(
            (key, value) -> {
              feed(digest, key);
              feed(digest, value);
            });
      }
      case List<?> list -> {
        feed(digest, "[", list.size());
        list.forEach(item -> feed(digest, item));
      }
      default -> {
        byte[] bytes = Tree.text(tree).getBytes(StandardCharsets.UTF_8);
        feed(digest, "=", bytes.length);
        digest.update(bytes);
      }
    }
  }

  private static void feed(MessageDigest digest, String mark, int length) {
    digest.update((mark + length + ":").getBytes(StandardCharsets.UTF_8));
  }

  // ---- steps ----

  static Map<String, Object> tree(Step step) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", step.id());
    tree.put("label", step.label());
    switch (step) {
      case Step.Require require -> {
        tree.put("kind", "require");
        tree.put("soft", require.soft());
        tree.put("checks", require.checks().stream().map(PlanTree::tree).toList());
      }
      case Step.Call call -> {
        tree.put("kind", "call");
        tree.put("call", call.call().tree());
        tree.put("outputs", call.outputs());
        call.retryFrom().ifPresent(from -> tree.put("retry-from", from));
        common(tree, step);
      }
      case Step.Run run -> {
        tree.put("kind", "run");
        tree.put("argv", run.argv().stream().map(Text::tree).toList());
        run.input().ifPresent(input -> tree.put("input", input.tree()));
        if (!run.outputs().isEmpty()) {
          tree.put("outputs", run.outputs());
        }
        tree.put("deadline-seconds", run.deadline().toSeconds());
        run.otherwise().ifPresent(problem -> tree.put("otherwise", problem.tree()));
        common(tree, step);
      }
      case Step.Download download -> {
        tree.put("kind", "download");
        tree.put("fetch", download.fetch().tree());
        tree.put("weight", download.weight());
      }
      case Step.Write write -> {
        tree.put("kind", "write");
        tree.put("path", write.path().tree());
        tree.put("content", write.content().tree());
        tree.put("mode", Integer.toOctalString(write.mode()));
      }
      case Step.Await await -> {
        tree.put("kind", "await");
        tree.put("get", await.get().tree());
        tree.put("until", await.until().stream().map(Expect::tree).toList());
        tree.put("outputs", await.outputs());
        tree.put("deadline-seconds", await.deadline().toSeconds());
        tree.put("pause-millis", await.pause().toMillis());
        await.console().ifPresent(console -> tree.put("console", console.tree()));
        if (!await.setting().equals(Step.Await.USUAL)) {
          tree.put("setting", await.setting());
        }
        tree.put("weight", await.weight());
      }
      case Step.Discard discard -> {
        tree.put("kind", "discard");
        tree.put("what", discard.what().stream().map(PlanTree::tree).toList());
      }
      case Step.Record record -> {
        tree.put("kind", "record");
        tree.put("name", record.name());
        Map<String, Object> facts = new LinkedHashMap<>();
        record.facts().forEach((key, text) -> facts.put(key, text.tree()));
        tree.put("facts", facts);
      }
    }
    return tree;
  }

  private static void common(Map<String, Object> tree, Step step) {
    tree.put("probe", tree(step.probe()));
    tree.put("undo", step.undo().stream().map(PlanTree::tree).toList());
    tree.put("weight", step.weight());
  }

  static Step step(Object tree) {
    String id = Tree.text(tree, "id");
    String label = Tree.text(tree, "label");
    int weight = Tree.number(tree, "weight").orElse(1L).intValue();
    return switch (Tree.text(tree, "kind")) {
      case "require" ->
          new Step.Require(
              id,
              label,
              Tree.list(tree, "checks").stream().<Check>map(PlanTree::check).toList(),
              Tree.flag(tree, "soft"));
      case "call" ->
          new Step.Call(
              id,
              label,
              call(tree, "call"),
              outputs(tree),
              Tree.at(tree, "retry-from").map(Tree::text),
              probe(Tree.map(tree, "probe")),
              undos(tree, "undo"),
              weight);
      case "run" ->
          new Step.Run(
              id,
              label,
              argv(tree),
              Tree.at(tree, "input").map(Text::ofTree),
              outputs(tree),
              seconds(tree, "deadline-seconds"),
              probe(Tree.map(tree, "probe")),
              undos(tree, "undo"),
              weight,
              Tree.at(tree, "otherwise").map(PlanTree::problem));
      case "download" ->
          new Step.Download(id, label, Fetch.ofTree(Tree.map(tree, "fetch")), weight);
      case "write" ->
          new Step.Write(
              id,
              label,
              text(tree, "path"),
              text(tree, "content"),
              Integer.parseInt(Tree.text(tree, "mode"), 8));
      case "await" ->
          new Step.Await(
              id,
              label,
              call(tree, "get"),
              expects(tree, "until"),
              outputs(tree),
              seconds(tree, "deadline-seconds"),
              Duration.ofMillis(Tree.number(tree, "pause-millis").orElse(1000L)),
              Tree.at(tree, "console").map(Text::ofTree),
              weight,
              Tree.at(tree, "setting").map(Tree::text).orElse(Step.Await.USUAL));
      case "discard" -> new Step.Discard(id, label, undos(tree, "what"));
      case "record" -> {
        Map<String, Text> facts = new LinkedHashMap<>();
        Tree.map(tree, "facts").forEach((key, value) -> facts.put(key, Text.ofTree(value)));
        yield new Step.Record(id, label, Tree.text(tree, "name"), facts);
      }
      default -> throw new IllegalArgumentException("step '" + id + "' is of an unknown kind");
    };
  }

  private static Duration seconds(Object tree, String key) {
    return Duration.ofSeconds(
        Tree.number(tree, key)
            .orElseThrow(() -> new IllegalArgumentException("'" + key + "' is missing")));
  }

  private static Text text(Object tree, String key) {
    return Text.ofTree(Tree.at(tree, key).orElse(null));
  }

  private static List<Text> argv(Object tree) {
    return Tree.list(tree, "argv").stream().map(Text::ofTree).toList();
  }

  private static PveCall call(Object tree, String key) {
    return PveCall.ofTree(Tree.map(tree, key));
  }

  private static Map<String, String> outputs(Object tree) {
    Map<String, String> outputs = new LinkedHashMap<>();
    Tree.map(tree, "outputs").forEach((name, path) -> outputs.put(name, Tree.text(path)));
    return outputs;
  }

  private static List<Expect> expects(Object tree, String key) {
    return Tree.list(tree, key).stream().<Expect>map(Expect::ofTree).toList();
  }

  private static List<Undo> undos(Object tree, String key) {
    return Tree.list(tree, key).stream().<Undo>map(PlanTree::undo).toList();
  }

  // ---- checks, probes, undo ----

  private static Map<String, Object> tree(Check check) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", check.name());
    switch (check) {
      case Check.Api api -> {
        tree.put("get", api.get().tree());
        tree.put("expect", api.expect().stream().map(Expect::tree).toList());
      }
      case Check.Refused refused -> tree.put("refused", refused.get().tree());
      case Check.Matches matches -> {
        tree.put("text", matches.text().tree());
        tree.put("pattern", matches.pattern().tree());
      }
      case Check.AtMost atMost -> {
        tree.put("number", atMost.number().tree());
        tree.put("most", atMost.most().tree());
      }
      case Check.Differ differ -> {
        tree.put("one", differ.one().tree());
        tree.put("other", differ.other().tree());
      }
    }
    tree.put("otherwise", check.otherwise().tree());
    return tree;
  }

  private static Check check(Object tree) {
    String name = Tree.text(tree, "name");
    Problem otherwise = problem(Tree.map(tree, "otherwise"));
    if (Tree.at(tree, "get").isPresent()) {
      return new Check.Api(name, call(tree, "get"), expects(tree, "expect"), otherwise);
    }
    if (Tree.at(tree, "refused").isPresent()) {
      return new Check.Refused(name, call(tree, "refused"), otherwise);
    }
    if (Tree.at(tree, "pattern").isPresent()) {
      return new Check.Matches(name, text(tree, "text"), text(tree, "pattern"), otherwise);
    }
    if (Tree.at(tree, "most").isPresent()) {
      return new Check.AtMost(name, text(tree, "number"), text(tree, "most"), otherwise);
    }
    return new Check.Differ(name, text(tree, "one"), text(tree, "other"), otherwise);
  }

  private static Problem problem(Object tree) {
    return new Problem(
        Tree.text(tree, "slug"),
        Kind.valueOf(Tree.text(tree, "kind")),
        Tree.text(tree, "where"),
        Tree.text(tree, "what"),
        Tree.text(tree, "why"),
        Tree.text(tree, "next"));
  }

  private static Map<String, Object> tree(Probe probe) {
    Map<String, Object> tree = new LinkedHashMap<>();
    switch (probe) {
      case Probe.Never() -> {
        // An empty map.
      }
      case Probe.Api api -> {
        tree.put("get", api.get().tree());
        tree.put("expect", api.expect().stream().map(Expect::tree).toList());
      }
      case Probe.FileThere(Text path) -> tree.put("file", path.tree());
    }
    return tree;
  }

  private static Probe probe(Map<String, Object> tree) {
    if (tree.containsKey("get")) {
      return new Probe.Api(call(tree, "get"), expects(tree, "expect"));
    }
    return tree.containsKey("file") ? new Probe.FileThere(text(tree, "file")) : Probe.never();
  }

  private static Map<String, Object> tree(Undo undo) {
    Map<String, Object> tree = new LinkedHashMap<>();
    switch (undo) {
      case Undo.Api api -> {
        tree.put("call", api.call().tree());
        tree.put("there", tree(api.there()));
        tree.put("ours", tree(api.ours()));
      }
      case Undo.DeleteFile(Text path) -> tree.put("delete", path.tree());
      case Undo.Command(List<Text> argv) ->
          tree.put("argv", argv.stream().map(Text::tree).toList());
      case Undo.DropPartial(Fetch fetch) -> tree.put("drop", fetch.tree());
    }
    return tree;
  }

  private static Undo undo(Object tree) {
    if (Tree.at(tree, "call").isPresent()) {
      return new Undo.Api(
          call(tree, "call"), probe(Tree.map(tree, "there")), probe(Tree.map(tree, "ours")));
    }
    if (Tree.at(tree, "argv").isPresent()) {
      return new Undo.Command(argv(tree));
    }
    return Tree.at(tree, "delete").isPresent()
        ? new Undo.DeleteFile(text(tree, "delete"))
        : new Undo.DropPartial(Fetch.ofTree(Tree.map(tree, "drop")));
  }
}
