package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.tree.Tree;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One expectation on an answer of the node.
 *
 * @param path where in the answer, see {@link Tree}; empty is the answer itself
 * @param test how to compare
 * @param value what to compare with; empty text for {@code PRESENT} and {@code ABSENT}
 */
public record Expect(String path, Test test, Text value) {

  /** The comparisons. */
  public enum Test {
    /** The same text. */
    EQUALS,
    /** The same text, or nothing there. */
    EQUALS_OR_ABSENT,
    /** Another text, or nothing there. */
    DIFFERS,
    /** One of the words, separated by comma, semicolon or space. */
    HAS_WORD,
    /** The text occurs in it. */
    CONTAINS,
    /** The pattern is found in it. */
    MATCHES,
    /** A number at least this large; an absent number passes, since nodes leave sizes out. */
    AT_LEAST_IF_KNOWN,
    PRESENT,
    ABSENT
  }

  public static Expect equal(String path, Text value) {
    return new Expect(path, Test.EQUALS, value);
  }

  public static Expect equal(String path, String value) {
    return equal(path, Text.of(value));
  }

  public static Expect of(String path, Test test, String value) {
    return new Expect(path, test, Text.of(value));
  }

  public static Expect present(String path) {
    return of(path, Test.PRESENT, "");
  }

  public static Expect absent(String path) {
    return of(path, Test.ABSENT, "");
  }

  /** Whether an answer meets it, with {@link #value} already resolved. */
  public boolean holds(@Nullable Object answer, String wanted) {
    Optional<Object> found = Tree.at(answer, path);
    String text = found.map(Tree::text).orElse("");
    return switch (test) {
      case EQUALS -> found.isPresent() && text.equals(wanted);
      case EQUALS_OR_ABSENT -> found.isEmpty() || text.equals(wanted);
      case DIFFERS -> !text.equals(wanted);
      case HAS_WORD -> Arrays.asList(text.split("[,; ]+")).contains(wanted);
      case CONTAINS -> text.contains(wanted);
      case MATCHES -> Pattern.compile(wanted).matcher(text).find();
      case AT_LEAST_IF_KNOWN ->
          Tree.number(answer, path)
              .map(n -> BigDecimal.valueOf(n).compareTo(new BigDecimal(wanted)) >= 0)
              .orElse(true);
      case PRESENT -> found.isPresent();
      case ABSENT -> found.isEmpty();
    };
  }

  /** For people, for example {@code content has word 'images'}. */
  @Override
  public String toString() {
    String of = path.isEmpty() ? "answer" : path;
    return switch (test) {
      case EQUALS -> of + " is '" + value + "'";
      case EQUALS_OR_ABSENT -> of + " is '" + value + "' or not there";
      case DIFFERS -> of + " is not '" + value + "'";
      case HAS_WORD -> of + " has '" + value + "'";
      case CONTAINS -> of + " contains '" + value + "'";
      case MATCHES -> of + " matches '" + value + "'";
      case AT_LEAST_IF_KNOWN -> of + " is at least " + value;
      case PRESENT -> of + " is there";
      case ABSENT -> of + " is not there";
    };
  }

  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("path", path);
    tree.put("test", test.name());
    tree.put("value", value.tree());
    return tree;
  }

  static Expect ofTree(Object tree) {
    return new Expect(
        Tree.text(tree, "path"),
        Test.valueOf(Tree.text(tree, "test")),
        Text.ofTree(Tree.at(tree, "value").orElse("")));
  }
}
