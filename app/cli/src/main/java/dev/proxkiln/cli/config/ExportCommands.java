package dev.proxkiln.cli.config;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.settings.SettingsWriter;
import dev.proxkiln.cli.vault.Passphrases;
import dev.proxkiln.cli.wiring.Consent;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.SecretSource;
import dev.proxkiln.config.Sources;
import dev.proxkiln.config.vault.Export;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Modes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * {@code config export} and {@code config import}: settings, definitions, own keys and images, and
 * secrets, carried to another installation in one file.
 */
public final class ExportCommands {
  /** What an export may hold in bytes: text, no images. */
  private static final long MOST = 16 << 20;

  private static final String CONFIG = "config";
  private static final String CLUSTER = "cluster";

  private static final Field<String> FILE =
      Field.of("export-file", "File", Type.anyText(4000), "File of the export.").mandatory().at(1);
  private static final Field<Boolean> WITHOUT =
      Field.of("without-secrets", "Without secrets", Type.flag(), "Leave secrets out.")
          .byDefault(false);
  private static final Field<Boolean> CLEAR =
      Field.of(
              "secrets-in-clear",
              "Secrets in clear",
              Type.flag(),
              "Encrypt nothing: whoever reads the file has every secret in it.")
          .byDefault(false);

  private final Outside outside;
  private final Wiring wiring;

  public ExportCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The commands. */
  public List<Command> commands() {
    return List.of(
        new Command.Own(
            "config export",
            "Write the configuration with its secrets to a file that a passphrase opens.",
            Schema.of(FILE, WITHOUT, CLEAR),
            false,
            this::export),
        new Command.Own(
            "config import",
            "Take over a configuration from the file of an export.",
            Schema.of(FILE, WITHOUT),
            false,
            this::take));
  }

  private int export(Invocation invocation) {
    Answers answers = invocation.answers();
    Path file = outside.folder().resolve(answers.get(FILE)).toAbsolutePath().normalize();
    if (Files.exists(file)) {
      Consent.to(outside, invocation.switches(), "'" + file + "' is there, and is written over.");
    }
    Export export = new Export(files(), answers.get(WITHOUT) ? new TreeMap<>() : secrets());
    String text =
        answers.get(CLEAR)
            ? export.clear(wiring.json())
            : export.sealed(
                wiring.passphrases().fresh(Passphrases.EXPORT), wiring.json(), new SecureRandom());
    new AtomicFiles().write(file, text, 0600);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("file", file.toString());
    told.put("encrypted", !answers.get(CLEAR));
    told.put("files", List.copyOf(export.files().keySet()));
    told.put("secrets", List.copyOf(export.secrets().keySet()));
    new Results(outside, wiring, invocation).print(new Query.One(told));
    return 0;
  }

  // ---- what is carried ----

  private SortedMap<String, String> files() {
    SortedMap<String, String> files = new TreeMap<>();
    collect(CONFIG, wiring.layout().config(), files);
    wiring.layout().cluster().ifPresent(folder -> collect(CLUSTER, folder, files));
    return files;
  }

  private void collect(String name, Path folder, SortedMap<String, String> files) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      long size = 0;
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        Path relative = folder.relativize(file);
        if (isCarried(relative)) {
          byte[] bytes = Files.readAllBytes(file);
          size += bytes.length;
          if (size > MOST) {
            throw CoreSlug.INVALID_VALUE
                .problem(
                    folder.toString(),
                    "'" + folder + "' holds more than 16 MiB.",
                    "An export carries settings, no images.",
                    "Move large files elsewhere.")
                .raise();
          }
          files.put(name + "/" + relative, Base64.getEncoder().encodeToString(bytes));
        }
      }
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
  }

  /** Not the vault, which is of no use without its key; not what a killed write left. */
  private boolean isCarried(Path relative) {
    String name = relative.getFileName().toString();
    return !relative.startsWith("secrets")
        && !relative.equals(wiring.layout().vault().getFileName())
        && !name.startsWith(".")
        && !name.endsWith(".old");
  }

  private SortedMap<String, String> secrets() {
    TreeSet<String> names = new TreeSet<>(SecretSource.names(wiring.secretFolder()));
    names.addAll(wiring.vault().sealed().keySet());
    SortedMap<String, String> secrets = new TreeMap<>();
    for (String name : names) {
      secrets.put(name, wiring.keptSecrets().secret(name));
    }
    return secrets;
  }

  // ---- import ----

  /** A file of an export and its place here. */
  private record Arrival(String name, Path place, byte[] bytes, String action) {}

  private int take(Invocation invocation) {
    Answers answers = invocation.answers();
    Path file = outside.folder().resolve(answers.get(FILE)).toAbsolutePath().normalize();
    String text = SettingsWriter.text(file);
    String name = file.toString();
    String passphrase =
        Export.isSealed(name, text, wiring.json()) ? wiring.passphrases().export(name) : "";
    Export export = Export.read(name, text, passphrase, wiring.json());
    List<Arrival> arrivals = arrivals(export);
    Map<String, String> secrets = answers.get(WITHOUT) ? Map.of() : changed(export.secrets());
    List<Object> rows = new ArrayList<>();
    arrivals.forEach(arrival -> rows.add(row(arrival.place().toString(), arrival.action())));
    secrets.forEach((secret, value) -> rows.add(row("secret:" + secret, action(secret))));
    boolean changes =
        !secrets.isEmpty() || arrivals.stream().anyMatch(a -> !a.action().equals("same"));
    if (changes && !invocation.switches().dryRun()) {
      if (!invocation.switches().yes()) {
        rows.forEach(row -> outside.err().println("  " + line(row)));
      }
      Consent.to(
          outside,
          invocation.switches(),
          "The files and secrets of '" + file + "' replace those of the same name here.");
      arrivals.forEach(this::write);
      if (!secrets.isEmpty()) {
        wiring
            .vault()
            .change(
                vault -> {
                  var filled = vault;
                  for (Map.Entry<String, String> one : secrets.entrySet()) {
                    filled = filled.with(one.getKey(), one.getValue(), Instant.now());
                  }
                  return filled;
                });
      }
    }
    new Results(outside, wiring, invocation)
        .print(
            new Query.Rows(
                List.of(new Query.Column("WHAT", "what"), new Query.Column("ACTION", "action")),
                rows));
    return 0;
  }

  private static Map<String, Object> row(String what, String action) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", what);
    row.put("action", action);
    return row;
  }

  private static String line(Object row) {
    return row instanceof Map<?, ?> map ? map.get("action") + " " + map.get("what") : "";
  }

  private String action(String secret) {
    return wiring.vault().sealed().containsKey(secret) ? "replace" : "new";
  }

  private List<Arrival> arrivals(Export export) {
    List<Arrival> arrivals = new ArrayList<>();
    export
        .files()
        .forEach(
            (name, base64) -> place(name).ifPresent(at -> arrivals.add(arrival(name, at, base64))));
    return arrivals;
  }

  private static Arrival arrival(String name, Path place, String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      boolean there = Files.isRegularFile(place);
      boolean same = there && java.util.Arrays.equals(bytes, Files.readAllBytes(place));
      return new Arrival(name, place, bytes, same ? "same" : there ? "replace" : "new");
    } catch (IOException e) {
      throw FileTrouble.reading(place, e);
    } catch (IllegalArgumentException e) {
      throw strange(name).raise();
    }
  }

  /** Where a file goes; nowhere for what the cluster shares, where there is none. */
  private Optional<Path> place(String name) {
    int slash = name.indexOf('/');
    Path rest = Path.of(name.substring(slash + 1));
    boolean inside =
        slash > 0
            && !rest.isAbsolute()
            && rest.equals(rest.normalize())
            && !rest.startsWith("..")
            && !rest.toString().isEmpty();
    if (!inside || !isCarried(rest)) {
      throw strange(name).raise();
    }
    return switch (name.substring(0, slash)) {
      case CONFIG -> Optional.of(wiring.layout().config().resolve(rest));
      case CLUSTER -> wiring.layout().cluster().map(folder -> folder.resolve(rest));
      default -> throw strange(name).raise();
    };
  }

  private static dev.proxkiln.core.problem.Problem strange(String name) {
    return CoreSlug.INVALID_VALUE.problem(
        name,
        "The export holds a file '" + name + "' that has no place in a configuration.",
        "proxkiln writes no such file.",
        "Do not use this export.");
  }

  /** Secrets that are not here with the same text. */
  private Map<String, String> changed(Map<String, String> secrets) {
    Map<String, String> changed = new TreeMap<>();
    secrets.forEach(
        (name, text) -> {
          if (!Sources.isSecretName(name)) {
            throw strange("secret:" + name).raise();
          }
          if (!wiring.vault().find(name).equals(Optional.of(text))) {
            changed.put(name, text);
          }
        });
    return changed;
  }

  private void write(Arrival arrival) {
    if (arrival.action().equals("same")) {
      return;
    }
    AtomicFiles files = new AtomicFiles();
    Path place = arrival.place();
    boolean shared = arrival.name().startsWith(CLUSTER + "/");
    try {
      Path folder = place.toAbsolutePath().getParent();
      if (folder != null) {
        Modes.folder(folder, shared ? 0755 : 0750);
      }
      if (arrival.action().equals("replace")) {
        files.write(
            place.resolveSibling(place.getFileName() + ".old"), Files.readAllBytes(place), 0640);
      }
    } catch (IOException e) {
      throw FileTrouble.writing(place, e);
    }
    files.write(place, arrival.bytes(), 0640);
  }
}
