package dev.proxkiln.template.ignition;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.catalogue.YamlTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A configuration for Ignition, specification 3.x.
 *
 * @param tree its JSON tree
 * @param variant Butane's variant, {@code fcos} or {@code flatcar}; empty where the file was JSON
 */
public record Ignition(Map<String, Object> tree, Optional<String> variant) {

  /**
   * Butane's variants and versions, and the version of Ignition's specification that each is for.
   */
  private static final Map<String, Map<String, String>> VERSIONS =
      Map.of(
          "fcos",
          Map.of(
              "1.0.0", "3.0.0", "1.1.0", "3.1.0", "1.2.0", "3.2.0", "1.3.0", "3.2.0", "1.4.0",
              "3.3.0", "1.5.0", "3.4.0", "1.6.0", "3.5.0"),
          "flatcar",
          Map.of("1.0.0", "3.3.0", "1.1.0", "3.4.0"));

  private static final TypeReference<LinkedHashMap<String, Object>> OBJECT =
      new TypeReference<>() {};

  /** The configuration of a guest that only gets keys. */
  public static Ignition empty() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("ignition", Map.of("version", "3.3.0"));
    return new Ignition(tree, Optional.empty());
  }

  /**
   * Reads a file: Butane where it names a variant, else Ignition's own JSON.
   *
   * @param where how the user named the file, for problems
   * @return the configuration, or every fault as {@code ignition-invalid}
   */
  public static Checked<Ignition> read(String text, String where) {
    List<Problem> problems = new ArrayList<>();
    BiConsumer<String, String> faults =
        (at, fault) ->
            problems.add(problem(where, at.isEmpty() ? "The file" : "'" + at + "'", fault));
    Optional<Ignition> read =
        text.stripLeading().startsWith("{") ? ofJson(text, faults) : ofButane(text, faults);
    if (problems.isEmpty()) {
      read.ifPresent(ignition -> IgnitionRules.check(ignition.tree(), faults));
    }
    return problems.isEmpty() && read.isPresent()
        ? new Checked.Valid<>(read.get())
        : new Checked.Invalid<>(problems);
  }

  private static Problem problem(String where, String at, String fault) {
    return IgnitionSlug.IGNITION_INVALID.problem(
        where,
        at + " " + fault + ".",
        "A guest that cannot read its Ignition file does not finish its first boot.",
        "Mend the file; its form is described at https://coreos.github.io/butane/specs/");
  }

  private static Optional<Ignition> ofJson(String text, BiConsumer<String, String> faults) {
    try {
      Map<String, Object> tree = JsonMapper.shared().readValue(text, OBJECT);
      return Optional.of(new Ignition(tree, Optional.empty()));
    } catch (JacksonException e) {
      faults.accept("", "is no JSON object: " + e.getOriginalMessage());
      return Optional.empty();
    }
  }

  private static Optional<Ignition> ofButane(String text, BiConsumer<String, String> faults) {
    Object read;
    try {
      read = YamlTree.read(text);
    } catch (JacksonException e) {
      faults.accept("", "is no YAML: " + e.getOriginalMessage());
      return Optional.empty();
    }
    if (!(read instanceof Map<?, ?>)) {
      faults.accept("", "is no map of keys and values");
      return Optional.empty();
    }
    Map<String, Object> butane = new LinkedHashMap<>(Tree.map(read, ""));
    String variant = Objects.toString(butane.remove("variant"), "");
    String version = Objects.toString(butane.remove("version"), "");
    Map<String, String> versions = VERSIONS.get(variant);
    if (versions == null) {
      faults.accept(
          "variant",
          variant.isEmpty()
              ? "is missing; give fcos or flatcar"
              : "is '" + variant + "', which is neither fcos nor flatcar");
      return Optional.empty();
    }
    String specification = versions.get(version);
    if (specification == null) {
      faults.accept(
          "version",
          "is '"
              + version
              + "', which is none of: "
              + String.join(", ", versions.keySet().stream().sorted().toList()));
      return Optional.empty();
    }
    return convert(butane, specification, faults)
        .map(tree -> new Ignition(tree, Optional.of(variant)));
  }

  private static Optional<Map<String, Object>> convert(
      Map<String, Object> butane, String specification, BiConsumer<String, String> faults) {
    @Nullable Object converted = ButaneKeys.all().convert(butane, "", faults);
    if (!(converted instanceof Map<?, ?>)) {
      return Optional.empty();
    }
    Map<String, Object> out = new LinkedHashMap<>();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("version", specification);
    head.putAll(Tree.map(converted, "ignition"));
    out.put("ignition", head);
    Tree.map(converted, "").forEach(out::putIfAbsent);
    MountUnits.add(out);
    return Optional.of(out);
  }

  /** The version of the specification, for example {@code 3.4.0}. */
  public String version() {
    return Tree.text(tree, "ignition.version");
  }

  /** Whether anybody can log in: a user with a key or a password. */
  public boolean admitsAnybody() {
    return Tree.list(tree, "passwd.users").stream()
            .anyMatch(
                user ->
                    !Tree.list(user, "sshAuthorizedKeys").isEmpty()
                        || !Tree.text(user, "passwordHash").isEmpty())
        || !Tree.map(tree, "ignition.config").isEmpty();
  }

  /** The same with more keys for a user, who is added where the file does not know them. */
  public Ignition admitting(String user, List<String> keys) {
    if (keys.isEmpty()) {
      return this;
    }
    List<Object> users = new ArrayList<>();
    boolean known = false;
    for (Object one : Tree.list(tree, "passwd.users")) {
      boolean meant = Tree.text(one, "name").equals(user);
      known |= meant;
      users.add(meant ? withKeys(Tree.map(one, ""), keys) : one);
    }
    if (!known) {
      users.add(withKeys(Map.of("name", user), keys));
    }
    Map<String, Object> passwd = new LinkedHashMap<>(Tree.map(tree, "passwd"));
    passwd.put("users", users);
    Map<String, Object> more = new LinkedHashMap<>(tree);
    more.put("passwd", passwd);
    return new Ignition(more, variant);
  }

  private static Map<String, Object> withKeys(Map<String, Object> user, List<String> keys) {
    List<Object> all = new ArrayList<>(Tree.list(user, "sshAuthorizedKeys"));
    keys.stream().filter(key -> !all.contains(key)).forEach(all::add);
    Map<String, Object> more = new LinkedHashMap<>(user);
    more.put("sshAuthorizedKeys", all);
    return more;
  }

  /** The file as the guest reads it. */
  public String json() {
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
  }
}
