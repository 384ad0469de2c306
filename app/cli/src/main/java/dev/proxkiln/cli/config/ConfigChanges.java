package dev.proxkiln.cli.config;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.run.AnswerFile;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.settings.SettingsWriter;
import dev.proxkiln.cli.wiring.Consent;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.SettingKey;
import dev.proxkiln.config.SettingsText;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Modes;
import dev.proxkiln.host.process.TerminalProgram;
import dev.proxkiln.ui.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The commands that change the configuration. */
final class ConfigChanges {
  private static final Field<List<String>> VALUE =
      Field.of(
              "value",
              "Value",
              Type.listOf(Type.anyText(100_000), ""),
              "The value, as a flag takes it; several words for a list.")
          .mandatory()
          .at(2);
  private static final Field<Boolean> CLUSTER =
      Field.of(
              "cluster",
              "Cluster",
              Type.flag(),
              "Change what all nodes of the cluster share, not what is yours.")
          .byDefault(false);
  private static final Field<Boolean> PROJECT =
      Field.of(
              "project",
              "Project",
              Type.flag(),
              "Change proxkiln.yaml of the current folder, not what is yours.")
          .byDefault(false);

  private final Outside outside;
  private final Wiring wiring;
  private final Supplier<KnownSettings> known;

  ConfigChanges(Outside outside, Wiring wiring, Supplier<KnownSettings> known) {
    this.outside = outside;
    this.wiring = wiring;
    this.known = known;
  }

  List<Command> commands(Field<String> key) {
    return List.of(
        ConfigCommands.own(
                "set",
                "Give a setting a value.",
                Schema.of(key, VALUE, CLUSTER, PROJECT),
                invocation -> set(invocation, key))
            .withSeveral("value"),
        ConfigCommands.own(
            "unset",
            "Take a setting out of a settings file.",
            Schema.of(key, CLUSTER, PROJECT),
            invocation -> unset(invocation, key)),
        ConfigCommands.own(
            "edit",
            "Open a settings file in your editor; it is checked before it is saved.",
            Schema.of(CLUSTER, PROJECT),
            this::edit),
        ConfigCommands.own(
            "reset",
            "Take every setting out of a settings file; what was there is kept beside it.",
            Schema.of(CLUSTER, PROJECT),
            this::reset));
  }

  private SettingsWriter writer() {
    return new SettingsWriter(wiring.layout(), new AtomicFiles());
  }

  /** The file to change. */
  private Path file(Answers answers) {
    boolean cluster = answers.get(CLUSTER);
    boolean project = answers.get(PROJECT);
    if (cluster && project) {
      throw CliSlug.BAD_USAGE
          .problem("--cluster", "--cluster and --project exclude each other.", "", "Give one.")
          .raise();
    }
    if (project) {
      return outside.folder().resolve("proxkiln.yaml");
    }
    return cluster ? SettingsPlaces.shared(wiring.layout()) : SettingsPlaces.user(wiring.layout());
  }

  private int set(Invocation invocation, Field<String> keyField) {
    Answers answers = invocation.answers();
    SettingKey key = SettingKey.parse(answers.get(keyField), known.get().commands());
    Field<?> field = known.get().fields(key).getFirst();
    String raw = String.join("\n", answers.get(VALUE));
    boolean list = known.get().fields(key).stream().anyMatch(f -> f.type().many());
    if (answers.get(VALUE).size() > 1 && !list) {
      throw CliSlug.BAD_USAGE
          .problem(
              key.toString(),
              field.label() + " takes one value, not " + answers.get(VALUE).size() + ".",
              "",
              "Put a value with spaces into quotes.")
          .raise();
    }
    known
        .get()
        .refused(key, raw, key.toString())
        .ifPresent(
            problem -> {
              throw problem.raise();
            });
    Path file = file(answers);
    Object tree = tree(field, raw);
    boolean changed = writer().change(file, text -> text.set(key, tree));
    tell(invocation, file, changed, key);
    return 0;
  }

  /** The value as YAML has it best: lists as lists, yes and no and whole numbers as such. */
  private static Object tree(Field<?> field, String raw) {
    if (field.type().name().equals("FLAG")) {
      return field.type().parse().apply(raw);
    }
    if (field.type().name().equals("NUMBER") && raw.matches("\\d{1,18}")) {
      return Long.valueOf(raw);
    }
    return AnswerFile.tree(field, raw);
  }

  private int unset(Invocation invocation, Field<String> keyField) {
    Answers answers = invocation.answers();
    String given = answers.get(keyField);
    Path file = file(answers);
    SettingKey key = key(given, file);
    boolean changed = writer().change(file, text -> text.unset(key));
    tell(invocation, file, changed, key);
    return 0;
  }

  /** What is to go may be what no command knows any more. */
  private SettingKey key(String given, Path file) {
    SettingsText text = SettingsText.of(file.toString(), SettingsWriter.text(file));
    return text.keys().stream()
        .filter(key -> key.toString().equals(given))
        .findFirst()
        .orElseGet(
            () -> {
              SettingKey key = SettingKey.parse(given, known.get().commands());
              known.get().fields(key);
              return key;
            });
  }

  private void tell(Invocation invocation, Path file, boolean changed, SettingKey key) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("setting", key.toString());
    told.put("file", file.toString());
    told.put("changed", changed);
    new Results(outside, wiring, invocation)
        .told(told, changed ? "Changed " + file + "." : "Nothing to change in " + file + ".");
  }

  private int reset(Invocation invocation) {
    Path file = file(invocation.answers());
    String before = SettingsWriter.text(file);
    Path kept = file.resolveSibling(file.getFileName() + ".old");
    if (before.isEmpty()) {
      new Results(outside, wiring, invocation)
          .told(resetTree(file, false), "Nothing to change in " + file + ".");
      return 0;
    }
    Consent.to(
        outside,
        invocation.switches(),
        "Every setting in " + file + " goes; it is kept as " + kept + ".");
    SettingsWriter writer = writer();
    writer.replace(kept, SettingsWriter.text(kept), before);
    writer.replace(file, before, SettingsWriter.TITLE);
    new Results(outside, wiring, invocation)
        .told(resetTree(file, true), "Reset " + file + "; it is kept as " + kept + ".");
    return 0;
  }

  private static Map<String, Object> resetTree(Path file, boolean changed) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("file", file.toString());
    tree.put("changed", changed);
    return tree;
  }

  // ---- edit ----

  private int edit(Invocation invocation) {
    Path file = file(invocation.answers());
    String before = SettingsWriter.text(file);
    Path copy = wiring.layout().run().resolve("edit-" + ProcessHandle.current().pid() + ".yaml");
    try {
      Modes.folder(wiring.layout().run(), 0750);
    } catch (IOException e) {
      throw FileTrouble.writing(copy, e);
    }
    AtomicFiles files = new AtomicFiles();
    files.write(copy, before.isEmpty() ? SettingsWriter.TITLE : before, 0600);
    String after = edited(invocation, file, copy);
    boolean changed = !after.equals(before) && !after.equals(SettingsWriter.TITLE);
    if (changed) {
      writer().replace(file, before, after);
    }
    files.delete(copy);
    new Results(outside, wiring, invocation)
        .told(resetTree(file, changed), changed ? "Changed " + file + "." : "Nothing was changed.");
    return 0;
  }

  /** Lets the user edit until the text is right; what is not saved stays in the copy. */
  private String edited(Invocation invocation, Path file, Path copy) {
    SettingsReport report = new SettingsReport(outside, wiring, known.get());
    while (true) {
      List<String> argv = new ArrayList<>(editor());
      argv.add(copy.toString());
      int code = TerminalProgram.run(argv, outside.environment());
      String text = SettingsWriter.text(copy);
      List<Problem> problems = new ArrayList<>(report.problems(file.toString(), text));
      if (code != 0) {
        problems.addFirst(
            CoreSlug.COMMAND_FAILED.problem(
                argv.getFirst(),
                "The editor ended with exit code " + code + ".",
                "",
                "Set VISUAL or EDITOR to another one."));
      }
      if (problems.isEmpty()) {
        return text;
      }
      if (!again(invocation, problems)) {
        outside.err().println("Nothing was saved; what you wrote is in " + copy + ".");
        throw new ProblemException(problems);
      }
    }
  }

  private boolean again(Invocation invocation, List<Problem> problems) {
    Optional<Terminal.Line> terminal =
        invocation.switches().noInput() ? Optional.empty() : outside.terminal().open();
    if (terminal.isEmpty()) {
      return false;
    }
    try (Terminal.Line line = terminal.get()) {
      problems.forEach(problem -> line.out().println(problem.where() + ": " + problem.what()));
      return line.ask("Edit again?", List.of("yes", "no"), "yes").equals("yes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The user's editor: its words are split at spaces, no shell reads them. */
  private List<String> editor() {
    return Stream.of("VISUAL", "EDITOR")
        .map(name -> outside.environment().getOrDefault(name, "").strip())
        .filter(words -> !words.isEmpty())
        .findFirst()
        .map(words -> List.of(words.split("\\s+")))
        .orElseGet(
            () ->
                Stream.of("/usr/bin/editor", "/usr/bin/nano", "/usr/bin/vi")
                    .filter(path -> Files.isExecutable(Path.of(path)))
                    .findFirst()
                    .map(List::of)
                    .orElse(List.of("vi")));
  }
}
