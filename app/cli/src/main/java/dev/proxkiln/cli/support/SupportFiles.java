package dev.proxkiln.cli.support;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.doctor.DoctorCommand;
import dev.proxkiln.cli.module.ModuleCommands;
import dev.proxkiln.cli.node.FactsTree;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.SettingsFile;
import dev.proxkiln.config.vault.VaultSlug;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.log.Masks;
import dev.proxkiln.host.log.RollingLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What goes into a support bundle: texts, every one of them without the secrets that this machine
 * has and without whatever looks like one. The tail of a file will do where it is long.
 */
final class SupportFiles {
  /** Bytes of a file that are taken, its last ones. */
  private static final int MOST = 2 << 20;

  /** Files of a run; its secrets are not among them. */
  private static final List<String> OF_A_RUN =
      List.of(
          "plan.json",
          "journal.jsonl",
          "events.jsonl",
          "output.log",
          "answers.yaml",
          "process.log");

  private final Outside outside;
  private final Wiring wiring;
  private final Masks masks = Masks.ofProcess();
  private final SequencedMap<String, byte[]> files = new LinkedHashMap<>();

  SupportFiles(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /**
   * The files by name.
   *
   * @param runs how many runs, the newest ones
   */
  SequencedMap<String, byte[]> collect(DoctorCommand.Found found, long runs) {
    List<String> ids = wiring.runs().ids().stream().limit(runs).toList();
    learn();
    add("about.json", wiring.json().pretty(about()));
    add("doctor.json", wiring.json().pretty(found.findings().stream().map(Finding::row).toList()));
    found
        .connection()
        .ifPresent(
            connection -> {
              Facts facts = connection.facts();
              add("facts.json", wiring.json().pretty(FactsTree.of(facts)));
            });
    add("modules.json", wiring.json().pretty(new ModuleCommands(outside, wiring).rows()));
    settings();
    logs();
    for (String id : ids) {
      for (String name : OF_A_RUN) {
        file("runs/" + id + "/" + name, wiring.runs().folder(id).resolve(name));
      }
    }
    return files;
  }

  /** Every secret that this machine has must be known before a text is taken. */
  private void learn() {
    for (String name : wiring.secretNames()) {
      try {
        masks.add(wiring.secrets(Map.of()).secret(name));
      } catch (ProblemException e) {
        // What cannot be read here was not read for a run either.
        if (e.first().slug().equals(VaultSlug.VAULT_LOCKED.text())) {
          // Its passphrase would be asked for again with each secret.
          break;
        }
      }
    }
    for (String id : wiring.runs().ids()) {
      wiring.runs().secrets(id).values().forEach(masks::add);
    }
  }

  private Map<String, Object> about() {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("version", Version.text());
    about.put("made", Instant.now().toString());
    about.put("java", System.getProperty("java.runtime.version", ""));
    about.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    about.put("architecture", System.getProperty("os.arch"));
    about.put("processors", Runtime.getRuntime().availableProcessors());
    about.put("installation", wiring.home().folder().toString());
    about.put("settings", wiring.layout().config().toString());
    about.put("state", wiring.layout().state().toString());
    about.put("runs", wiring.runs().ids().size());
    return about;
  }

  /** Settings that hold secrets are left out by name, whatever stands there. */
  private void settings() {
    Set<String> hidden = new TreeSet<>();
    for (Command command : wiring.commands()) {
      command.schema(Facts.none()).fields().stream()
          .filter(field -> field.source().hidden())
          .map(Field::key)
          .forEach(hidden::add);
    }
    Globals.SCHEMA.fields().stream()
        .filter(field -> field.source().hidden())
        .map(Field::key)
        .forEach(hidden::add);
    Pattern secret =
        Pattern.compile(
            "(?m)^(\\s*[\"']?(?:"
                + hidden.stream().map(Pattern::quote).collect(Collectors.joining("|"))
                + "|[a-z-]*(?:password|secret|token)[a-z-]*)[\"']?\\s*:)(?!\\s*[\"']?secret:).*$");
    Map<String, Path> named = new TreeMap<>();
    for (SettingsFile file : SettingsPlaces.lasting(wiring.layout())) {
      Path path = file.path();
      named.put("settings/" + path.toString().replaceFirst("^/", "").replace('/', '_'), path);
    }
    named.forEach(
        (name, path) ->
            text(path).ifPresent(text -> add(name, secret.matcher(text).replaceAll("$1 ***"))));
  }

  private void logs() {
    Path log = wiring.logFile();
    for (Path one : new RollingLog(log, RollingLog.Limits.USUAL, InstantSource.system()).files()) {
      try (InputStream in = RollingLog.read(one)) {
        String name = one.getFileName().toString().replaceFirst("\\.gz$", "");
        add("log/" + name, tail(in.readAllBytes()));
      } catch (IOException e) {
        add("log/" + one.getFileName(), "cannot be read: " + e.getMessage());
      }
    }
    for (String name : List.of("sandbox.log", "queue.log")) {
      file("log/" + name, wiring.layout().logs().resolve(name));
    }
  }

  private void file(String name, Path path) {
    text(path).ifPresent(text -> add(name, text));
  }

  private Optional<String> text(Path path) {
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(tail(Files.readAllBytes(path)));
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e.getMessage() + "\n");
    }
  }

  private static String tail(byte[] bytes) {
    if (bytes.length <= MOST) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    byte[] last = Arrays.copyOfRange(bytes, bytes.length - MOST, bytes.length);
    String text = new String(last, StandardCharsets.UTF_8);
    return "... the last "
        + MOST
        + " bytes of "
        + bytes.length
        + "\n"
        + text.substring(text.indexOf('\n') + 1);
  }

  private void add(String name, String text) {
    files.put(name, masks.apply(text).getBytes(StandardCharsets.UTF_8));
  }
}
