package dev.proxkiln.cli.help;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Flags;
import dev.proxkiln.cli.command.PlainWords;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.problem.ExitCodes;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/** Manual pages: one of the program, one of each group of commands, written from their settings. */
public final class ManPages {
  public static final String MAIN = "proxkiln";

  private final List<Command> commands;

  public ManPages(List<Command> commands) {
    this.commands = commands.stream().filter(command -> !command.hidden()).toList();
  }

  /** The names of all pages. */
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of(MAIN));
    groups().forEach(group -> names.add(MAIN + "-" + group));
    return names;
  }

  /** Groups of more than one command. */
  private SequencedSet<String> groups() {
    return commands.stream()
        .map(Command::name)
        .filter(name -> name.contains(" "))
        .map(name -> name.split(" ")[0])
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * A page.
   *
   * @param name one of {@link #names}
   */
  public String page(String name) {
    Roff roff = new Roff(name, Version.date(), Version.text());
    if (name.equals(MAIN)) {
      main(roff);
    } else {
      group(roff, name.substring(MAIN.length() + 1));
    }
    return roff.toString();
  }

  private void main(Roff roff) {
    roff.section("NAME").text("proxkiln - build Proxmox VE templates from cloud images");
    roff.section("SYNOPSIS");
    roff.item(MAIN, "COMMAND [ARGUMENT ...] [FLAG ...]", "Run a command.");
    roff.item(MAIN + " plan", "COMMAND ...", "Print what a command would do, change nothing.");
    roff.section("DESCRIPTION")
        .text(
            "Takes a publisher's image, verifies it, and makes a template of it on a Proxmox VE"
                + " node; shows every step before it takes it. What a run made can be taken back,"
                + " and a run that was cut off goes on where it stopped.")
        .paragraph(
            "A command that lacks something asks for it where there is a terminal. Results go to"
                + " standard output, everything else to standard error.");
    roff.section("COMMANDS");
    for (Command command : commands) {
      roff.item(command.name(), arguments(command), command.summary());
    }
    roff.section("OPTIONS").text("Every command takes these, before or after its own name.");
    flags(roff, Flags.shapes(nothing(), false));
    roff.section("OPTIONS OF PLANS").text("With plan before the command, these too.");
    List<Flags.Shape> more = new ArrayList<>(Flags.shapes(nothing(), true));
    List<String> known = Flags.shapes(nothing(), false).stream().map(Flags.Shape::about).toList();
    more.removeIf(shape -> known.contains(shape.about()));
    flags(roff, more);
    Map<List<Field<?>>, String> printed = new LinkedHashMap<>();
    roff.section("SETTINGS OF COMMANDS");
    commands.stream()
        .filter(command -> !command.name().contains(" "))
        .filter(command -> !command.schema(Facts.none()).fields().isEmpty())
        .forEach(command -> settings(roff, command, printed));
    ending(roff);
  }

  private static Command nothing() {
    return new Command.Own("", "", Schema.of(), true, invocation -> 0);
  }

  private void ending(Roff roff) {
    roff.section("ENVIRONMENT")
        .item(
            "PROXKILN_...",
            "",
            "Every flag has a variable: its name in capitals, with underscores for dashes. Flags"
                + " beat variables, variables beat files.")
        .item("PROXKILN_NO_INPUT", "", "Never ask, like --no-input.")
        .item("PROXKILN_SECRET_NAME", "", "The text of the secret that secret:NAME stands for.")
        .item("PROXKILN_ROOT", "", "Keep every file that the program writes under this folder.")
        .item("NO_COLOR", "", "No colours, see https://no-color.org.");
    roff.section("FILES")
        .item("/etc/proxkiln/config.yaml", "", "Settings for everybody, by the names of flags.")
        .item("~/.config/proxkiln/config.yaml", "", "Your settings.")
        .item("proxkiln.yaml", "", "Settings for a folder.")
        .item("/etc/pve/proxkiln/config.yaml", "", "Settings that the nodes of a cluster share.")
        .item("/etc/proxkiln/secrets.vault", "", "The vault: every secret, sealed.")
        .item(
            "/var/lib/proxkiln/vault.key", "", "The key of the vault, unless it has a passphrase.");
    roff.section("EXIT STATUS");
    ExitCodes.meanings().forEach((code, meaning) -> roff.item(code, "", meaning));
    roff.section("SEE ALSO")
        .text(
            names().stream()
                .filter(name -> !name.equals(MAIN))
                .map(name -> name + "(1)")
                .collect(Collectors.joining(", ")));
  }

  private void group(Roff roff, String group) {
    List<Command> shown =
        commands.stream().filter(command -> command.name().startsWith(group + " ")).toList();
    String verbs =
        shown.stream()
            .map(command -> command.name().substring(group.length() + 1))
            .collect(Collectors.joining(", "));
    roff.section("NAME").text(MAIN + "-" + group + " - " + verbs);
    roff.section("SYNOPSIS");
    shown.forEach(
        command -> roff.item(MAIN + " " + command.name(), arguments(command), command.summary()));
    Map<List<Field<?>>, String> printed = new LinkedHashMap<>();
    for (Command command : shown) {
      if (!command.schema(Facts.none()).fields().isEmpty()) {
        roff.section(command.name().toUpperCase(Locale.ROOT));
        settings(roff, command, printed);
      }
    }
    roff.section("SEE ALSO").text(MAIN + "(1), for the options of every command.");
  }

  private static String arguments(Command command) {
    return PlainWords.positional(command.schema(Facts.none())).stream()
        .map(
            field -> {
              String word = field.label().toUpperCase(Locale.ROOT).replace(' ', '-');
              boolean several = command.several().filter(field.key()::equals).isPresent();
              return several ? word + " ..." : word;
            })
        .collect(Collectors.joining(" "));
  }

  /** What another command has too is told once. */
  private static void settings(Roff roff, Command command, Map<List<Field<?>>, String> printed) {
    Schema schema = command.schema(Facts.none());
    if (!command.name().contains(" ")) {
      roff.part(command.name());
    }
    for (Schema.Page page : schema.pages()) {
      if (page.fields().isEmpty()) {
        continue;
      }
      if (!page.title().isEmpty()) {
        roff.part(page.title());
      }
      String before = printed.putIfAbsent(page.fields(), command.name());
      if (before != null) {
        roff.text("As for " + before + ".");
        continue;
      }
      for (Field<?> field : page.fields()) {
        item(roff, field, command);
      }
    }
  }

  private static void item(Roff roff, Field<?> field, Command command) {
    boolean flag = field.type().name().equals("FLAG");
    boolean several =
        field.type().many() || command.several().filter(field.key()::equals).isPresent();
    StringBuilder text = new StringBuilder(field.help());
    if (!flag && !field.type().words().isEmpty()) {
      text.append(" One of: ").append(String.join(", ", field.type().words())).append('.');
    }
    field
        .type()
        .group()
        .ifPresent(
            group ->
                text.append(" Keys: ")
                    .append(
                        group.fields().stream().map(Field::key).collect(Collectors.joining(", ")))
                    .append('.'));
    if (several) {
      text.append(" May be given several times.");
    }
    if (field.position() > 0) {
      text.append(" May also stand as a word behind the command.");
    }
    roff.item(
        (flag ? "--[no-]" : "--") + field.key(), flag ? "" : field.type().name(), text.toString());
  }

  private static void flags(Roff roff, List<Flags.Shape> shapes) {
    for (Flags.Shape shape : shapes) {
      String value =
          shape.valued() ? shape.words().isEmpty() ? "VALUE" : String.join("|", shape.words()) : "";
      roff.item(
          String.join(", ", shape.names()),
          value,
          shape.about().replaceAll(" \\((PROXKILN_\\w+)\\)$", " Variable: $1."));
    }
  }
}
