package dev.proxkiln.sandbox.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answers what a check of a fresh guest asks: single commands, and shell scripts that report their
 * findings as {@code echo "name=..."} lines. A finding is answered by its name; whatever else a
 * script does is taken as done.
 */
final class HealthyGuest implements SimulatedGuest {
  private static final Pattern FINDING =
      Pattern.compile("(?:echo|printf)\\s+['\"]?([A-Za-z_][A-Za-z0-9_-]*)=(.*)");
  private static final Pattern SIMPLE =
      Pattern.compile("(?:cat|hostname|cloud-init|df|findmnt|id|getent|stat)(?: [^|=$`()]*)?");

  @Override
  public Exec run(GuestModel guest, List<String> command, String input) {
    List<String> words = new ArrayList<>(command);
    if (words.isEmpty()) {
      return new Exec(1, "", "no command");
    }
    String program = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
    if (List.of("sh", "bash", "dash").contains(program)) {
      boolean inline = words.size() > 2 && words.get(1).matches("-[a-z]*c[a-z]*");
      return new Exec(0, script(guest, inline ? words.get(2) : input), "");
    }
    return new Exec(0, answer(guest, String.join(" ", words)), "");
  }

  private static String script(GuestModel guest, String script) {
    StringBuilder out = new StringBuilder();
    for (String line : script.split("\\n|;|&&", -1)) {
      String trimmed = line.strip();
      Matcher finding = FINDING.matcher(trimmed);
      if (finding.matches()) {
        String name = finding.group(1);
        String known = findings(guest).get(name.replace('_', '-').toLowerCase(Locale.ROOT));
        out.append(name)
            .append('=')
            .append(known != null ? known : answer(guest, finding.group(2)).strip())
            .append('\n');
      } else if (SIMPLE.matcher(trimmed).matches()) {
        out.append(answer(guest, trimmed));
      }
    }
    return out.toString();
  }

  private static Map<String, String> findings(GuestModel guest) {
    String keys = guest.sshKeys().isEmpty() ? "no" : "yes";
    String addresses =
        guest.addresses().stream()
            .flatMap(List::stream)
            .map(address -> address.replaceFirst("/.*", ""))
            .collect(Collectors.joining(" "));
    return Map.ofEntries(
        Map.entry("cloud-init", guest.cloudInit() ? "done" : "disabled"),
        Map.entry("hostname", guest.hostName()),
        Map.entry("user", guest.user()),
        Map.entry("key", keys),
        Map.entry("ssh", "yes"),
        Map.entry("login", keys),
        Map.entry("disk", "grown"),
        Map.entry(
            "disk-detail",
            "sda1 of "
                + guest.rootBytes() / 1024
                + "k, file system "
                + guest.rootBytes() / 1024
                + "k, 0k behind it"),
        Map.entry("address", addresses),
        Map.entry("machine-id", guest.machineId()));
  }

  private static String answer(GuestModel guest, String command) {
    if (command.contains("/etc/machine-id")) {
      return guest.machineId() + "\n";
    }
    if (command.contains("cloud-init status")) {
      return "status: done\n";
    }
    if (command.contains("/etc/hostname") || command.matches(".*\\bhostname\\b.*")) {
      return guest.hostName() + "\n";
    }
    if (command.contains("df ") || command.contains("findmnt")) {
      return guest.rootBytes() + "\n";
    }
    if (command.matches(".*\\b(?:id|getent passwd)\\b.*")) {
      return guest.user() + ":x:1000:1000::/home/" + guest.user() + ":/bin/bash\n";
    }
    if (command.contains("authorized_keys")) {
      return guest.sshKeys().stream().map(key -> key + "\n").collect(Collectors.joining());
    }
    if (command.contains("os-release")) {
      return "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n";
    }
    return "";
  }
}
