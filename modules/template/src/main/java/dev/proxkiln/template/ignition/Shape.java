package dev.proxkiln.template.ignition;

import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What may stand at one place of a Butane file, and what it becomes in Ignition's JSON. */
sealed interface Shape {

  /**
   * Converts.
   *
   * @param tree what stands there; scalars are texts as they stand in the file
   * @param at the place, for example {@code storage.files[0].mode}
   * @param faults is told place and fault of what is wrong
   * @return the JSON tree, null after a fault
   */
  @Nullable Object convert(@Nullable Object tree, String at, BiConsumer<String, String> faults);

  /** Any text. */
  record Word() implements Shape {
    @Override
    public @Nullable Object convert(
        @Nullable Object tree, String at, BiConsumer<String, String> faults) {
      if (tree instanceof String text) {
        return text;
      }
      faults.accept(at, "must be a text");
      return null;
    }
  }

  /** A whole number, not negative. */
  record Whole() implements Shape {
    @Override
    public @Nullable Object convert(
        @Nullable Object tree, String at, BiConsumer<String, String> faults) {
      if (tree instanceof String text && text.matches("\\d{1,18}")) {
        return Long.valueOf(text);
      }
      faults.accept(at, "must be a whole number");
      return null;
    }
  }

  /** Permission bits: octal with a leading zero, as YAML has it, or decimal. */
  record Mode() implements Shape {
    @Override
    public @Nullable Object convert(
        @Nullable Object tree, String at, BiConsumer<String, String> faults) {
      if (tree instanceof String text && text.matches("0o?[0-7]{1,5}|[1-9]\\d{0,4}")) {
        int mode =
            text.startsWith("0")
                ? Integer.parseInt(text.replace("o", ""), 8)
                : Integer.parseInt(text);
        if (mode <= 07777) {
          return mode;
        }
      }
      faults.accept(at, "must be permission bits such as 0644");
      return null;
    }
  }

  /** Yes or no. */
  record Flag() implements Shape {
    @Override
    public @Nullable Object convert(
        @Nullable Object tree, String at, BiConsumer<String, String> faults) {
      if ("true".equals(tree) || "false".equals(tree)) {
        return Boolean.valueOf(Tree.text(tree));
      }
      faults.accept(at, "must be true or false");
      return null;
    }
  }

  /** A list. */
  record Each(Shape item) implements Shape {
    @Override
    public @Nullable Object convert(
        @Nullable Object tree, String at, BiConsumer<String, String> faults) {
      if (!(tree instanceof List<?> list)) {
        faults.accept(at, "must be a list");
        return null;
      }
      List<@Nullable Object> out = new ArrayList<>();
      for (int i = 0; i < list.size(); i++) {
        out.add(item.convert(list.get(i), at + "[" + i + "]", faults));
      }
      return out;
    }
  }

  /**
   * A map with known keys.
   *
   * @param keys Butane's name to Ignition's name and shape
   * @param refused Butane's names that are known and not supported here, with the way out
   */
  record Keys(Map<String, Key> keys, Map<String, String> refused) implements Shape {

    /** A key's name in Ignition's JSON and what stands under it. */
    record Key(String json, Shape shape) {}

    @Override
    public @Nullable Object convert(
        @Nullable Object tree, String at, BiConsumer<String, String> faults) {
      if (!(tree instanceof Map<?, ?> map)) {
        faults.accept(at, "must be a map of keys and values");
        return null;
      }
      Map<String, @Nullable Object> out = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String name = String.valueOf(entry.getKey());
        String place = at.isEmpty() ? name : at + "." + name;
        Key key = keys.get(name);
        if (key != null) {
          if (entry.getValue() != null) {
            out.put(key.json(), key.shape().convert(entry.getValue(), place, faults));
          }
        } else if (refused.containsKey(name)) {
          faults.accept(place, "is not supported here: " + refused.get(name));
        } else {
          faults.accept(place, "is not known" + near(name));
        }
      }
      return out;
    }

    private String near(String name) {
      Optional<String> near = Nearest.to(name, keys.keySet());
      return near.map(word -> "; did you mean '" + word + "'?").orElse("");
    }
  }

  /** The contents of a file: an address, or text that becomes a data URL. */
  record Contents() implements Shape {
    private static final Keys KEYS = ButaneKeys.contents();

    @Override
    public @Nullable Object convert(
        @Nullable Object tree, String at, BiConsumer<String, String> faults) {
      Object converted = KEYS.convert(tree, at, faults);
      if (!(converted instanceof Map<?, ?> map)) {
        return null;
      }
      Map<String, @Nullable Object> out = new LinkedHashMap<>();
      map.forEach((key, value) -> out.put(String.valueOf(key), value));
      Object inline = out.remove("inline");
      if (inline instanceof String text) {
        if (out.containsKey("source")) {
          faults.accept(at, "must have either 'inline' or 'source'");
        }
        InlineText url = InlineText.of(text);
        out.put("source", url.text());
        url.compression().ifPresent(compression -> out.put("compression", compression));
      }
      return out;
    }
  }
}
