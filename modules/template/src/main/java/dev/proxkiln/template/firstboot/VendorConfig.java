package dev.proxkiln.template.firstboot;

import dev.proxkiln.template.customise.Customisation;
import dev.proxkiln.template.customise.GuestFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A customisation in the words of cloud-init, for vendor data. Only keys that user data of PVE does
 * not have: of a key in both, cloud-init takes the user's.
 */
final class VendorConfig {
  private final Customisation wish;
  private final String family;
  private final Map<String, Object> tree = new LinkedHashMap<>();
  private final List<Map<String, Object>> files = new ArrayList<>();
  private final List<Object> commands = new ArrayList<>();

  private VendorConfig(Customisation wish, String family) {
    this.wish = wish;
    this.family = family;
  }

  /**
   * The cloud-config; empty when nothing is wished.
   *
   * @param family of the image's system, for example {@code debian}
   */
  static Map<String, Object> of(Customisation wish, String family) {
    return new VendorConfig(wish, family).tree();
  }

  private Map<String, Object> tree() {
    wish.timezone().ifPresent(zone -> tree.put("timezone", zone));
    wish.locale().ifPresent(locale -> tree.put("locale", locale));
    wish.keyboard().ifPresent(this::keyboard);
    if (!wish.certificates().isEmpty()) {
      tree.put("ca_certs", Map.of("trusted", wish.certificates()));
    }
    proxies();
    wish.files().forEach(file -> files.add(file(file)));
    packages();
    if (wish.agent()) {
      enableAgent();
    }
    if (wish.lockRoot()) {
      commands.add(List.of("passwd", "-l", "root"));
    }
    commands.addAll(wish.commands());
    if (!files.isEmpty()) {
      tree.put("write_files", List.copyOf(files));
    }
    if (!commands.isEmpty()) {
      tree.put("runcmd", List.copyOf(commands));
    }
    return tree;
  }

  private void keyboard(Customisation.Keyboard keyboard) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("layout", keyboard.layout());
    keyboard.variant().ifPresent(variant -> map.put("variant", variant));
    tree.put("keyboard", map);
  }

  private static Map<String, Object> file(GuestFile file) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("path", file.path());
    map.put("owner", "root:root");
    map.put("permissions", String.format("%04o", file.mode()));
    map.put("encoding", "b64");
    map.put("content", file.base64());
    return map;
  }

  // ---- packages ----

  private void packages() {
    List<String> names = wish.wantedPackages();
    if (names.isEmpty() && wish.repositories().isEmpty()) {
      return;
    }
    if (wish.repositories().isEmpty()) {
      // The lists in an image are old or not there at all.
      tree.put("package_update", true);
      tree.put("packages", names);
      return;
    }
    // cloud-init installs all packages in one transaction, which cannot use a repository that it
    // brings itself.
    commands.add(install(wish.repositories()));
    if (!names.isEmpty()) {
      commands.add(install(names));
    }
  }

  private List<String> install(List<String> names) {
    List<String> words =
        switch (wish.manager()) {
          case "dnf" -> List.of("dnf", "-y", "install");
          case "zypper" ->
              List.of("zypper", "--non-interactive", "--gpg-auto-import-keys", "install");
          case "pacman" -> List.of("pacman", "-Sy", "--noconfirm", "--needed");
          case "apk" -> List.of("apk", "add");
          default ->
              List.of(
                  "env",
                  "DEBIAN_FRONTEND=noninteractive",
                  "apt-get",
                  "-y",
                  "--no-install-recommends",
                  "install");
        };
    return Stream.concat(words.stream(), names.stream()).toList();
  }

  private void enableAgent() {
    if (family.equals("alpine")) {
      commands.add(List.of("rc-update", "add", Customisation.AGENT, "default"));
      commands.add(List.of("rc-service", Customisation.AGENT, "start"));
    } else {
      commands.add(List.of("systemctl", "enable", "--now", Customisation.AGENT));
    }
  }

  // ---- the way out ----

  private void proxies() {
    Optional<String> http = wish.aptCache().or(wish::proxy);
    if (wish.manager().equals("apt") && http.isPresent()) {
      Map<String, Object> apt = new LinkedHashMap<>();
      apt.put("http_proxy", http.get());
      // A cache for apt passes no encrypted connections on.
      wish.proxy().ifPresent(proxy -> apt.put("https_proxy", proxy));
      tree.put("apt", apt);
    }
    wish.proxy()
        .ifPresent(
            proxy -> {
              files.add(appended("/etc/environment", environment(proxy)));
              switch (wish.manager()) {
                case "dnf" -> files.add(appended("/etc/dnf/dnf.conf", "proxy=" + proxy + "\n"));
                case "zypper" -> files.add(appended("/etc/sysconfig/proxy", sysconfig(proxy)));
                default -> {}
              }
            });
  }

  private static Map<String, Object> appended(String path, String text) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("path", path);
    map.put("append", true);
    map.put("content", text);
    return map;
  }

  private static String environment(String proxy) {
    String near = "localhost,127.0.0.1,::1";
    return "http_proxy=%1$s\nhttps_proxy=%1$s\nno_proxy=%2$s\n".formatted(proxy, near)
        + "HTTP_PROXY=%1$s\nHTTPS_PROXY=%1$s\nNO_PROXY=%2$s\n".formatted(proxy, near);
  }

  private static String sysconfig(String proxy) {
    return "PROXY_ENABLED=\"yes\"\nHTTP_PROXY=\"%1$s\"\nHTTPS_PROXY=\"%1$s\"\n".formatted(proxy);
  }
}
