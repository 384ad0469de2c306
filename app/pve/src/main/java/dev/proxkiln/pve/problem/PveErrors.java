package dev.proxkiln.pve.problem;

import dev.proxkiln.core.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells the errors of Proxmox VE apart.
 *
 * <p>PVE has no error codes of its own: HTTP 500 covers a missing guest, a taken VM ID and a full
 * storage alike, and {@code pvesh}'s exit code is what errno happened to be. Only the words tell.
 * They are the same in 8.4 and 9.x unless noted.
 */
public final class PveErrors {
  private PveErrors() {}

  /** One way of saying something: {@code what} and {@code next} may use {@code $1}, {@code $2}. */
  private record Rule(Pattern words, PveSlug slug, String what, String next) {
    static Rule of(PveSlug slug, String words, String what, String next) {
      return new Rule(Pattern.compile(words), slug, what, next);
    }

    Problem problem(String where, String why, Matcher found) {
      return slug.problem(where, fill(what, found), why, fill(next, found));
    }

    private static String fill(String text, Matcher found) {
      String filled = text;
      for (int i = 1; i <= found.groupCount(); i++) {
        String group = found.group(i);
        filled = filled.replace("$" + i, group == null ? "" : group);
      }
      return filled;
    }
  }

  /** Tried in this order; the more exact wording stands above the more general one. */
  private static final List<Rule> RULES =
      List.of(
          Rule.of(
              PveSlug.VMID_TAKEN,
              "(?:VM|CT) (\\d+) already exists",
              "VM ID '$1' is already in use.",
              "Choose another VM ID, or leave it out to take the next free one."),
          Rule.of(
              PveSlug.VMID_TAKEN,
              "unable to create (?:VM|CT) (\\d+)(?::| -) config file already exists",
              "VM ID '$1' is already in use.",
              "Choose another VM ID, or leave it out to take the next free one."),
          Rule.of(
              PveSlug.VMID_TAKEN,
              "config file already exists",
              "The VM ID is already in use.",
              "Choose another VM ID, or leave it out to take the next free one."),
          Rule.of(
              PveSlug.CLUSTER_SERVICE_DOWN,
              "ipcc_send_rec\\[\\d+\\] failed|Unable to load access control list",
              "The node's cluster file system does not answer.",
              "On the node: systemctl status pve-cluster, then systemctl restart pve-cluster."),
          Rule.of(
              PveSlug.QUORUM_LOST,
              "(?i)no quorum|not quorate|cluster not ready",
              "The cluster has no quorum, nothing can be changed.",
              "Bring the other nodes back; pvecm status on a node shows who is missing."),
          // Without quorum /etc/pve is read-only, and writing a guest's config says just this.
          Rule.of(
              PveSlug.QUORUM_LOST,
              "/etc/pve/\\S+.*(?:Permission denied|Read-only file system|Device or resource busy)",
              "The cluster's configuration is read-only, most likely for lack of quorum.",
              "Bring the other nodes back; pvecm status on a node shows who is missing."),
          Rule.of(
              PveSlug.ONLY_ROOT,
              "(?i)only root can pass arbitrary filesystem paths",
              "An image can be imported by its path only in a session of root@pam.",
              "Run on the node as root, log in as root@pam with a password instead of a token,"
                  + " or use a storage with content type 'import'."),
          Rule.of(
              PveSlug.ONLY_ROOT,
              "(?i)only root(?:@pam)? (?:can|may) ([^\\n]*)|root-only command '([^']*)'",
              "Only root@pam may do this.",
              "Run on the node as root, or log in as root@pam with a password; API tokens of root do"
                  + " not count."),
          Rule.of(
              PveSlug.ONLY_ROOT,
              "please run as root",
              "Only root may run this command.",
              "Run proxkiln as root, or reach the node by its API: --target https://HOST."),
          Rule.of(
              PveSlug.BASE_IN_USE,
              "base volume '([^']+)' is still in use by linked clone",
              "Volume '$1' is still used by linked clones.",
              "Delete or fully copy the linked clones first."),
          Rule.of(
              PveSlug.LINKED_CLONE_UNSUPPORTED,
              "(?i)linked clone feature (?:is not supported )?for '([^']+)'",
              "Volume '$1' cannot have linked clones.",
              "Make a full clone, or keep the template on a storage that can (not thick LVM)."),
          Rule.of(
              PveSlug.LINKED_CLONE_UNSUPPORTED,
              "(?i)linked clone feature|parameter '(?:storage|format)' not allowed for linked clones",
              "A linked clone is not possible this way.",
              "Make a full clone."),
          Rule.of(
              PveSlug.PROTECTED,
              "(?:VM|CT) (\\d+) - protection mode enabled",
              "Guest '$1' is protected against removal.",
              "Take the protection off first: option 'protection' of the guest."),
          Rule.of(
              PveSlug.PROTECTED,
              "protection mode enabled",
              "The guest is protected.",
              "Take the protection off first: option 'protection' of the guest."),
          Rule.of(
              PveSlug.GUEST_LOCKED,
              "(VM|CT) is locked(?: \\(([\\w-]+)\\))?",
              "The guest is locked by another operation ($2).",
              "Wait until that operation ended; if none runs any more, a human may use qm unlock."),
          Rule.of(
              PveSlug.SHUTDOWN_TIMEOUT,
              "(?:VM quit/powerdown|guest-shutdown|shutdown).*(?:failed|got timeout)",
              "The guest did not shut down in time.",
              "Look at its console, or stop it."),
          Rule.of(
              PveSlug.AGENT_NOT_RUNNING,
              "(?i)guest agent is not running|no qemu guest agent configured"
                  + "|qga command '[^']+' failed - got timeout",
              "The QEMU guest agent does not answer.",
              "Wait for the guest to boot; if it stays so, the image has no running"
                  + " qemu-guest-agent or the option 'agent' is off."),
          Rule.of(
              PveSlug.LOCK_TIMEOUT,
              "can't lock file '([^']+)' - got timeout",
              "The lock '$1' could not be had in time.",
              "Another operation holds it: wait and try again, with fewer at a time."),
          Rule.of(
              PveSlug.LOCK_TIMEOUT,
              "cfs-lock '([^']+)' error: got lock (?:request )?timeout",
              "The cluster lock '$1' could not be had in time.",
              "Another operation holds it: wait and try again, with fewer at a time."),
          Rule.of(
              PveSlug.LOCK_TIMEOUT,
              "got lock (?:request )?timeout|can't a(?:c)?quire lock",
              "A lock of the node could not be had in time.",
              "Another operation holds it: wait and try again, with fewer at a time."),
          Rule.of(
              PveSlug.CONFIG_CHANGED,
              "file change(?:d)? by other user\\?|detected modified configuration",
              "The configuration was changed by somebody else in between.",
              "Look at the change, then start again."),
          Rule.of(
              PveSlug.GUEST_IS_TEMPLATE,
              "if it's a template|convert a template to a template",
              "The guest is a template.",
              "Clone it and work with the clone."),
          Rule.of(
              PveSlug.GUEST_RUNNING,
              "VM (\\d+) is running - destroy failed|CT (\\d+) is running",
              "Guest '$1$2' is running.",
              "Stop it first."),
          Rule.of(
              PveSlug.GUEST_RUNNING,
              "if VM is running|if CT is running|(?:vm|container) is running",
              "The guest is running.",
              "Stop it first."),
          Rule.of(
              PveSlug.GUEST_STOPPED,
              "(?:VM|CT) (\\d+) (?:is )?not running",
              "Guest '$1' is not running.",
              "Start it first."),
          Rule.of(
              PveSlug.GUEST_MISSING,
              "Configuration file '[^']*/(\\d+)\\.conf' does not exist"
                  + "|unable to find configuration file for (?:VM|CT) (\\d+)",
              "There is no guest '$1$2' on this node.",
              "Look at the list of guests; it may live on another node."),
          Rule.of(
              PveSlug.STORAGE_FULL,
              "(?i)no space left on device|insufficient free (?:space|extents)|out of space"
                  + "|disk quota exceeded|not enough (?:free )?space"
                  + "|free space in thin pool .* reached threshold|pool is full",
              "The storage has no room left.",
              "Free some space, or choose another storage; pvesm status shows what is free."),
          Rule.of(
              PveSlug.STORAGE_MISSING,
              "storage '([^']+)' does not exist|no such storage '?([\\w.-]+)'?",
              "There is no storage '$1$2'.",
              "Choose one that pvesm status shows."),
          Rule.of(
              PveSlug.STORAGE_CONTENT,
              "storage '?([\\w.-]+)'? does not support ([^\\n]+)",
              "Storage '$1' does not take $2.",
              "Choose another storage, or allow that content: pvesm set $1 --content with the whole"
                  + " new list."),
          Rule.of(
              PveSlug.STORAGE_CONTENT,
              "storage '([^']+)' is not configured for content-type '([^']+)'",
              "Storage '$1' does not take '$2'.",
              "Choose another storage, or allow that content: pvesm set $1 --content with the whole"
                  + " new list."),
          Rule.of(
              PveSlug.STORAGE_CONTENT,
              "content type needs to be '([^']+)'(?: or '[^']+')?",
              "The volume is not of content type '$1'.",
              "Use a volume of that content type."),
          Rule.of(
              PveSlug.STORAGE_CONTENT,
              "unsupported format '([^']+)'(?: for storage type (\\w+))?",
              "The storage does not take format '$1'.",
              "Leave the format out, or choose another storage."),
          Rule.of(
              PveSlug.STORAGE_OFFLINE,
              "storage '([^']+)' is (disabled|not online|not available on node '[^']+')",
              "Storage '$1' is $2.",
              "Enable it, bring it online, or choose another storage."),
          Rule.of(
              PveSlug.STORAGE_OFFLINE,
              "can't activate storage '([^']+)'",
              "Storage '$1' cannot be activated.",
              "Bring it online, or choose another storage."),
          Rule.of(
              PveSlug.VOLUME_EXISTS,
              "refusing to override existing file '([^']+)'",
              "A file '$1' is there already and differs.",
              "Delete it from the storage, or choose another file name."),
          Rule.of(
              PveSlug.VOLUME_MISSING,
              "volume '?([^' ]+)'? does not exist|no such volume '?([^' \\n]+)'?"
                  + "|can't find file '([^']+)'",
              "There is no volume '$1$2$3'.",
              "Look at the storage's content."),
          Rule.of(
              PveSlug.DISK_SHRINK,
              "shrinking disks is not supported",
              "A disk cannot be made smaller.",
              "Give a size at least as large as the disk is now."),
          Rule.of(
              PveSlug.LOCK_TIMEOUT,
              "(?:zfs|zpool|lvcreate|lvs|rbd)\\b.*got timeout|^got timeout$",
              "The storage did not answer in time.",
              "The storage is busy: wait and try again, with fewer operations at a time."));

  /** A rule's finding in a text that is not about one parameter. */
  private static Optional<Problem> byWords(String where, String message) {
    for (Rule rule : RULES) {
      Matcher found = rule.words.matcher(message);
      if (found.find()) {
        return Optional.of(rule.problem(where, message, found));
      }
    }
    return Optional.empty();
  }

  /**
   * The problem behind an error of a call.
   *
   * @param where the call, for example {@code POST /nodes/pve/qemu}
   * @param message the node's words; may be empty
   * @param code the HTTP code, 0 where there is none ({@code pvesh})
   */
  public static Problem classify(String where, String message, int code) {
    return classify(where, message, code, Map.of());
  }

  /**
   * The problem behind an error of a call.
   *
   * @param errors what was said of single parameters, name to reason
   */
  public static Problem classify(
      String where, String message, int code, Map<String, String> errors) {
    Said said = Said.of(message, errors);
    if (!said.errors.isEmpty()) {
      return ofParameters(where, said);
    }
    Optional<Problem> known = byWords(where, said.message);
    if (known.isPresent()) {
      return known.get();
    }
    return switch (code) {
      case 400 -> ofParameters(where, said);
      case 401 -> loginFailed(where, said.message);
      case 403 -> permissionDenied(where, said.message);
      case 501 -> endpointMissing(where, said.message);
      case 595, 596, 599 ->
          PveSlug.NODE_UNREACHABLE.problem(
              where,
              "The node that the call is for cannot be reached from the node that was asked.",
              said.message.isEmpty() ? "HTTP " + code : said.message,
              "Check that the node is online: pvecm status.");
      default -> unknown(where, said.message, code);
    };
  }

  private static Problem unknown(String where, String message, int code) {
    if (message.contains("Permission check failed")) {
      return permissionDenied(where, message);
    }
    if (message.matches("(?s)No '\\w+' handler defined for .*|Method '.*' not implemented.*")) {
      return endpointMissing(where, message);
    }
    if (message.matches("(?s)(?:.*\\n)?400 .*")) {
      return ofParameters(where, new Said(message, Map.of()));
    }
    return PveSlug.CALL_FAILED.problem(
        where,
        "The node refused the call.",
        message.isEmpty() ? "HTTP " + code + " without a message" : message,
        "Read the node's message; the log of the node (journalctl -u pvedaemon) may say more.");
  }

  private static Problem ofParameters(String where, Said said) {
    for (String reason : said.errors.values()) {
      Optional<Problem> known = byWords(where, reason);
      if (known.isPresent() && known.get().slug().equals(PveSlug.VMID_TAKEN.text())) {
        return known.get();
      }
      if (known.isPresent() && known.get().slug().equals(PveSlug.ONLY_ROOT.text())) {
        return known.get();
      }
    }
    String why =
        said.errors.isEmpty()
            ? said.message
            : said.errors.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue())
                .collect(Collectors.joining("\n"));
    String names = String.join("', '", said.errors.keySet());
    return PveSlug.PARAMETER_REFUSED.problem(
        where,
        names.isEmpty() ? "The node refused the parameters." : "The node refused '" + names + "'.",
        why,
        "Change the named settings; this version of PVE may not know them.");
  }

  private static Problem endpointMissing(String where, String message) {
    return PveSlug.ENDPOINT_MISSING.problem(
        where,
        "The node does not know this call.",
        message,
        "Check that the address is that of a Proxmox VE node, and that its version has the feature.");
  }

  private static Problem permissionDenied(String where, String message) {
    return PveSlug.PERMISSION_DENIED.problem(
        where,
        "The user or token may not do this.",
        message.isEmpty() ? "HTTP 403" : message,
        "Give the named privilege on the named path to the user and, for a token with privilege"
            + " separation, to the token itself.");
  }

  /** The problem of a login that was refused. */
  public static Problem loginFailed(String where, String message) {
    return PveSlug.LOGIN_FAILED.problem(
        where,
        "The node refused the login.",
        message.isEmpty() ? "HTTP 401" : message,
        "Check user, realm and password, or the token's ID and secret, and that it has not expired.");
  }

  /**
   * The problem behind a task that ended with an error.
   *
   * @param where the task, for example {@code task qmcreate of 9000}
   * @param exitStatus the node's words
   * @param tail the last lines of the task's log
   */
  public static Problem ofTask(String where, String exitStatus, List<String> tail) {
    String why =
        tail.stream()
            .filter(line -> !line.isBlank() && !line.equals("TASK ERROR: " + exitStatus))
            .map(line -> "| " + line)
            .collect(Collectors.joining("\n", exitStatus + "\n", ""))
            .strip();
    Optional<Problem> known = byWords(where, exitStatus);
    if (known.isEmpty()) {
      // A tool's own error ends the task with "exit code 1" only; its words stand above it.
      known =
          byWords(where, String.join("\n", tail))
              .filter(p -> p.slug().equals(PveSlug.STORAGE_FULL.text()));
    }
    return known
        .orElseGet(
            () ->
                PveSlug.TASK_FAILED.problem(
                    where,
                    "The task ended with an error.",
                    "",
                    "Read the task's log; the node's own log may say more."))
        .because(why);
  }

  /** A message taken apart: the first part, and what it says of single parameters. */
  private record Said(String message, Map<String, String> errors) {

    private static final Pattern PARAMETER =
        Pattern.compile("([\\w\\[\\]-]+(?:\\.[\\w-]+)?): (.*)");

    /** How the command line says that a parameter is not in the schema (Getopt::Long). */
    private static final Pattern UNKNOWN_OPTION =
        Pattern.compile("(?m)^Unknown option: ([\\w\\[\\]-]+)$");

    private static final String FAILED = "Parameter verification failed.";

    static Said of(String message, Map<String, String> errors) {
      String clean = message.strip();
      Matcher unknown = UNKNOWN_OPTION.matcher(clean);
      if (errors.isEmpty() && unknown.find()) {
        Map<String, String> found = new LinkedHashMap<>();
        do {
          found.put(unknown.group(1), "this version of PVE has no such parameter");
        } while (unknown.find());
        return new Said(clean, found);
      }
      if (!errors.isEmpty() || !clean.contains(FAILED)) {
        Map<String, String> stripped = new LinkedHashMap<>();
        errors.forEach((name, reason) -> stripped.put(name, reason.strip()));
        return new Said(clean, stripped);
      }
      // The command line form: one "name: reason" per line, an empty line, the usage.
      Map<String, String> found = new LinkedHashMap<>();
      String body = clean.substring(clean.indexOf(FAILED) + FAILED.length());
      for (String line : body.strip().lines().toList()) {
        Matcher named = PARAMETER.matcher(line.strip());
        if (line.isBlank() || !named.matches()) {
          break;
        }
        found.put(named.group(1), named.group(2).strip());
      }
      return new Said(clean, found);
    }
  }
}
