package dev.proxkiln.template.copies;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Step;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cloud-init snippet that has to be on the node of a copy as well.
 *
 * @param role what it is for the guest: {@code vendor}, {@code user} ...
 * @param folder of the snippets, the same on every node
 * @param file its name; found in the template's configuration when the plan runs, where that does
 *     not exist yet
 * @param content the whole file
 * @param mode its permission bits
 */
public record Cargo(String role, String folder, Text file, Text content, int mode) {
  private static final Pattern LOCAL_PATH = Pattern.compile("^(/[^\\s]*)/[^/]*$");
  private static final int READABLE = 0644;

  /** A file that is there. */
  static Cargo of(String role, String path, String content) {
    int slash = path.lastIndexOf('/');
    return new Cargo(
        role,
        path.substring(0, slash),
        Text.of(path.substring(slash + 1)),
        Text.of(content),
        READABLE);
  }

  /**
   * What a plan writes for a template that does not exist yet.
   *
   * @param role the snippet's
   * @param write the step that writes it on the template's own node
   */
  public static Cargo of(String role, Step.Write write) {
    Matcher path = LOCAL_PATH.matcher(write.path().toString());
    if (!path.matches()) {
      throw new IllegalArgumentException("no path of a snippet: " + write.path());
    }
    return new Cargo(
        role, path.group(1), Text.output(PublishPlan.SOURCE, role), write.content(), write.mode());
  }

  /** Where in an answer of the configuration its file's name is. */
  String selector() {
    return "cicustom ~ (?:^|,)" + role + "=[^:,]+:snippets/([^,]+)";
  }

  /** The step that writes it on a node. */
  Step step(String node) {
    return new Step.Write(
        "snippet-" + role,
        "Write the cloud-init " + role + " data on node " + node,
        Text.join(node + ":" + folder + "/", file),
        content,
        mode);
  }
}
