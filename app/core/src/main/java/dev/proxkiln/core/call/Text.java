package dev.proxkiln.core.call;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that may not be known before the run: literal text, outputs of earlier steps, secrets.
 *
 * <p>In a plan's tree a text of one literal is a plain string; any other is a list of strings,
 * {@code {"output": "STEP.NAME"}} and {@code {"secret": "NAME"}}.
 *
 * @param parts at least one
 */
public record Text(List<Part> parts) {

  /** A piece of a text. */
  public sealed interface Part {}

  /** Known at planning time. */
  public record Literal(String text) implements Part {}

  /** The named output of an earlier step; step {@code run} has {@code id} and {@code date}. */
  public record Output(String step, String name) implements Part {
    /** The form used in printed plans: {@code STEP.NAME}. */
    public String reference() {
      return step + "." + name;
    }
  }

  /** A secret, looked up by name when the step runs; never printed, never journaled. */
  public record Secret(String name) implements Part {}

  public Text {
    parts = List.copyOf(parts);
  }

  /** Literal text. */
  public static Text of(String literal) {
    return new Text(List.of(new Literal(literal)));
  }

  /** A whole number as text. */
  public static Text of(long number) {
    return of(Long.toString(number));
  }

  /** The output of an earlier step. */
  public static Text output(String step, String name) {
    return new Text(List.of(new Output(step, name)));
  }

  /** A secret by name. */
  public static Text secret(String name) {
    return new Text(List.of(new Secret(name)));
  }

  /** Joins strings and texts in order. */
  public static Text join(Object... pieces) {
    List<Part> parts = new ArrayList<>();
    for (Object piece : pieces) {
      List<Part> more =
          switch (piece) {
            case Text text -> text.parts;
            case Part part -> List.of(part);
            default -> List.of(new Literal(piece.toString()));
          };
      for (Part part : more) {
        if (part instanceof Literal(String next)
            && !parts.isEmpty()
            && parts.getLast() instanceof Literal(String before)) {
          parts.set(parts.size() - 1, new Literal(before + next));
        } else {
          parts.add(part);
        }
      }
    }
    return parts.isEmpty() ? of("") : new Text(parts);
  }

  /** The text when it is known now: one literal. */
  public Optional<String> literal() {
    return parts.size() == 1 && parts.getFirst() instanceof Literal(String text)
        ? Optional.of(text)
        : Optional.empty();
  }

  /** Whether a secret is part of it. */
  public boolean isSecret() {
    return parts.stream().anyMatch(Secret.class::isInstance);
  }

  /** The text with every part rendered by one function, for printing or for resolving. */
  public String render(Function<Part, String> each) {
    StringBuilder out = new StringBuilder();
    parts.forEach(part -> out.append(each.apply(part)));
    return out.toString();
  }

  /** For people: outputs as {@code ${STEP.NAME}}, secrets as {@code <secret NAME>}. */
  @Override
  public String toString() {
    return render(
        part ->
            switch (part) {
              case Literal(String text) -> text;
              case Output output -> "${" + output.reference() + "}";
              case Secret(String name) -> "<secret " + name + ">";
            });
  }

  /** The plain-tree form, see the class comment. */
  public Object tree() {
    Optional<String> literal = literal();
    if (literal.isPresent()) {
      return literal.get();
    }
    List<Object> list = new ArrayList<>();
    for (Part part : parts) {
      list.add(
          switch (part) {
            case Literal(String text) -> text;
            case Output output -> new LinkedHashMap<>(Map.of("output", output.reference()));
            case Secret(String name) -> new LinkedHashMap<>(Map.of("secret", name));
          });
    }
    return list;
  }

  /**
   * Reads {@link #tree()} back.
   *
   * @throws IllegalArgumentException when the tree is no text
   */
  public static Text ofTree(@Nullable Object tree) {
    return switch (tree) {
      case String text -> of(text);
      case List<?> list -> join(list.stream().map(Text::part).toArray());
      case null, default -> throw new IllegalArgumentException("not a text: " + tree);
    };
  }

  private static Part part(Object tree) {
    return switch (tree) {
      case String text -> new Literal(text);
      case Map<?, ?> map when map.get("output") instanceof String ref && ref.indexOf('.') > 0 ->
          new Output(ref.substring(0, ref.indexOf('.')), ref.substring(ref.indexOf('.') + 1));
      case Map<?, ?> map when map.get("secret") instanceof String name -> new Secret(name);
      default -> throw new IllegalArgumentException("not a part of a text: " + tree);
    };
  }
}
