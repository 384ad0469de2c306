package dev.proxkiln.cli.self;

import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Sources;
import dev.proxkiln.host.process.HandOver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs that an earlier release began are gone on with by that release, while it is there. */
public final class OtherRelease {
  private final Outside outside;
  private final Wiring wiring;

  public OtherRelease(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  private Optional<Path> folder(String run) {
    return new Installed(outside, wiring).other(run);
  }

  /** The release that would do what is asked of a run; empty where this one does. */
  public Optional<String> name(String run) {
    return folder(run).map(folder -> folder.getFileName().toString());
  }

  /**
   * Lets the release that began a run do what is asked.
   *
   * @param word {@code resume} or {@code undo}
   * @return its exit code; empty where this release is the right one
   */
  public OptionalInt run(String word, String run, Invocation invocation) {
    Optional<Path> other = folder(run);
    if (other.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!invocation.switches().quiet()) {
      outside
          .err()
          .println(
              "Run "
                  + run
                  + " is done by release "
                  + other.get().getFileName()
                  + ", which began it.");
    }
    List<String> argv = new ArrayList<>();
    argv.add(new Home(other.get()).launcher().orElse(other.get()).toString());
    argv.addAll(List.of(word, run));
    argv.addAll(flags(invocation));
    outside.out().flush();
    // Ctrl-C reaches both; this one only waits for the other.
    outside.interrupts().begin("Stopping. The same again leaves at once.");
    try {
      return OptionalInt.of(HandOver.run(argv, outside.environment()));
    } finally {
      outside.interrupts().end();
    }
  }

  /** What was said about how to do it; what to do stands in the run. */
  private static List<String> flags(Invocation invocation) {
    Globals globals = invocation.globals();
    Switches switches = invocation.switches();
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--output", globals.output(), "--color", globals.color(), "--ui", globals.ui()));
    flags.addAll(List.of("--jobs", String.valueOf(globals.jobs())));
    globals.onError().ifPresent(what -> flags.addAll(List.of("--on-error", what)));
    globals.fingerprint().ifPresent(sha -> flags.addAll(List.of("--fingerprint", sha)));
    // Any other token stands in the environment.
    globals
        .token()
        .filter(token -> token.startsWith(Sources.SECRET_PREFIX))
        .ifPresent(token -> flags.addAll(List.of("--token", token)));
    flags.addAll(Collections.nCopies(switches.verbose(), "-v"));
    add(flags, switches.yes(), "--yes");
    add(flags, switches.noInput(), "--no-input");
    add(flags, switches.quiet(), "--quiet");
    add(flags, switches.detach(), "--detach");
    return flags;
  }

  private static void add(List<String> flags, boolean given, String flag) {
    if (given) {
      flags.add(flag);
    }
  }
}
