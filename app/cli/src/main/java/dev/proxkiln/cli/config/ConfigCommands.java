package dev.proxkiln.cli.config;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.SettingKey;
import dev.proxkiln.config.SettingsFile;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commands that read the configuration. */
public final class ConfigCommands {
  private static final Field<String> FILE =
      Field.of(
              "settings-file",
              "File",
              Type.anyText(4000),
              "Settings file to look at; left out, every one that counts here.")
          .at(1)
          .from(Field.Source.PATH);

  private final Field<String> key =
      Field.of(
              "key",
              "Key",
              Type.anyText(200),
              "Name of a setting: KEY, COMMAND.WORDS.KEY or profiles.NAME.KEY.")
          .choosing(facts -> Field.Choice.plain(known().keys()))
          .mandatory()
          .at(1);

  private final Outside outside;
  private final Wiring wiring;
  private @Nullable KnownSettings known;

  public ConfigCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The commands. */
  public List<Command> commands() {
    List<Command> commands = new ArrayList<>();
    commands.add(
        reading(
            "list",
            "List settings, their values and where these come from.",
            Schema.of(),
            this::list));
    commands.add(reading("get", "Print the value of a setting.", Schema.of(key), this::get));
    commands.add(own("path", "Tell where settings files are.", Schema.of(), this::path));
    commands.add(
        own(
            "validate",
            "Check settings files and tell all that is wrong.",
            Schema.of(FILE),
            this::validate));
    commands.add(
        own("schema", "Print the JSON Schema of a settings file.", Schema.of(), this::schema));
    commands.addAll(new ConfigChanges(outside, wiring, this::known).commands(key));
    return commands;
  }

  static Command.Own own(String verb, String summary, Schema schema, Command.Own.Body body) {
    return reading(verb, summary, schema, body).mending();
  }

  private static Command.Own reading(
      String verb, String summary, Schema schema, Command.Own.Body body) {
    return new Command.Own("config " + verb, summary, schema, false, body);
  }

  private KnownSettings known() {
    KnownSettings made = known;
    if (made == null) {
      made = new KnownSettings(wiring.commands());
      known = made;
    }
    return made;
  }

  private SettingsReport report() {
    return new SettingsReport(outside, wiring, known());
  }

  private int list(Invocation invocation) {
    List<Object> rows = report().all().stream().<Object>map(SettingsReport.Worth::tree).toList();
    new Results(outside, wiring, invocation)
        .print(
            new Query.Rows(
                List.of(
                    new Query.Column("SETTING", "setting"),
                    new Query.Column("VALUE", "value"),
                    new Query.Column("FROM", "origin"),
                    new Query.Column("DEFAULT", "default")),
                rows));
    return 0;
  }

  private int get(Invocation invocation) {
    String given = invocation.answers().get(key);
    SettingsReport.Worth worth = report().worth(SettingKey.parse(given, known().commands()));
    if (invocation.globals().output().equals("table")) {
      worth.value().ifPresent(outside.out()::println);
    } else {
      new Results(outside, wiring, invocation).print(new Query.One(worth.tree()));
    }
    return 0;
  }

  private int path(Invocation invocation) {
    List<Object> rows = new ArrayList<>();
    for (SettingsFile file : SettingsPlaces.all(wiring.layout(), outside.folder())) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("layer", layer(file.kind()));
      row.put("file", file.path().toString());
      row.put("there", file.there());
      rows.add(row);
    }
    new Results(outside, wiring, invocation)
        .print(
            new Query.Rows(
                List.of(
                    new Query.Column("LAYER", "layer"),
                    new Query.Column("FILE", "file"),
                    new Query.Column("THERE", "there")),
                rows));
    return 0;
  }

  private static String layer(Origin.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace("_file", "");
  }

  private int validate(Invocation invocation) {
    Answers answers = invocation.answers();
    Optional<String> named = answers.find(FILE);
    List<SettingsFile> files =
        named
            .map(name -> List.of(new SettingsFile(Origin.Kind.SPEC_FILE, Path.of(name))))
            .orElseGet(() -> SettingsPlaces.all(wiring.layout(), outside.folder()));
    Map<String, List<Problem>> found = report().problems(files);
    List<Problem> problems = found.values().stream().flatMap(List::stream).toList();
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    List<Object> rows =
        found.keySet().stream()
            .<Object>map(file -> Map.of("file", file, "state", "valid"))
            .toList();
    new Results(outside, wiring, invocation)
        .print(
            new Query.Rows(
                List.of(new Query.Column("FILE", "file"), new Query.Column("STATE", "state")),
                rows));
    return 0;
  }

  private int schema(Invocation invocation) {
    outside.out().print(wiring.json().pretty(known().jsonSchema()));
    return 0;
  }
}
