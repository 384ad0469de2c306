package dev.proxkiln.core.plan;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a file is: {@code /PATH} on the node that the target leads to, or {@code NODE:/PATH} on
 * another node of its cluster.
 *
 * @param node the other node
 * @param path absolute
 */
public record NodePath(Optional<String> node, String path) {
  private static final Pattern ELSEWHERE =
      Pattern.compile("([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):(/.*)", Pattern.DOTALL);

  /** Reads either form; a path without a node is taken as it is. */
  public static NodePath parse(String text) {
    Matcher elsewhere = ELSEWHERE.matcher(text);
    return elsewhere.matches()
        ? new NodePath(Optional.of(elsewhere.group(1)), elsewhere.group(2))
        : new NodePath(Optional.empty(), text);
  }
}
