package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Modes;
import dev.proxkiln.host.process.FlockHolder;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.process.ProgramStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts a release into the place of the one in use, forwards or back. Until the one rename nothing
 * outside the staging folder has changed; a release that does not stand its check after it is left
 * again by itself, and the configuration is as it was.
 */
public final class ReleaseUpdate {
  /** Room that a release needs while it is unpacked, in bytes; as in bootstrap.sh. */
  private static final long ROOM = 400L << 20;

  private final Installation installation;
  private final ConfigBackup backups;
  private final ReleaseCheck check;
  private final Commands commands;
  private final Uses uses;

  /** What else is going on. */
  public interface Uses {
    /** Runs that are under way, each as {@code run rabc12}; none must be cut off from its files. */
    List<String> busy();

    /** Names of releases that a run which can be resumed began with. */
    List<String> needed();
  }

  /**
   * Which release is wanted.
   *
   * @param keys who may have signed it
   * @param downgrade whether it may be older than the one in use
   */
  public record Wish(
      ReleaseSource source, ReleaseVersion version, ReleaseKeys keys, boolean downgrade) {}

  /**
   * How it went.
   *
   * @param version that is in use now
   * @param before version that was in use
   * @param backup copy of the configuration as it was
   */
  public record Outcome(ReleaseVersion version, ReleaseVersion before, Path backup) {}

  /**
   * Updates of an installation.
   *
   * @param check how releases are checked
   */
  public ReleaseUpdate(
      Installation installation,
      ConfigBackup backups,
      ReleaseCheck check,
      Commands commands,
      Uses uses) {
    this.installation = installation;
    this.backups = backups;
    this.check = check;
    this.commands = commands;
    this.uses = uses;
  }

  /** The platform of this machine, as archives are named: {@code linux-amd64}. */
  public static String platform() {
    return ReleaseArchive.here();
  }

  /** What {@link #update} will do; nothing is changed. */
  public List<Stage.Planned> plan(Wish wish) {
    List<Stage.Planned> plan = new ArrayList<>();
    String name = archive(wish).name();
    plan.add(
        new Stage.Planned(
            Stage.GET,
            "get "
                + wish.source().where(wish.source().folder(wish.version()) + name)
                + "; verify its signature and checksum"));
    plan.add(new Stage.Planned(Stage.UNPACK, "unpack it in " + installation.staging()));
    plan.add(new Stage.Planned(Stage.CHECK, "let " + wish.version() + " check itself there"));
    plan.addAll(change(fresh(wish.version())));
    return plan;
  }

  /** What {@link #back} will do; nothing is changed. */
  public List<Stage.Planned> planBack() {
    Path release = earlier();
    List<Stage.Planned> plan = new ArrayList<>();
    plan.add(
        new Stage.Planned(
            Stage.CHECK,
            "let " + Installation.version(release) + " in " + release + " check itself"));
    plan.addAll(change(release));
    return plan;
  }

  private List<Stage.Planned> change(Path release) {
    String current = installation.current().toString();
    return List.of(
        new Stage.Planned(Stage.BACKUP, "copy the configuration"),
        new Stage.Planned(
            Stage.SWITCH, "point " + current + " from " + installation.inUse() + " to " + release),
        new Stage.Planned(
            Stage.PROVE, "let it check itself in its place; if it fails, switch back by itself"),
        new Stage.Planned(
            Stage.FINISH,
            "link manual pages and completions, record start-up caches, remove older releases"));
  }

  /**
   * Everything that is in the way of an update; empty when nothing is.
   *
   * @throws ProblemException when the installation cannot be read
   */
  public List<Problem> obstacles(Wish wish) {
    List<Problem> problems = new ArrayList<>(obstacles());
    ReleaseVersion installed = installation.version();
    if (!wish.downgrade() && wish.version().compareTo(installed) < 0) {
      problems.add(
          HostSlug.RELEASE_OLDER.problem(
              "",
              "Version " + installed + " is installed, and " + wish.version() + " is older.",
              "An older version may not understand newer settings and runs.",
              "Give --allow-downgrade to install it all the same."));
    }
    if (!ProgramStream.isThere("zstd", ProcessCommands.PATH)) {
      problems.add(
          HostSlug.COMMAND_MISSING.problem(
              "zstd", "'zstd' is not installed.", "Releases are packed with it.", "Install zstd."));
    }
    if (FileTrouble.free(installation.folder()) < ROOM) {
      problems.add(FileTrouble.diskFull(installation.folder(), ROOM));
    }
    return problems;
  }

  private List<Problem> obstacles() {
    List<Problem> problems = new ArrayList<>();
    if (!Files.isWritable(installation.folder())) {
      problems.add(
          HostSlug.FILE_UNWRITABLE.problem(
              "",
              "'" + installation.folder() + "' cannot be written.",
              "It belongs to another user.",
              "Run this as root."));
    }
    List<String> busy = uses.busy();
    if (!busy.isEmpty()) {
      problems.add(
          HostSlug.UPDATE_BLOCKED.problem(
              "",
              "proxkiln is at work: " + String.join(", ", busy) + ".",
              "The release is not changed under a run.",
              "Let it end, or stop it: proxkiln stop " + busy.getFirst().replaceFirst(".* ", "")));
    }
    return problems;
  }

  private static void raise(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
  }

  /**
   * Fetches a release and takes it into use.
   *
   * @throws ProblemException {@code release-older}, {@code update-blocked}, {@code lock-held},
   *     {@code release-invalid}, {@code release-unfit}, {@code signature-invalid}, {@code
   *     checksum-mismatch}, {@code disk-full}, {@code file-unwritable}, and those of a download
   */
  public Outcome update(Wish wish, Stage.Watch watch) {
    raise(obstacles(wish));
    List<Stage.Planned> plan = plan(wish);
    try (FlockHolder lock = installation.lock()) {
      Path staging = installation.staging();
      Installation.remove(staging);
      try {
        Modes.folder(staging, 0700);
        ReleaseArchive archive = archive(wish);
        watch.began(plan.get(Stage.GET.ordinal()));
        Path file = archive.get(wish.source(), wish.keys(), staging, bytes(watch));
        watch.began(plan.get(Stage.UNPACK.ordinal()));
        Path tree = archive.unpack(file, commands);
        watch.began(plan.get(Stage.CHECK.ordinal()));
        check
            .beside(tree, staging)
            .ifPresent(why -> unfit(wish.version(), why, "Nothing was changed"));
        return change(wish.version(), tree, plan, watch);
      } catch (IOException e) {
        throw FileTrouble.writing(staging, e);
      } finally {
        Installation.remove(staging);
      }
    }
  }

  /**
   * Goes back to the release that was in use before.
   *
   * @param restore whether the configuration is put back as that release left it
   * @throws ProblemException {@code no-earlier-release} and those of {@link #update}
   */
  public Outcome back(boolean restore, Stage.Watch watch) {
    raise(obstacles());
    Path release = earlier();
    List<Stage.Planned> plan = planBack();
    try (FlockHolder lock = installation.lock()) {
      Path staging = installation.staging();
      Installation.remove(staging);
      try {
        Modes.folder(staging, 0700);
        watch.began(plan.getFirst());
        ReleaseVersion version = Installation.version(release);
        check.beside(release, staging).ifPresent(why -> unfit(version, why, "Nothing was changed"));
        Optional<Path> settings = restore ? backups.newest(version) : Optional.empty();
        Outcome outcome = change(version, release, plan, watch);
        settings.ifPresent(
            copy -> {
              backups.restore(copy);
              watch.note("the configuration is as in " + copy);
            });
        return outcome;
      } catch (IOException e) {
        throw FileTrouble.writing(staging, e);
      } finally {
        Installation.remove(staging);
      }
    }
  }

  /** The part that forwards and back have in common: it begins with the copy of the settings. */
  private Outcome change(
      ReleaseVersion version, Path tree, List<Stage.Planned> plan, Stage.Watch watch)
      throws IOException {
    Path old = installation.inUse();
    Optional<Path> older = installation.before();
    ReleaseVersion before = Installation.version(old);
    int at = plan.size() - 4;
    watch.began(plan.get(at));
    Path copy = backups.make(before, Instant.now());
    // A run may have begun while the archive came.
    raise(obstacles());
    watch.began(plan.get(at + 1));
    boolean fresh = tree.startsWith(installation.staging());
    Path release = fresh ? fresh(version) : tree;
    if (fresh) {
      Modes.folder(release.resolveSibling("").normalize(), 0755);
      Files.move(tree, release);
    }
    installation.remember(old);
    installation.use(release);
    try {
      watch.began(plan.get(at + 2));
      check
          .inPlace(installation)
          .ifPresent(
              why -> unfit(version, why, "Version " + before + " is in use again, as before"));
    } catch (RuntimeException e) {
      installation.use(old);
      older.ifPresentOrElse(installation::remember, installation::forget);
      backups.restore(copy);
      if (fresh) {
        Installation.remove(release);
      }
      throw e;
    }
    watch.began(plan.get(at + 3));
    new ReleaseFinish(installation, commands, uses.needed()).run(watch);
    return new Outcome(version, before, copy);
  }

  private static void unfit(ReleaseVersion version, String why, String state) {
    throw HostSlug.RELEASE_UNFIT
        .problem(
            "",
            "proxkiln " + version + " does not run here.",
            "Its self check said: " + why,
            state + ". Report it.")
        .raise();
  }

  private Path earlier() {
    return installation
        .before()
        .orElseThrow(
            () ->
                HostSlug.NO_EARLIER_RELEASE
                    .problem(
                        "",
                        "There is no earlier release to go back to.",
                        "Only the one before the last change of the release is kept.",
                        "Install a version by its number: proxkiln self update VERSION"
                            + " --allow-downgrade")
                    .raise());
  }

  private static ReleaseArchive archive(Wish wish) {
    return new ReleaseArchive(wish.version(), ReleaseArchive.here());
  }

  /** A folder for a release; one of the same version may be there, and in use. */
  private Path fresh(ReleaseVersion version) {
    Path folder = installation.releases().resolve(version.text());
    return Files.exists(folder)
        ? folder.resolveSibling(version + "~" + Instant.now().getEpochSecond())
        : folder;
  }

  private static Downloads.Watch bytes(Stage.Watch watch) {
    return new Downloads.Watch() {
      @Override
      public void progress(long done, long total) {
        watch.progress(done, total);
      }

      @Override
      public void note(String text) {
        watch.note(text);
      }
    };
  }
}
