package dev.proxkiln.cli.help;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Grammar;
import dev.proxkiln.cli.command.Offer;
import dev.proxkiln.core.plan.ShellWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Completion scripts: what never changes as tables, so that most keys of Tab start no program, and
 * the code of each shell behind them.
 */
public final class CompletionScript {
  /** The shells that there are scripts for. */
  public static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  private final Grammar grammar;

  public CompletionScript(Grammar grammar) {
    this.grammar = grammar;
  }

  /** The script for a shell. */
  public String of(String shell) {
    String tables = shell.equals("fish") ? fish() : posix();
    return code("proxkiln." + shell)
        .replace("#TABLES#\n", tables)
        .replace("#SHARED#\n", code("shared.bash"));
  }

  private static String code(String file) {
    String name = "completion/" + file;
    try (InputStream in = CompletionScript.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String posix() {
    StringBuilder out = new StringBuilder();
    array(out, "_proxkiln_names", names());
    array(out, "_proxkiln_common", lines(grammar.flags("", false)));
    array(out, "_proxkiln_planning", lines(grammar.flags("", true)));
    out.append("\n# The flags of a command alone, into the array flags.\n");
    out.append("_proxkiln_flags() {\n  case $1 in\n");
    own()
        .forEach(
            (lines, commands) -> {
              out.append("    ").append(patterns(commands)).append(")\n      flags=(\n");
              lines.forEach(line -> out.append("        ").append(quoted(line)).append('\n'));
              out.append("      )\n      ;;\n");
            });
    out.append("    *) flags=() ;;\n  esac\n}\n");
    out.append("\n# What can follow a flag, into REPLY; behind \"plan\" the flags of plans.\n");
    out.append("_proxkiln_kind() {\n  case $1 in\n");
    kinds()
        .forEach(
            (kind, flags) ->
                out.append("    ")
                    .append(String.join(" | ", flags))
                    .append(") REPLY=")
                    .append(ShellWords.quote(kind))
                    .append(" ;;\n"));
    return out.append("    plan-*) _proxkiln_kind \"${1#plan}\" ;;\n")
        .append("    *) REPLY=none ;;\n  esac\n}\n")
        .toString();
  }

  private String fish() {
    StringBuilder out = new StringBuilder();
    list(out, "__proxkiln_names", names());
    list(out, "__proxkiln_common", lines(grammar.flags("", false)));
    list(out, "__proxkiln_planning", lines(grammar.flags("", true)));
    out.append("\n# The flags of a command alone.\nfunction __proxkiln_flags\n");
    out.append("    switch \"$argv[1]\"\n");
    own()
        .forEach(
            (lines, commands) -> {
              out.append("        case ");
              out.append(
                  commands.stream()
                      .map(CompletionScript::fishWord)
                      .collect(Collectors.joining(" ")));
              out.append("\n            printf '%s\\n'");
              lines.forEach(line -> out.append(" \\\n                ").append(fishWord(line)));
              out.append('\n');
            });
    out.append("    end\nend\n");
    out.append("\n# What can follow a flag; behind \"plan\" the flags of plans.\n");
    out.append("function __proxkiln_kind\n    switch $argv[1]\n");
    kinds()
        .forEach(
            (kind, flags) ->
                out.append("        case ")
                    .append(String.join(" ", flags))
                    .append("\n            echo ")
                    .append(fishWord(kind))
                    .append('\n'));
    return out.append("        case 'plan-*'\n")
        .append("            __proxkiln_kind (string sub -s 5 -- $argv[1])\n")
        .append("        case '*'\n            echo none\n    end\nend\n")
        .toString();
  }

  private List<String> names() {
    return grammar.commands().stream()
        .map(command -> command.name() + "\t" + Grammar.firstSentence(command.summary()))
        .sorted()
        .toList();
  }

  private static List<String> lines(List<Grammar.Flag> flags) {
    return flags.stream()
        .flatMap(flag -> flag.names().stream().map(name -> name + "\t" + flag.about()))
        .toList();
  }

  /** The flags that a command has beside those of all, and the commands that have the same. */
  private Map<List<String>, List<String>> own() {
    List<String> common = lines(grammar.flags("", false));
    Map<List<String>, List<String>> own = new LinkedHashMap<>();
    for (Command command : grammar.commands()) {
      List<String> lines = new ArrayList<>(lines(grammar.flags(command.name(), false)));
      lines.removeAll(common);
      if (!lines.isEmpty()) {
        own.computeIfAbsent(lines, l -> new ArrayList<>()).add(command.name());
      }
    }
    return own;
  }

  /**
   * Flags by what can follow them; the program is asked where it differs from command to command.
   */
  private Map<String, List<String>> kinds() {
    Map<String, String> kinds = new LinkedHashMap<>();
    for (Grammar.Flag flag : grammar.flags("", true)) {
      flag.names().forEach(name -> kinds.put("plan" + name, kind(flag.offer())));
    }
    grammar.flags("", false).forEach(flag -> put(kinds, flag));
    grammar
        .commands()
        .forEach(c -> grammar.flags(c.name(), false).forEach(flag -> put(kinds, flag)));
    // What plans take like all others needs no line of its own.
    kinds
        .entrySet()
        .removeIf(
            e ->
                e.getKey().startsWith("plan")
                    && e.getValue().equals(kinds.getOrDefault(e.getKey().substring(4), "none")));
    Map<String, List<String>> flags = new LinkedHashMap<>();
    kinds.forEach(
        (flag, kind) -> {
          if (!kind.equals("none")) {
            flags.computeIfAbsent(kind, k -> new ArrayList<>()).add(flag);
          }
        });
    return flags;
  }

  private static void put(Map<String, String> kinds, Grammar.Flag flag) {
    for (String name : flag.names()) {
      kinds.merge(name, kind(flag.offer()), (before, now) -> before.equals(now) ? before : "ask");
    }
  }

  private static String kind(Offer offer) {
    return switch (offer.kind()) {
      case NONE -> "none";
      case TEXT -> "text";
      case FILES -> "files";
      case ASK -> "ask";
      case WORDS -> "words " + String.join(" ", offer.words());
    };
  }

  private static String patterns(List<String> commands) {
    return commands.stream().map(CompletionScript::quoted).collect(Collectors.joining(" | "));
  }

  private static void array(StringBuilder out, String name, List<String> lines) {
    out.append(name).append("=(\n");
    lines.forEach(line -> out.append("  ").append(quoted(line)).append('\n'));
    out.append(")\n");
  }

  private static void list(StringBuilder out, String name, List<String> lines) {
    out.append("set -g ").append(name);
    lines.forEach(line -> out.append(" \\\n    ").append(fishWord(line)));
    out.append('\n');
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static String fishWord(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
