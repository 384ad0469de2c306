package dev.proxkiln.cli.self;

import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.RunState;
import dev.proxkiln.host.fetch.Patience;
import dev.proxkiln.host.fetch.WebFiles;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.release.ConfigBackup;
import dev.proxkiln.host.release.Installation;
import dev.proxkiln.host.release.ReleaseCheck;
import dev.proxkiln.host.release.ReleaseFile;
import dev.proxkiln.host.release.ReleaseSource;
import dev.proxkiln.host.release.ReleaseUpdate;
import dev.proxkiln.host.release.WebReleases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The installation that this program runs from, with what updates need to know of it. */
final class Installed {
  private static final String ROOT = "PROXKILN_ROOT";

  private final Outside outside;
  private final Wiring wiring;

  Installed(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /**
   * The installation.
   *
   * @throws ProblemException {@code not-installed}
   */
  Installation place() {
    return Installation.of(wiring.home().folder())
        .orElseThrow(
            () ->
                CliSlug.NOT_INSTALLED
                    .problem(
                        "",
                        "This proxkiln was not installed: it runs from '"
                            + wiring.home().folder()
                            + "'.",
                        "Only what bootstrap.sh installed can be updated and removed here.",
                        "Install it with bootstrap.sh; in a checkout, pull and build.")
                    .raise());
  }

  /** What the running release says of itself. */
  ReleaseFile release() {
    return ReleaseFile.of(wiring.home().folder(), wiring.json());
  }

  /**
   * Where releases come from.
   *
   * @param url what the settings say
   * @param patience how long to wait for it
   * @throws ProblemException {@code release-source-missing}
   */
  ReleaseSource source(Optional<String> url, Patience patience) {
    ReleaseFile release = release();
    Optional<String> address =
        url.or(() -> Optional.of(release.address()).filter(text -> !text.isEmpty()));
    checkKeys(release);
    return new WebReleases(
        address.orElseThrow(() -> missing("--update-url", "It is not known where releases are.")),
        new WebFiles(outside.environment(), patience));
  }

  /** Refuses a release that could verify nothing. */
  static void checkKeys(ReleaseFile release) {
    if (release.keys().base64().isEmpty()) {
      throw missing("", "This release does not know who signs newer ones.");
    }
  }

  private static ProblemException missing(String where, String what) {
    return CliSlug.RELEASE_SOURCE_MISSING
        .problem(
            where,
            what,
            "It was built from a checkout; only a published release carries an address and a key.",
            "Install a published release with its bootstrap.sh.")
        .raise();
  }

  /** What changes the release. */
  ReleaseUpdate update() {
    ProcessCommands commands = new ProcessCommands();
    String root = outside.environment().getOrDefault(ROOT, "");
    return new ReleaseUpdate(
        place(),
        new ConfigBackup(wiring.layout().config(), wiring.layout().state().resolve("backup")),
        new ReleaseCheck(commands, root.isEmpty() ? Map.of() : Map.of(ROOT, root)),
        commands,
        new ReleaseUpdate.Uses() {
          @Override
          public List<String> busy() {
            return Installed.this.busy();
          }

          @Override
          public List<String> needed() {
            return Installed.this.needed();
          }
        });
  }

  /** Releases that runs began with which can still be gone on with. */
  private List<String> needed() {
    List<String> needed = new ArrayList<>();
    for (String run : wiring.runs().ids()) {
      try {
        RunState.State state = RunState.replay(wiring.runs().look(run).entries()).state();
        if (state == RunState.State.OPEN || state == RunState.State.FAILED) {
          wiring.runs().release(run).ifPresent(needed::add);
        }
      } catch (ProblemException e) {
        // What cannot be read cannot be gone on with either.
      }
    }
    return needed;
  }

  /**
   * The release that a run was begun by, where that is another than this one and still there: its
   * plan and its journal are best read by who wrote them.
   */
  Optional<Path> other(String run) {
    Optional<Installation> place = Installation.of(wiring.home().folder());
    return place.isEmpty()
        ? Optional.empty()
        : wiring
            .runs()
            .release(run)
            .flatMap(place.get()::named)
            .filter(release -> !release.getFileName().equals(wiring.home().folder().getFileName()));
  }

  /** What is under way on this machine, the word to stop it with at its end. */
  List<String> busy() {
    List<String> busy = new ArrayList<>();
    wiring.batches().all().stream()
        .filter(batch -> wiring.batches().live(batch.id()))
        .forEach(batch -> busy.add("batch " + batch.id()));
    wiring.runs().ids().stream().filter(wiring.runs()::live).forEach(run -> busy.add("run " + run));
    if (wiring.queue().running()) {
      busy.add("the queue");
    }
    return busy;
  }
}
