package dev.proxkiln.template.cloudinit;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import dev.proxkiln.core.field.Nearest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * cloud-init's own JSON schemas, carried in {@code templates/cloud-init/}. The validator is loaded
 * when a text is first checked.
 */
public final class Schemas {
  private static final int MOST = 12;

  private final Function<String, Optional<String>> files;
  private final Map<String, Known> known = new LinkedHashMap<>();

  /**
   * The schemas.
   *
   * @param files gives the text of a file of {@code templates/}
   */
  public Schemas(Function<String, Optional<String>> files) {
    this.files = files;
  }

  /** What cloud-init would not take of a cloud-config, by line. */
  public List<Fault> cloudConfig(Document document) {
    return faults("schema-cloud-config-v1.json", document, document.tree(), "");
  }

  /**
   * What cloud-init would not take of a network configuration, version 1 or 2, with or without the
   * wrapper {@code network}; by line.
   */
  public List<Fault> network(Document document) {
    boolean wrapped =
        document.tree() instanceof Map<?, ?> map
            && map.size() == 1
            && map.get("network") instanceof Map<?, ?>;
    Object inner = wrapped ? ((Map<?, ?>) document.tree()).get("network") : document.tree();
    if (!(inner instanceof Map<?, ?> map)) {
      return List.of(new Fault(0, "it is no map of keys and values"));
    }
    return switch (String.valueOf(map.get("version"))) {
      // Both schemas take it either way; version 2 says more of what is inside the wrapper.
      case "1" -> faults("schema-network-config-v1.json", document, map, wrapped ? "/network" : "");
      case "2" -> faults("schema-network-config-v2.json", document, map, wrapped ? "/network" : "");
      default ->
          List.of(
              new Fault(
                  document.line(wrapped ? "/network/version" : "/version"),
                  "'version' must be 1 or 2"));
    };
  }

  /**
   * Checks a tree.
   *
   * @param outer what stands before the tree's pointers in the document
   */
  private List<Fault> faults(String name, Document document, Object tree, String outer) {
    Known schema = schema(name);
    // By line, then by place: of several words on one thing the first is enough.
    Map<String, Fault> faults = new TreeMap<>();
    for (Error error : Alternatives.best(schema.schema().validate(node(tree)))) {
      String own = outer + error.getInstanceLocation();
      String property = String.valueOf(error.getProperty());
      boolean unknown = error.getKeyword().equals("additionalProperties");
      int line = document.line(unknown ? own + "/" + property : own);
      faults.putIfAbsent(
          String.format("%06d %s %s", line, own, property),
          new Fault(line, words(own, error, schema)));
    }
    List<Fault> all = List.copyOf(faults.values());
    return all.size() <= MOST ? all : all.subList(0, MOST);
  }

  private static String words(String pointer, Error error, Known schema) {
    String at = pointer.isEmpty() ? "it" : "'" + place(pointer) + "'";
    String property = String.valueOf(error.getProperty());
    return switch (error.getKeyword()) {
      case "additionalProperties" ->
          "'"
              + place(pointer + "/" + property)
              + "' is no key that cloud-init knows"
              + Nearest.to(property, schema.siblings(error))
                  .map(near -> " (did you mean '" + near + "'?)")
                  .orElse("");
      case "type" ->
          at
              + ": "
              + error.getMessage()
              + (error.getMessage().matches("(?:integer|boolean|number) found, string expected")
                  ? "; put it in quotes"
                  : "");
      case "required" -> at + " lacks '" + property + "'";
      case "oneOf", "anyOf" -> at + " has none of the forms that cloud-init knows";
      default -> at + " " + error.getMessage();
    };
  }

  /** A JSON pointer as people write it: {@code users[0].name}. */
  private static String place(String pointer) {
    return pointer
        .substring(1)
        .replaceAll("/(\\d+)", "[$1]")
        .replace("/", ".")
        .replace("~1", "/")
        .replace("~0", "~");
  }

  /** A schema, and its text as a tree. */
  private record Known(Schema schema, JsonNode root) {
    /** The keys that stand in the schema beside one that is not allowed. */
    List<String> siblings(Error error) {
      String at = error.getSchemaLocation().getFragment().toString();
      String parent = at.substring(0, Math.max(0, at.lastIndexOf('/')));
      return List.copyOf(root.at(parent + "/properties").propertyNames());
    }
  }

  private Known schema(String name) {
    return known.computeIfAbsent(
        name,
        file -> {
          String text =
              files
                  .apply("cloud-init/" + file)
                  .orElseThrow(() -> new IllegalStateException("no file " + file));
          JsonNode root = JsonMapper.shared().readTree(text);
          SchemaRegistry registry =
              SchemaRegistry.withDefaultDialect(
                  file.contains("network")
                      ? SpecificationVersion.DRAFT_7
                      : SpecificationVersion.DRAFT_4,
                  builder ->
                      builder.schemaRegistryConfig(
                          SchemaRegistryConfig.builder().pathType(PathType.JSON_POINTER).build()));
          return new Known(registry.getSchema(root), root);
        });
  }

  private static JsonNode node(@Nullable Object tree) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    return switch (tree) {
      case Map<?, ?> map -> {
        ObjectNode object = make.objectNode();
        map.forEach((key, value) -> object.set(String.valueOf(key), node(value)));
        yield object;
      }
      case List<?> list -> {
        ArrayNode array = make.arrayNode();
        list.forEach(item -> array.add(node(item)));
        yield array;
      }
      case Boolean truth -> make.booleanNode(truth);
      case BigInteger number -> make.numberNode(number);
      case BigDecimal number -> make.numberNode(number);
      case byte[] bytes -> make.stringNode(Base64.getEncoder().encodeToString(bytes));
      case null -> make.nullNode();
      default -> make.stringNode(tree.toString());
    };
  }
}
