package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.state.StateFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The host's resolver settings, which guests inherit that have none of their own. */
final class HostDns {
  private static final Path RESOLVER = Path.of("/etc/resolv.conf");

  private HostDns() {}

  /** Up to three name servers, joined by spaces. */
  static String servers() {
    List<String> servers = lines("nameserver");
    return String.join(" ", servers.subList(0, Math.min(3, servers.size())));
  }

  /** Search domains, joined by spaces. */
  static String search() {
    List<String> search = lines("search");
    return search.isEmpty() ? "" : search.getLast();
  }

  private static List<String> lines(String keyword) {
    List<String> values = new ArrayList<>();
    StateFolder.read(RESOLVER)
        .ifPresent(
            text ->
                text.lines()
                    .map(String::strip)
                    .filter(line -> line.matches(keyword + "\\s+\\S.*"))
                    .forEach(line -> values.add(line.substring(keyword.length()).strip())));
    return values;
  }
}
