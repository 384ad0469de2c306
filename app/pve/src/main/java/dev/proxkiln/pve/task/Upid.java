package dev.proxkiln.pve.task;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A task's ID, {@code UPID:NODE:PID:PSTART:STARTTIME:TYPE:ID:USER:} (pve-common: PVE/UPID.pm).
 *
 * @param node node it runs on
 * @param pid process ID
 * @param pstart start of the process in clock ticks since boot; more than 32 bits after 497 days
 * @param start seconds since the epoch
 * @param type for example {@code qmcreate}
 * @param id what it is about, usually a VM ID; may be empty
 * @param user {@code root@pam} or {@code root@pam!token}
 */
public record Upid(
    String node, long pid, long pstart, long start, String type, String id, String user) {

  private static final String GRAMMAR =
      "UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9})"
          + ":([0-9A-Fa-f]{8}):([^:\\s/]+):([^:\\s/]*):([^:\\s/]+):";
  private static final Pattern WHOLE = Pattern.compile(GRAMMAR);
  private static final Pattern AT_END = Pattern.compile(GRAMMAR + "\\s*$");

  /** Reads an ID, empty when the text is none. */
  public static Optional<Upid> parse(String text) {
    Matcher found = WHOLE.matcher(text);
    return found.matches() ? Optional.of(of(found)) : Optional.empty();
  }

  /**
   * Reads the ID that a text ends with: {@code pvesh} prints a task's log before it, and in one
   * string with it when it passed the call on to another node.
   */
  public static Optional<Upid> atEndOf(String text) {
    Matcher found = AT_END.matcher(text);
    return found.find() ? Optional.of(of(found)) : Optional.empty();
  }

  private static Upid of(Matcher found) {
    return new Upid(
        found.group(1),
        Long.parseLong(found.group(2), 16),
        Long.parseLong(found.group(3), 16),
        Long.parseLong(found.group(4), 16),
        found.group(5),
        found.group(6),
        found.group(7));
  }

  /** The path of the task in the API. */
  public String path() {
    return "/nodes/" + node + "/tasks/" + this;
  }

  /** For people: {@code task qmcreate of 9000}. */
  public String label() {
    return id.isEmpty() ? "task " + type : "task " + type + " of " + id;
  }

  /** The ID as the node writes it. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "UPID:%s:%08X:%08X:%08X:%s:%s:%s:", node, pid, pstart, start, type, id, user);
  }
}
