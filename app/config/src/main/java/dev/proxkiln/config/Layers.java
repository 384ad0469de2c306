package dev.proxkiln.config;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Lays settings over each other: default &lt; cluster file &lt; system file &lt; user file &lt;
 * project file &lt; spec file &lt; environment &lt; flag. Defaults are the schema's own and are not
 * in here. A profile counts above the file that chooses it; chosen by variable or flag, above all
 * that is weaker than these.
 *
 * <p>A settings file has plain keys for every command that knows them, and sections named by a
 * command's words for that command alone. A spec file has plain keys for one command, which it may
 * name in {@code command}.
 */
public final class Layers {
  private static final String COMMAND = "command";

  private final List<SettingsFile> files;
  private final Map<String, String> environment;
  private final Path folder;

  /**
   * Layers of one start.
   *
   * @param files cluster, system, user and project file, the weakest first
   * @param environment the process environment
   * @param folder the folder that relative names of spec files start from
   */
  public Layers(List<SettingsFile> files, Map<String, String> environment, Path folder) {
    this.files = List.copyOf(files);
    this.environment = Map.copyOf(environment);
    this.folder = folder;
  }

  /**
   * What is asked for.
   *
   * @param command words of the command, for example {@code template create}
   * @param fields the command's settings
   * @param globals settings that every command has
   * @param known every key that any command has, for settings files
   * @param commands the words of every command, for the sections of settings files
   * @param specs spec files in the order given; {@code -} is standard input
   * @param flags what was typed on the command line, by key
   */
  public record Request(
      String command,
      Schema fields,
      Schema globals,
      Supplier<Set<String>> known,
      Supplier<Set<String>> commands,
      List<String> specs,
      Map<String, String> flags) {}

  /**
   * All values for a command, its globals among them.
   *
   * @return the values, or every problem: {@code spec-unreadable}, {@code spec-other-command},
   *     {@code settings-unsafe}, {@code settings-too-new}, {@code profile-unknown}, {@code
   *     unknown-setting} (settings files only: a spec's keys are the schema's to judge)
   */
  public Checked<Values> read(Request request) {
    return read(request, List.of());
  }

  /**
   * All values for a command, those of documents among them: they stand where spec files do.
   *
   * @return as {@link #read(Request)}
   */
  public Checked<Values> read(Request request, List<Document> documents) {
    List<Problem> problems = new ArrayList<>();
    List<Values> layers = new ArrayList<>();
    Profiles profiles = new Profiles();
    for (SettingsFile file : files) {
      if (file.there()) {
        layers.add(settings(file, request, profiles, problems));
      }
    }
    for (String spec : request.specs()) {
      layers.add(spec(spec, request, problems));
    }
    for (Document document : documents) {
      layers.add(spec(document, request, problems));
    }
    layers.add(environment(request));
    layers.add(flags(request));
    Values values = profiles.fold(layers, 2, problems);
    return problems.isEmpty() ? new Checked.Valid<>(values) : new Checked.Invalid<>(problems);
  }

  /** The part of some values that a schema knows. */
  public static Values only(Values values, Schema schema) {
    TreeMap<String, Values.Value> entries = new TreeMap<>(values.entries());
    entries.keySet().removeIf(key -> schema.find(key).isEmpty());
    return new Values(entries);
  }

  /** The rest of some values, which a schema does not know. */
  public static Values without(Values values, Schema schema) {
    TreeMap<String, Values.Value> entries = new TreeMap<>(values.entries());
    entries.keySet().removeIf(key -> schema.find(key).isPresent());
    return new Values(entries);
  }

  private static Values flags(Request request) {
    Values values = Values.none();
    for (Map.Entry<String, String> flag : request.flags().entrySet()) {
      values = values.with(flag.getKey(), flag.getValue(), Origin.flag("--" + flag.getKey()));
    }
    return values;
  }

  private static Values settings(
      SettingsFile file, Request request, Profiles profiles, List<Problem> problems) {
    String name = file.path().toString();
    Map<String, Entry> entries;
    try {
      entries = Migrations.KNOWN.forward(name, file.text()).entries();
    } catch (ProblemException e) {
      problems.addAll(e.problems());
      return Values.none();
    }
    Values values = Values.none();
    Values section = Values.none();
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      String key = entry.getKey();
      if (key.equals(SettingKey.VERSION)) {
        continue;
      }
      if (entry.getValue() instanceof Entry.Section(Map<String, Entry> inner, int line)) {
        if (key.equals(SettingKey.PROFILES)) {
          inner.forEach((profile, one) -> profile(profile, one, name, request, profiles, problems));
        } else if (!request.commands().get().contains(key)) {
          problems.add(unknown(key, name, line, request.commands().get(), "command"));
        } else if (key.equals(request.command())) {
          for (Map.Entry<String, Entry> one : inner.entrySet()) {
            section =
                section.overlay(one(one.getKey(), one.getValue(), file.kind(), name, problems));
          }
        }
      } else if (!isKnown(key, request)) {
        problems.add(unknown(key, name, entry.getValue().line(), request.known().get(), "setting"));
      } else if (taken(key, request)) {
        values = values.overlay(one(key, entry.getValue(), file.kind(), name, problems));
      }
    }
    return values.overlay(section);
  }

  private static void profile(
      String profile,
      Entry entry,
      String name,
      Request request,
      Profiles profiles,
      List<Problem> problems) {
    if (!(entry instanceof Entry.Section(Map<String, Entry> inner, _))) {
      problems.add(
          YamlFile.unreadable(name, entry.line(), "gives profile '" + profile + "' no settings"));
      return;
    }
    profiles.name(profile);
    for (Map.Entry<String, Entry> one : inner.entrySet()) {
      String key = one.getKey();
      if (key.equals(Profiles.CHOICE) || !isKnown(key, request)) {
        String where = SettingKey.ofProfile(profile, key).toString();
        problems.add(
            unknown(where, name, one.getValue().line(), key, request.known().get(), "setting"));
      } else if (taken(key, request)) {
        one(key, one.getValue(), Origin.Kind.PROFILE, name, problems)
            .find(key)
            .ifPresent(value -> profiles.add(profile, key, value.raw()));
      }
    }
  }

  /** The keys of other commands cost their making; most files need none of them. */
  private static boolean isKnown(String key, Request request) {
    return request.globals().find(key).isPresent()
        || request.fields().find(key).isPresent()
        || request.known().get().contains(key);
  }

  /**
   * Whether a plain key of a settings file counts for this command. What a command works on (its
   * words, such as the VM ID to delete) never comes from a file that nobody named.
   */
  private static boolean taken(String key, Request request) {
    return request.globals().find(key).isPresent()
        || request.fields().find(key).filter(field -> field.position() == 0).isPresent();
  }

  private Values spec(String spec, Request request, List<Problem> problems) {
    try {
      String name = nameOf(spec);
      return spec(new Document(name, YamlFile.read(name, specText(spec))), request, problems);
    } catch (ProblemException e) {
      problems.addAll(e.problems());
      return Values.none();
    }
  }

  private static Values spec(Document document, Request request, List<Problem> problems) {
    Values values = Values.none();
    for (Map.Entry<String, Entry> entry : document.entries().entrySet()) {
      String key = entry.getKey();
      if (key.equals(COMMAND)) {
        if (!(entry.getValue() instanceof Entry.Raw(String words, _))
            || !words.equals(request.command())) {
          problems.add(otherCommand(document.name(), entry.getValue(), request.command()));
        }
      } else {
        values =
            values.overlay(
                one(key, entry.getValue(), Origin.Kind.SPEC_FILE, document.name(), problems));
      }
    }
    return values;
  }

  /**
   * The documents of a spec file that has any number of them.
   *
   * @param spec name of the file, {@code -} for standard input
   * @throws ProblemException {@code spec-unreadable}
   */
  public List<Document> documents(String spec) {
    String name = nameOf(spec);
    List<Map<String, Entry>> all = YamlFile.documents(name, specText(spec));
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      String which = all.size() == 1 ? name : name + ", document " + (i + 1);
      documents.add(new Document(which, all.get(i)));
    }
    return documents;
  }

  private static String nameOf(String spec) {
    return spec.equals("-") ? "standard input" : spec;
  }

  private String specText(String spec) {
    try {
      return spec.equals("-")
          ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
          : Files.readString(folder.resolve(spec));
    } catch (IOException e) {
      throw ConfigSlug.SPEC_UNREADABLE
          .problem(
              "-f " + spec,
              "The spec file '" + nameOf(spec) + "' cannot be read.",
              Files.exists(folder.resolve(spec))
                  ? String.valueOf(e.getMessage())
                  : "It is not there.",
              "Give the path of a YAML file with -f.")
          .raise();
    }
  }

  private static Values one(
      String key, Entry entry, Origin.Kind kind, String name, List<Problem> problems) {
    return switch (entry) {
      case Entry.Raw(String text, _) -> Values.none().with(key, text, new Origin(kind, name));
      case Entry.Section(_, int line) -> {
        problems.add(YamlFile.unreadable(name, line, "gives '" + key + "' settings of its own"));
        yield Values.none();
      }
      case Entry.Odd(int line) -> {
        problems.add(YamlFile.unreadable(name, line, "gives '" + key + "' a list of lists"));
        yield Values.none();
      }
    };
  }

  private Values environment(Request request) {
    Values values = Values.none();
    List<Field<?>> fields = new ArrayList<>(request.globals().fields());
    fields.addAll(request.fields().fields());
    for (Field<?> field : fields) {
      String raw = environment.get(field.variable());
      if (raw != null && !raw.isBlank()) {
        values =
            values.with(field.key(), raw, new Origin(Origin.Kind.ENVIRONMENT, field.variable()));
      }
    }
    return values;
  }

  static Problem unknown(String key, String name, int line, Set<String> known, String what) {
    return unknown(key, name, line, key, known, what);
  }

  private static Problem unknown(
      String where, String name, int line, String key, Set<String> known, String what) {
    return CoreSlug.UNKNOWN_SETTING.problem(
        where + " in " + name + ", line " + line,
        "There is no " + what + " '" + key + "'.",
        "",
        Nearest.to(key, known)
            .map(near -> "Did you mean '" + near + "'?")
            .orElse("Remove it; proxkiln help COMMAND lists the settings."));
  }

  private static Problem otherCommand(String name, Entry entry, String command) {
    String words = entry instanceof Entry.Raw(String text, _) ? text : "?";
    return ConfigSlug.SPEC_OTHER_COMMAND.problem(
        "command in " + name + ", line " + entry.line(),
        "'" + name + "' is for '" + words + "', not for '" + command + "'.",
        "",
        "Run: proxkiln " + words + " -f " + name);
  }
}
