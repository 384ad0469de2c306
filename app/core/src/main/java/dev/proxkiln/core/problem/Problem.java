package dev.proxkiln.core.problem;

import dev.proxkiln.core.tree.Tree;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong, in the words a user needs.
 *
 * @param slug published name, lower case with dashes; {@code docs/problems/SLUG.md} explains it
 * @param kind what sort of trouble it is
 * @param where the field, step or object it is about, for example {@code --memory} or {@code step
 *     create}; may be empty
 * @param what what happened, with the real values quoted and units shown
 * @param why the reason, as far as known; may be empty
 * @param next what to do now, as an instruction; may be empty
 */
public record Problem(String slug, Kind kind, String where, String what, String why, String next) {

  /** This problem as an exception to throw. */
  public ProblemException raise() {
    return new ProblemException(this);
  }

  /** The same problem about another place. */
  public Problem at(String elsewhere) {
    return new Problem(slug, kind, elsewhere, what, why, next);
  }

  /** The same problem with another reason, for example the node's own words. */
  public Problem because(String reason) {
    return new Problem(slug, kind, where, what, reason, next);
  }

  /** Reads {@link #tree()} back; what is missing is empty, a kind that is not known is work. */
  public static Problem of(@Nullable Object tree) {
    String kind = Tree.text(tree, "kind");
    return new Problem(
        Tree.text(tree, "slug"),
        Arrays.stream(Kind.values())
            .filter(one -> one.name().equals(kind))
            .findFirst()
            .orElse(Kind.WORK),
        Tree.text(tree, "where"),
        Tree.text(tree, "what"),
        Tree.text(tree, "why"),
        Tree.text(tree, "next"));
  }

  /** The keys of the machine-readable form: slug, kind, where, what, why, next. */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("slug", slug);
    tree.put("kind", kind.name());
    tree.put("where", where);
    tree.put("what", what);
    tree.put("why", why);
    tree.put("next", next);
    return tree;
  }
}
