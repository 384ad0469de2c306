package dev.proxkiln.host.release;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.AtomicFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Automatic updates: a systemd timer that nobody has unless they asked for it. Its service is
 * {@code self update}, with all that this refuses.
 */
public final class UpdateTimer {
  private static final String NAME = "proxkiln-update";
  private static final int MODE = 0644;

  private final Installation installation;
  private final Commands commands;

  /** The timer of an installation. */
  public UpdateTimer(Installation installation, Commands commands) {
    this.installation = installation;
    this.commands = commands;
  }

  static Path folder(Installation installation) {
    return installation.root().resolve("etc/systemd/system");
  }

  private Path timer() {
    return folder(installation).resolve(NAME + ".timer");
  }

  private Path service() {
    return folder(installation).resolve(NAME + ".service");
  }

  /** Whether there is one. */
  public boolean there() {
    return Files.exists(timer());
  }

  /**
   * Makes and starts it.
   *
   * @throws ProblemException {@code timer-refused}, {@code file-unwritable}, {@code
   *     command-missing}
   */
  public void start() {
    AtomicFiles files = new AtomicFiles();
    files.write(
        service(),
        """
        [Unit]
        Description=Update proxkiln
        Documentation=man:proxkiln-self(1)
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=oneshot
        ExecStart=%s self update --no-input
        Nice=10
        IOSchedulingClass=idle
        """
            .formatted(installation.command()),
        MODE);
    files.write(
        timer(),
        """
        [Unit]
        Description=Update proxkiln once a day

        [Timer]
        OnCalendar=daily
        RandomizedDelaySec=6h
        Persistent=true

        [Install]
        WantedBy=timers.target
        """,
        MODE);
    systemctl("daemon-reload");
    systemctl("enable", "--now", NAME + ".timer");
  }

  /** Stops and removes it; nothing happens where there is none. */
  public void stop() {
    if (!there() && !Files.exists(service())) {
      return;
    }
    try {
      systemctl("disable", "--now", NAME + ".timer");
    } catch (ProblemException e) {
      // Where systemd does not run there is nothing to stop; the files go all the same.
    }
    AtomicFiles files = new AtomicFiles();
    files.delete(timer());
    files.delete(service());
    try {
      systemctl("daemon-reload");
    } catch (ProblemException e) {
      // As above.
    }
  }

  private void systemctl(String... words) {
    List<String> argv = new ArrayList<>(List.of("systemctl"));
    argv.addAll(List.of(words));
    Commands.Ended ended = commands.run(Commands.Command.of(argv));
    if (!ended.ok()) {
      throw HostSlug.TIMER_REFUSED
          .problem(
              NAME + ".timer",
              "systemd did not take the timer of automatic updates.",
              ended.err().strip(),
              "See: systemctl status " + NAME + ".timer")
          .raise();
    }
  }
}
