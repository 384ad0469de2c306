package dev.proxkiln.cli.self;

import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.log.LogPlace;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Self;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Layers;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.process.DetachedProcess;
import dev.proxkiln.host.release.Channel;
import dev.proxkiln.host.release.Installation;
import dev.proxkiln.host.release.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a newer release is known of. What was last heard stands in a small file; reading it never
 * waits for a network, and a process of its own asks again when it is old.
 */
public final class UpdateNotice {
  private final Outside outside;
  private final Wiring wiring;

  public UpdateNotice(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  private Path file() {
    return wiring.layout().state().resolve("update.json");
  }

  /** Keeps what a channel said; where that cannot be done, the next start asks again. */
  void keep(Channel channel) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("asked", Instant.now().toString());
    tree.put("channel", channel.name());
    tree.put("version", channel.version().text());
    try {
      wiring.files().write(file().toString(), wiring.json().line(tree) + "\n", 0640);
    } catch (ProblemException e) {
      // Only a notice; whoever may not write here cannot update either.
    }
  }

  /** A sentence for the menu, where there is something to say. Never complains, never waits. */
  public Optional<String> text() {
    try {
      Optional<Installation> place = Installation.of(wiring.home().folder());
      Optional<Object> heard = heard();
      if (place.isEmpty() || heard.isEmpty()) {
        return Optional.empty();
      }
      ReleaseVersion newest = new ReleaseVersion(Tree.text(heard.get(), "version"));
      return newest.compareTo(place.get().version()) > 0
          ? Optional.of("proxkiln " + newest + " is there: proxkiln self update")
          : Optional.empty();
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  /**
   * Has a process of its own ask, where the last answer is old and the settings allow it. Never
   * complains, never waits.
   */
  public void refresh() {
    try {
      if (Installation.of(wiring.home().folder()).isEmpty() || !mayWrite()) {
        return;
      }
      Installed installed = new Installed(outside, wiring);
      if (installed.release().keys().base64().isEmpty()
          || installed.release().address().isEmpty()
              && settings().find(UpdateSettings.URL).isEmpty()) {
        return;
      }
      Optional<Duration> pause = UpdateSettings.pause(settings().get(UpdateSettings.CHECK));
      if (pause.isPresent() && asked().plus(pause.get()).isBefore(Instant.now())) {
        ask();
      }
    } catch (ProblemException e) {
      // The menu is for other things.
    }
  }

  private boolean mayWrite() {
    Path state = wiring.layout().state();
    return Files.isDirectory(state) && Files.isWritable(state);
  }

  /**
   * The file is touched first, so that an address which does not answer is asked once a day, too.
   */
  private void ask() {
    Map<String, Object> tree =
        new LinkedHashMap<>(heard().map(old -> Tree.map(old, "")).orElse(Map.of()));
    tree.put("asked", Instant.now().toString());
    wiring.files().write(file().toString(), wiring.json().line(tree) + "\n", 0640);
    Path log = LogPlace.output(wiring.layout().logs().resolve("update.log")).room();
    List<String> argv = new ArrayList<>(Self.argv(wiring.home()));
    argv.addAll(List.of("self", "update", "--check", "--quiet", "--no-input"));
    DetachedProcess.start(argv, outside.environment(), log);
  }

  private Optional<Object> heard() {
    Path file = file();
    try {
      return Files.isRegularFile(file)
          ? Optional.ofNullable(wiring.json().read(Files.readString(file)))
          : Optional.empty();
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Instant asked() {
    try {
      return heard().map(tree -> Instant.parse(Tree.text(tree, "asked"))).orElse(Instant.EPOCH);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  /** The settings of updates, as they are kept. */
  Answers settings() {
    Values values =
        wiring.layers().read(wiring.request("self update", UpdateSettings.SCHEMA)).orRaise();
    return UpdateSettings.SCHEMA
        .read(Layers.without(values, KnownSettings.GENERAL), Facts.none())
        .orRaise();
  }
}
