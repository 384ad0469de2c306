package dev.proxkiln.cli.call;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.run.AnswerFile;
import dev.proxkiln.cli.wiring.DefinitionFolder;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.vault.Opening;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands that keep settings under a name. */
public final class DefinitionCommands {
  /** The action whose settings are kept. */
  private static final String CREATE = "template create";

  private static final Field<Long> VERSION =
      Field.of(
          "version",
          "Version",
          Type.integer(1, 1_000_000),
          "Show an earlier version; left out, the present one.");

  private final Outside outside;
  private final Wiring wiring;

  public DefinitionCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The commands, where modules have an action to define. */
  public List<Command> commands(List<Command> modules) {
    List<Command> commands = new ArrayList<>();
    Optional<Action<?>> create = create(modules);
    if (create.isPresent()) {
      commands.add(new Command.Defines(create.get()));
      commands.add(
          new Command.Own(
              "template definitions",
              "List the definitions, or show one.",
              Schema.of(Command.Defines.DEFINITION, VERSION),
              false,
              this::definitions));
      commands.add(
          new Command.Own(
              "template undefine",
              "Remove a definition; its templates stay.",
              Schema.of(Command.Defines.DEFINITION.mandatory()),
              false,
              this::undefine));
    }
    return commands;
  }

  static Optional<Action<?>> create(List<Command> commands) {
    for (Command command : commands) {
      if (command instanceof Command.Acts(Action<?> action) && action.name().equals(CREATE)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }

  /** The action whose settings definitions hold. */
  static Action<?> create(Wiring wiring) {
    return create(wiring.commands()).orElseThrow();
  }

  /** {@code template define}. */
  int define(Action<?> action, Invocation invocation) {
    Values values = invocation.values();
    List<Problem> problems = new ArrayList<>();
    for (String key : List.of("name", "vmid")) {
      values
          .find(key)
          .filter(value -> given(value.origin()))
          .ifPresent(
              value ->
                  problems.add(
                      CoreSlug.INVALID_VALUE.problem(
                          value.origin().name(key),
                          "A definition has no " + key + " for its templates.",
                          "Every version gets the definition's name and the next free VM ID.",
                          "Leave it out.")));
    }
    // An image that is not known would fail at night, when nobody looks.
    String image =
        values.find("image").map(value -> value.origin().name("image")).orElse("--image");
    if (action.read(values, Facts.none()) instanceof Checked.Invalid<?>(List<Problem> wrong)) {
      wrong.stream().filter(problem -> problem.where().equals(image)).forEach(problems::add);
    }
    // What depends on the target is judged when a template is made; no target is asked here.
    if (invocation.command().schema(Facts.none()).read(values, Facts.none())
        instanceof Checked.Invalid<Answers>(List<Problem> wrong)) {
      wrong.stream()
          .filter(
              p ->
                  !p.slug().equals(CoreSlug.MISSING_VALUE.text())
                      || p.where().equals("--" + Command.Defines.DEFINITION.key())
                      || p.where().equals("--image"))
          .forEach(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.stream().distinct().toList());
    }
    String name = values.find(Command.Defines.DEFINITION.key()).orElseThrow().raw();
    invocation.resolved().aside().forEach(this::keepSecret);
    String text =
        AnswerFile.text(
            wiring, action.name(), action.schema(Facts.none()), values, DefinitionCommands::given);
    DefinitionFolder folder = wiring.definitions();
    boolean changed = folder.store(name, text);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("definition", name);
    told.put("version", folder.version(name));
    told.put("changed", changed);
    told.put("file", folder.file(name).toString());
    new Results(outside, wiring, invocation).print(new Query.One(told));
    return 0;
  }

  /** Settings files go on counting below a definition; they are not copied into it. */
  private static boolean given(Origin origin) {
    return switch (origin.kind()) {
      case DEFAULT, CLUSTER_FILE, SYSTEM_FILE, USER_FILE, PROJECT_FILE, PROFILE -> false;
      default -> true;
    };
  }

  /** A crypt hash that was given as a value becomes a secret of its own: files name secrets. */
  public void keepSecret(String name, String text) {
    // Nobody can be asked for a passphrase here, where a screen may be open.
    boolean locked =
        wiring.vault().opening().filter(Opening.Passphrase.class::isInstance).isPresent();
    if (locked) {
      Path file = wiring.secretFolder().resolve(name);
      wiring.files().write(file.toString(), text + "\n", 0600);
      outside.err().println("The password's hash is kept in " + file + ".");
    } else {
      wiring.vault().change(vault -> vault.with(name, text, Instant.now()));
      outside.err().println("The password's hash is kept in the vault as " + name + ".");
    }
  }

  private int definitions(Invocation invocation) {
    Answers answers = invocation.answers();
    DefinitionFolder folder = wiring.definitions();
    Results results = new Results(outside, wiring, invocation);
    Optional<String> name = answers.find(Command.Defines.DEFINITION);
    if (name.isEmpty()) {
      results.print(
          new Query.Rows(
              List.of(
                  new Query.Column("DEFINITION", "definition"),
                  new Query.Column("VERSION", "version"),
                  new Query.Column("FILE", "file")),
              folder.names().stream().<Object>map(n -> row(folder, n)).toList()));
      return 0;
    }
    Optional<Integer> version = answers.find(VERSION).map(Math::toIntExact);
    String text =
        folder.text(name.get(), version).orElseThrow(() -> unknown(folder, name.get(), version));
    if (invocation.globals().output().equals("table")) {
      outside.out().print(text);
    } else {
      Map<String, Object> one = row(folder, name.get());
      version.ifPresent(v -> one.put("version", v));
      one.put("text", text);
      results.print(new Query.One(one));
    }
    return 0;
  }

  private static Map<String, Object> row(DefinitionFolder folder, String name) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("definition", name);
    row.put("version", folder.version(name));
    row.put("file", folder.file(name).toString());
    return row;
  }

  private int undefine(Invocation invocation) {
    String name = invocation.answers().get(Command.Defines.DEFINITION);
    DefinitionFolder folder = wiring.definitions();
    if (!folder.names().contains(name)) {
      throw unknown(folder, name, Optional.empty());
    }
    folder.remove(name);
    if (!invocation.switches().quiet()) {
      outside.err().println("Definition " + name + " removed; its templates stay.");
    }
    return 0;
  }

  private static ProblemException unknown(
      DefinitionFolder folder, String name, Optional<Integer> version) {
    return CoreSlug.DEFINITION_UNKNOWN
        .problem(
            version.isPresent() ? "--version" : "--definition",
            "There is no definition '"
                + name
                + "'"
                + version.map(v -> " of version " + v).orElse("")
                + ".",
            "",
            Nearest.to(name, folder.names())
                    .filter(near -> !near.equals(name))
                    .map(near -> "Did you mean '" + near + "'? ")
                    .orElse("")
                + "See them with: proxkiln template definitions")
        .raise();
  }
}
