package dev.proxkiln.template.rotation;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.problem.TemplateSlug;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The systemd timer that starts {@code template refresh --all}, on the machine where proxkiln runs
 * (systemd.timer(5), systemd.service(5)).
 */
final class RefreshTimer {
  private static final String SERVICE = "proxkiln-refresh.service";
  private static final String TIMER = "proxkiln-refresh.timer";
  private static final String FOLDER = "/etc/systemd/system/";
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private RefreshTimer() {}

  /**
   * Installs it, or replaces the one that is there.
   *
   * @param program the words that start proxkiln
   * @param when {@code daily}, {@code weekly} or {@code monthly}
   * @param more further arguments of the refresh
   */
  static Plan install(List<String> program, String when, List<String> more, Facts facts) {
    return new Plan(
        TemplateRefresh.NAME,
        "Refresh all templates " + when,
        facts.address(),
        facts.node(),
        List.of(
            unit(SERVICE, "Write the unit that refreshes", service(program, more, facts)),
            unit(TIMER, "Write the timer that starts it " + when, timer(when)),
            systemctl("reload", "Tell systemd of them", List.of("daemon-reload"), List.of()),
            systemctl(
                "enable",
                "Start the timer, now and after every restart",
                List.of("enable", "--now", TIMER),
                // disable fails where the unit is gone already, which is as good.
                List.of(
                    new Undo.Command(words("systemctl", "--quiet", "disable", "--now", TIMER)))),
            announce("TimerInstalled", Map.of("timer", Text.of(TIMER), "when", Text.of(when)))));
  }

  /** Stops and removes it. */
  static Plan remove(Facts facts) {
    return new Plan(
        TemplateRefresh.NAME,
        "Remove the timer that refreshes templates",
        facts.address(),
        facts.node(),
        List.of(
            systemctl("disable", "Stop the timer", List.of("disable", "--now", TIMER), List.of()),
            new Step.Discard(
                "remove",
                "Remove the units",
                List.of(
                    Undo.Command.removing(Text.of(FOLDER + TIMER)),
                    Undo.Command.removing(Text.of(FOLDER + SERVICE)))),
            systemctl("reload", "Tell systemd of it", List.of("daemon-reload"), List.of()),
            announce("TimerRemoved", Map.of("timer", Text.of(TIMER)))));
  }

  private static Step announce(String name, Map<String, Text> facts) {
    return new Step.Record("record", "Announce it", name, facts);
  }

  /** The file is written by a command, as Step.Write would put it on the node. */
  private static Step unit(String file, String label, String content) {
    return new Step.Run(
            file.substring(file.lastIndexOf('.') + 1),
            label,
            words("install", "-D", "-m", "0644", "/dev/stdin", FOLDER + file),
            Optional.of(Text.of(content)),
            DEADLINE,
            Probe.never(),
            List.of(Undo.Command.removing(Text.of(FOLDER + file))),
            1)
        .failingWith(failure());
  }

  private static Step systemctl(String id, String label, List<String> words, List<Undo> undo) {
    return new Step.Run(
            id,
            label,
            Stream.concat(words("systemctl", "--quiet").stream(), words.stream().map(Text::of))
                .toList(),
            Optional.empty(),
            DEADLINE,
            Probe.never(),
            undo,
            1)
        .failingWith(failure());
  }

  private static Problem failure() {
    return TemplateSlug.TIMER_NOT_CHANGED.problem(
        "--install-timer",
        "The timer that refreshes templates could not be changed.",
        "",
        "It is a unit of systemd: run this as root on a machine that systemd runs, and look with:"
            + " systemctl status "
            + TIMER);
  }

  private static List<Text> words(String... words) {
    return Arrays.stream(words).map(Text::of).toList();
  }

  private static String service(List<String> program, List<String> more, Facts facts) {
    List<String> argv =
        Stream.of(
                program,
                List.of("--target", facts.address(), "template", "refresh", "--all"),
                more,
                List.of("--yes", "--no-input", "--on-error", "undo"))
            .flatMap(List::stream)
            .toList();
    return """
        [Unit]
        Description=Refresh Proxmox VE templates
        Documentation=man:systemd.service(5)
        Wants=network-online.target
        After=network-online.target pve-cluster.service pvedaemon.service

        [Service]
        Type=oneshot
        ExecStart=%s
        Nice=10
        IOSchedulingClass=idle
        """
        .formatted(argv.stream().map(RefreshTimer::quoted).collect(Collectors.joining(" ")));
  }

  private static String timer(String when) {
    return """
        [Unit]
        Description=Refresh Proxmox VE templates %1$s

        [Timer]
        OnCalendar=%1$s
        RandomizedDelaySec=1h
        Persistent=true

        [Install]
        WantedBy=timers.target
        """
        .formatted(when);
  }

  /** A word of ExecStart: systemd knows quotes, backslashes, percent and dollar signs. */
  static String quoted(String word) {
    String safe = word.replace("%", "%%").replace("$", "$$");
    return safe.matches("[A-Za-z0-9_./:=@%$+-]+")
        ? safe
        : "\"" + safe.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
