package dev.proxkiln.sandbox.task;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a task: {@code UPID:NODE:PID:PSTART:STARTTIME:TYPE:ID:USER:} (source: pve-common
 * UPID.pm).
 *
 * @param pid number of the worker
 * @param pstart start of the worker in clock ticks
 * @param starttime seconds since 1970
 * @param type such as qmcreate
 * @param id the guest's number or another name, may be empty
 * @param user user or token that started it
 */
public record Upid(
    String node, long pid, long pstart, long starttime, String type, String id, String user) {
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9})"
              + ":([0-9A-Fa-f]{8}):([^:\\s/]+):([^:\\s/]*):([^:\\s/]+):");

  /** Reads a UPID, empty when the text is not one. */
  public static Optional<Upid> parse(String text) {
    Matcher m = GRAMMAR.matcher(text);
    return m.matches()
        ? Optional.of(
            new Upid(
                m.group(1),
                Long.parseLong(m.group(2), 16),
                Long.parseLong(m.group(3), 16),
                Long.parseLong(m.group(4), 16),
                m.group(5),
                m.group(6),
                m.group(7)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "UPID:%s:%08X:%08X:%08X:%s:%s:%s:",
        node,
        pid,
        pstart,
        starttime,
        type,
        id,
        user);
  }
}
