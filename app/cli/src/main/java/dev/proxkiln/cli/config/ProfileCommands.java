package dev.proxkiln.cli.config;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.settings.SettingsWriter;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.ConfigSlug;
import dev.proxkiln.config.Migrations;
import dev.proxkiln.config.SettingKey;
import dev.proxkiln.config.SettingsFile;
import dev.proxkiln.config.SettingsText;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.file.AtomicFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code profile ...}: clusters under names, in the user's settings file. */
public final class ProfileCommands {
  /** What leads to a cluster. */
  private static final List<String> WAY = List.of("target", "node", "token", "fingerprint");

  private static final String CHOICE = "profile";

  private final Field<String> name =
      Field.of("profile-name", "Name", Globals.PROFILE_NAME, "Name of the profile, for --profile.")
          .mandatory()
          .at(1);

  private final Outside outside;
  private final Wiring wiring;

  public ProfileCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The commands. */
  public List<Command> commands() {
    Field<String> known =
        name.choosing(
            facts ->
                Field.Choice.plain(SettingsPlaces.profiles(wiring.layout(), outside.folder())));
    return List.of(
        own("list", "List profiles.", Schema.of(), this::list),
        own(
            "add",
            "Keep --target, --node, --token and --fingerprint as a profile.",
            Schema.of(name),
            this::add),
        own(
            "use",
            "Work with a profile unless told otherwise; none for none.",
            Schema.of(known),
            this::use),
        own("remove", "Remove a profile.", Schema.of(known), this::remove));
  }

  private static Command own(String verb, String summary, Schema schema, Command.Own.Body body) {
    return new Command.Own("profile " + verb, summary, schema, false, body);
  }

  private int list(Invocation invocation) {
    Optional<String> chosen = wiring.settings().find(CHOICE).map(Values.Value::raw);
    Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
    for (SettingsFile file : SettingsPlaces.all(wiring.layout(), outside.folder())) {
      if (file.there()) {
        SettingsText text = Migrations.KNOWN.forward(file.path().toString(), file.text());
        for (String profile : text.profiles()) {
          Map<String, Object> row =
              rows.computeIfAbsent(profile, one -> empty(one, chosen.equals(Optional.of(one))));
          for (String key : WAY) {
            text.get(SettingKey.ofProfile(profile, key)).ifPresent(raw -> row.put(key, raw));
          }
          row.put("file", file.path().toString());
        }
      }
    }
    new Results(outside, wiring, invocation)
        .print(
            new Query.Rows(
                List.of(
                    new Query.Column("PROFILE", "profile"),
                    new Query.Column("CHOSEN", "chosen"),
                    new Query.Column("TARGET", "target"),
                    new Query.Column("NODE", "node"),
                    new Query.Column("TOKEN", "token"),
                    new Query.Column("FILE", "file")),
                List.copyOf(rows.values())));
    return 0;
  }

  private static Map<String, Object> empty(String profile, boolean chosen) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("profile", profile);
    row.put("chosen", chosen);
    return row;
  }

  private int add(Invocation invocation) {
    String profile = invocation.answers().get(name);
    Map<SettingKey, String> wanted = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    KnownSettings known = new KnownSettings(wiring.commands());
    for (String key : WAY) {
      Optional<Values.Value> value = wiring.settings().find(key).filter(v -> isOfThisCall(v));
      value.ifPresent(
          v -> {
            SettingKey at = SettingKey.ofProfile(profile, key);
            known.refused(at, v.raw(), v.origin().name(key)).ifPresent(problems::add);
            wanted.put(at, v.raw());
          });
    }
    if (!wanted.containsKey(SettingKey.ofProfile(profile, "target"))) {
      problems.add(
          CoreSlug.MISSING_VALUE.problem(
              "--target",
              "The target of profile '" + profile + "' is missing.",
              "A profile says where to work.",
              "Give --target ADDRESS."));
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    Path file = SettingsPlaces.user(wiring.layout());
    writer()
        .change(
            file,
            text -> {
              SettingsText changed = text;
              for (Map.Entry<SettingKey, String> one : wanted.entrySet()) {
                changed = changed.set(one.getKey(), one.getValue());
              }
              return changed;
            });
    told(invocation, profile, file, "Profile " + profile + " is in " + file + ".");
    return 0;
  }

  /** What files say is theirs already. */
  private static boolean isOfThisCall(Values.Value value) {
    return switch (value.origin().kind()) {
      case FLAG, ENVIRONMENT, TYPED -> true;
      case DEFAULT, CLUSTER_FILE, SYSTEM_FILE, USER_FILE, PROJECT_FILE, PROFILE, SPEC_FILE -> false;
    };
  }

  private int use(Invocation invocation) {
    Answers answers = invocation.answers();
    String profile = answers.get(name);
    Path file = SettingsPlaces.user(wiring.layout());
    if (profile.equals("none")) {
      writer().change(file, text -> text.unset(SettingKey.plain(CHOICE)));
      told(invocation, profile, file, "No profile is chosen in " + file + ".");
      return 0;
    }
    demand(profile, SettingsPlaces.profiles(wiring.layout(), outside.folder()));
    writer().change(file, text -> text.set(SettingKey.plain(CHOICE), profile));
    told(invocation, profile, file, "Profile " + profile + " is chosen in " + file + ".");
    return 0;
  }

  private int remove(Invocation invocation) {
    String profile = invocation.answers().get(name);
    Path file = SettingsPlaces.user(wiring.layout());
    SettingsText before = SettingsText.of(file.toString(), SettingsWriter.text(file));
    demand(profile, before.profiles());
    writer()
        .change(
            file,
            text -> {
              SettingsText without = text.withoutProfile(profile);
              SettingKey choice = SettingKey.plain(CHOICE);
              return without.get(choice).equals(Optional.of(profile))
                  ? without.unset(choice)
                  : without;
            });
    told(invocation, profile, file, "Profile " + profile + " is gone from " + file + ".");
    return 0;
  }

  private static void demand(String profile, List<String> known) {
    if (!known.contains(profile)) {
      throw ConfigSlug.PROFILE_UNKNOWN
          .problem(
              "--profile-name",
              "There is no profile '" + profile + "'.",
              known.isEmpty() ? "" : "There are: " + String.join(", ", known) + ".",
              Nearest.to(profile, known)
                  .map(near -> "Did you mean '" + near + "'?")
                  .orElse("Make it with: proxkiln profile add " + profile))
          .raise();
    }
  }

  private SettingsWriter writer() {
    return new SettingsWriter(wiring.layout(), new AtomicFiles());
  }

  private void told(Invocation invocation, String profile, Path file, String sentence) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("profile", profile);
    tree.put("file", file.toString());
    new Results(outside, wiring, invocation).told(tree, sentence);
  }
}
