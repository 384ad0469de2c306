package dev.proxkiln.template.cloudinit;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.Schema;

/**
 * Reads YAML as cloud-init does, by PyYAML's rules (YAML 1.1), and remembers on which line each
 * thing stands. Aliases are followed; what they unfold to is bounded.
 */
public final class YamlReader {
  private static final int MOST_NODES = 200_000;
  private static final Tag BINARY = new Tag("tag:yaml.org,2002:binary");
  private static final Tag PLAIN = new Tag("plain");
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new Plain())
          .setCodePointLimit(8 << 20)
          .setMaxAliasesForCollections(1000)
          .build();

  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final List<Fault> faults = new ArrayList<>();
  private int nodes;

  private YamlReader() {}

  /** Reads one document; never throws. */
  public static Document read(String text) {
    YamlReader reader = new YamlReader();
    Object tree = Map.of();
    try {
      Compose compose = new Compose(SETTINGS);
      Optional<Node> root = compose.composeString(text);
      Object read = root.isPresent() ? reader.value(root.get(), "", 0) : null;
      tree = read == null ? Map.of() : read;
    } catch (TooMuch e) {
      reader.faults.add(new Fault(0, "it unfolds to more than anybody needs"));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      reader.faults.add(new Fault(line, "it is no YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      reader.faults.add(new Fault(0, "it is no YAML: " + e.getMessage()));
    }
    return new Document(tree, reader.lines, reader.faults);
  }

  private @Nullable Object value(Node node, String pointer, int depth) {
    if (++nodes > MOST_NODES || depth > 60) {
      throw new TooMuch();
    }
    node.getStartMark().ifPresent(mark -> lines.put(pointer, mark.getLine() + 1));
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode sequence -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          list.add(value(item, pointer + "/" + list.size(), depth + 1));
        }
        yield list;
      }
      case MappingNode mapping -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        fill(map, mapping, pointer, depth, false);
        yield map;
      }
      default -> throw new TooMuch();
    };
  }

  private void fill(
      Map<String, @Nullable Object> map,
      MappingNode mapping,
      String pointer,
      int depth,
      boolean merging) {
    List<Node> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node keyNode = tuple.getKeyNode();
      int line = keyNode.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
      if (!(keyNode instanceof ScalarNode scalar)) {
        faults.add(new Fault(line, "a key is no plain text"));
        continue;
      }
      String key = scalar.getValue();
      if (key.equals("<<") && scalar.getScalarStyle() == ScalarStyle.PLAIN) {
        merged.add(tuple.getValueNode());
      } else if (!map.containsKey(key)) {
        String inner = pointer + "/" + key.replace("~", "~0").replace("/", "~1");
        map.put(key, value(tuple.getValueNode(), inner, depth + 1));
        lines.put(inner, line);
      } else if (!merging) {
        faults.add(new Fault(line, "'" + key + "' stands there twice"));
      }
    }
    for (Node node : merged) {
      List<Node> sources = node instanceof SequenceNode list ? list.getValue() : List.of(node);
      for (Node source : sources) {
        if (source instanceof MappingNode more && depth < 60) {
          fill(map, more, pointer, depth + 1, true);
        }
      }
    }
  }

  private @Nullable Object scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    if (scalar.getTag().equals(BINARY)) {
      try {
        return Base64.getMimeDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        int line = scalar.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        faults.add(new Fault(line, "it is marked as binary and is no base64"));
        return text;
      }
    }
    return scalar.getTag().equals(PLAIN) ? Scalars.of(text).orElse(null) : text;
  }

  /** Leaves it to {@link Scalars} what a scalar without quotes and without tag means. */
  private static final class Plain implements Schema {
    @Override
    public ScalarResolver getScalarResolver() {
      return (value, implicit) -> implicit ? PLAIN : Tag.STR;
    }

    @Override
    public Map<Tag, ConstructNode> getSchemaTagConstructors() {
      return Map.of();
    }
  }

  /** Aliases in aliases, or a document that is deeper than any that makes sense. */
  private static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuch() {
      super("", null, false, false);
    }
  }
}
