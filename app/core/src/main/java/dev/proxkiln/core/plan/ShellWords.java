package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.call.Verb;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quotes texts and calls for a POSIX shell, for printing only: proxkiln itself starts no shell. */
public final class ShellWords {

  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
  private static final Pattern GUEST = Pattern.compile("^/nodes/([^/]+)/qemu(?:/(.*))?$");

  private ShellWords() {}

  /** One word: literals quoted where needed, outputs as variables. */
  static String word(Text text) {
    StringBuilder out = new StringBuilder();
    for (Text.Part part : text.parts()) {
      out.append(
          switch (part) {
            case Text.Literal(String literal) -> quote(literal);
            case Text.Output output -> "\"$" + braced(variable(output)) + "\"";
            case Text.Secret(String name) -> "\"$" + braced(secret(name)) + "\"";
          });
    }
    return out.isEmpty() ? "''" : out.toString();
  }

  private static String braced(String name) {
    return "{" + name + "}";
  }

  /** One word as a POSIX shell reads it. */
  public static String quote(String literal) {
    return SAFE.matcher(literal).matches() ? literal : "'" + literal.replace("'", "'\\''") + "'";
  }

  /** The shell variable of an output: {@code vmid.value} is {@code vmid}. */
  static String variable(Text.Output output) {
    String name =
        output.name().equals("value") ? output.step() : output.step() + "_" + output.name();
    return name.replace('-', '_');
  }

  static String secret(String name) {
    return "secret_" + name.replaceAll("[^A-Za-z0-9_]", "_");
  }

  /**
   * The call as a command line of {@code qm} where there is a plain one, else of {@code pvesh}.
   *
   * @param node where it is typed: {@code qm} knows only that node's guests
   */
  static String command(PveCall call, String node) {
    Map<String, List<Text>> params = new LinkedHashMap<>(call.params());
    List<String> words = new ArrayList<>();
    if (call.verb().reads() || !asQm(call, node, params, words)) {
      words.clear();
      params = new LinkedHashMap<>(call.params());
      words.add("pvesh " + call.verb().pvesh() + " " + word(call.path()));
      call.file().ifPresent(file -> words.add("--tmpfilename \"$(stage " + word(file) + ")\""));
    }
    String input = "";
    for (Map.Entry<String, List<Text>> param : params.entrySet()) {
      for (Text value : param.getValue()) {
        if (value.isSecret()) {
          // qm asks for it twice on its standard input; it never stands on a command line.
          words.add("--" + param.getKey());
          input = "printf '%s\\n%s\\n' " + word(value) + " " + word(value) + " | ";
        } else if (param.getKey().equals("sshkeys") && words.getFirst().startsWith("qm ")) {
          words.add("--sshkeys <(printf '%s\\n' " + word(decoded(value)) + ")");
        } else {
          words.add("--" + param.getKey() + " " + word(value));
        }
      }
    }
    return input + String.join(" ", words);
  }

  /** The command line takes the keys as they are, in a file; the API takes them percent-encoded. */
  private static Text decoded(Text value) {
    return Text.join(
        value.parts().stream()
            .map(
                part ->
                    part instanceof Text.Literal(String keys)
                        ? new Text.Literal(
                            URLDecoder.decode(keys, StandardCharsets.UTF_8).stripTrailing())
                        : part)
            .toArray());
  }

  /** Fills the words of a {@code qm} command and removes the parameters that it names by place. */
  private static boolean asQm(
      PveCall call, String node, Map<String, List<Text>> params, List<String> words) {
    // The path as one text with outputs marked, so that a pattern can be laid over it.
    List<Text.Part> outputs = new ArrayList<>();
    String path =
        call.path()
            .render(
                part -> {
                  if (part instanceof Text.Literal(String literal)) {
                    return literal;
                  }
                  outputs.add(part);
                  return "\0" + (outputs.size() - 1);
                });
    Matcher matcher = GUEST.matcher(path);
    if (!matcher.matches() || !matcher.group(1).equals(node)) {
      return false;
    }
    String rest = matcher.group(2) == null ? "" : matcher.group(2);
    int slash = rest.indexOf('/');
    String guest = slash < 0 ? rest : rest.substring(0, slash);
    String what = slash < 0 ? "" : rest.substring(slash + 1);
    String id =
        guest.startsWith("\0")
            ? word(new Text(List.of(outputs.get(Integer.parseInt(guest.substring(1))))))
            : quote(guest);
    String key = call.verb() + " " + what;
    switch (key) {
      case "POST " -> words.add("qm create " + taken(params, "vmid"));
      case "DELETE " -> words.add("qm destroy " + id);
      case "POST config", "PUT config" -> words.add("qm set " + id);
      case "POST clone" -> words.add("qm clone " + id + " " + taken(params, "newid"));
      case "POST template" -> words.add("qm template " + id);
      case "PUT resize" ->
          words.add(
              "qm disk resize " + id + " " + taken(params, "disk") + " " + taken(params, "size"));
      case "PUT cloudinit" -> words.add("qm cloudinit update " + id);
      case "POST status/start" -> words.add("qm start " + id);
      case "POST status/stop" -> words.add("qm stop " + id);
      case "POST status/shutdown" -> words.add("qm shutdown " + id);
      default -> {
        return false;
      }
    }
    return call.verb() != Verb.GET;
  }

  private static String taken(Map<String, List<Text>> params, String name) {
    List<Text> value = params.remove(name);
    return value == null ? "''" : word(value.getFirst());
  }
}
