package dev.proxkiln.template.install;

import dev.proxkiln.core.call.Text;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The answers of Ubuntu's server installer (source: its autoinstall reference, version 1). */
final class Autoinstall {

  private Autoinstall() {}

  /** The file {@code user-data}. */
  static Text of(Settings settings) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("version", 1);
    tree.put("locale", settings.locale());
    tree.put("keyboard", Map.of("layout", settings.keyboard()));
    tree.put("timezone", settings.timezone());
    tree.put("refresh-installer", Map.of("update", false));
    tree.put("network", network());
    settings.proxy().map(URI::toString).ifPresent(proxy -> tree.put("proxy", proxy));
    if (settings.mirror().isPresent() || settings.security().isPresent()) {
      tree.put("apt", apt(settings));
    }
    tree.put("storage", storage(settings));
    tree.put("ssh", ordered("install-server", true, "allow-pw", false));
    tree.put(
        "packages",
        Stream.concat(
                Stream.of("cloud-init", "cloud-guest-utils", "qemu-guest-agent"),
                settings.packages().stream())
            .distinct()
            .toList());
    tree.put("updates", "security");
    // In the place of a first user, whom cloud-init makes in every clone.
    tree.put("user-data", Map.of("disable_root", true));
    tree.put("late-commands", lateCommands(settings));
    tree.put("shutdown", "poweroff");
    return Hash.put("#cloud-config\n" + Serialized.yaml(Map.of("autoinstall", tree)), settings);
  }

  private static Map<String, Object> network() {
    return ordered(
        "version",
        2,
        "ethernets",
        Map.of("any", ordered("match", Map.of("name", "e*"), "dhcp4", true)));
  }

  private static Map<String, Object> apt(Settings settings) {
    Map<String, Object> apt = ordered("geoip", false);
    settings
        .mirror()
        .map(mirror -> List.of(Map.of("uri", mirror.toString())))
        .ifPresent(list -> apt.put("mirror-selection", Map.of("primary", list)));
    settings
        .security()
        .map(address -> List.of(ordered("arches", List.of("default"), "uri", address.toString())))
        .ifPresent(list -> apt.put("security", list));
    return apt;
  }

  private static Map<String, Object> storage(Settings settings) {
    return ordered(
        "layout",
        ordered("name", "direct", "match", Map.of("path", settings.device())),
        "swap",
        Map.of("size", 0));
  }

  private static List<Object> lateCommands(Settings settings) {
    List<Object> commands = new ArrayList<>();
    if (settings.rootPassword().isPresent()) {
      commands.add(
          List.of("curtin", "in-target", "--", "usermod", "-p", Hash.place(settings), "root"));
    }
    commands.add(List.of("curtin", "in-target", "--", "/bin/sh", "-c", Seal.script()));
    return commands;
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i].toString(), pairs[i + 1]);
    }
    return map;
  }
}
