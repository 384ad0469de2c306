package dev.proxkiln.template.install;

import dev.proxkiln.core.call.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The answers of Agama: SUSE from Leap 16 and SLES 16 on (source: its profile reference). */
final class AgamaProfile {

  private AgamaProfile() {}

  /** The file {@code autoinst.json}. */
  static Text of(Settings settings) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("product", Map.of("id", settings.product()));
    tree.put("hostname", Map.of("static", settings.hostName()));
    Map<String, Object> place = new LinkedHashMap<>();
    place.put("locale", settings.locale());
    place.put("keymap", settings.keyboard());
    place.put("timezone", settings.timezone());
    tree.put("l10n", place);
    Map<String, Object> boot = new LinkedHashMap<>();
    boot.put("timeout", 1);
    boot.put("extraKernelParams", Menu.CONSOLES);
    tree.put("bootloader", boot);
    settings.proxy().ifPresent(proxy -> tree.put("proxy", proxy(proxy.toString())));
    tree.put("storage", storage(settings));
    tree.put(
        "software",
        Map.of(
            "packages",
            Stream.concat(
                    Stream.of(
                        "cloud-init", "growpart", "qemu-guest-agent", "openssh-server", "sudo"),
                    settings.packages().stream())
                .distinct()
                .toList()));
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("password", Hash.place(settings));
    root.put("hashedPassword", true);
    tree.put("root", root);
    // Nobody is there to answer.
    tree.put("questions", Map.of("policy", "auto"));
    Map<String, Object> seal = new LinkedHashMap<>();
    seal.put("name", Seal.FILE);
    seal.put("chroot", true);
    seal.put("content", Seal.script());
    tree.put("scripts", Map.of("post", List.of(seal)));
    return Hash.put(Serialized.json(tree), settings);
  }

  private static Map<String, Object> proxy(String address) {
    Map<String, Object> proxy = new LinkedHashMap<>();
    proxy.put("enabled", true);
    proxy.put("httpProxy", address);
    proxy.put("httpsProxy", address);
    return proxy;
  }

  /** What the firmware needs comes by itself; the root file system is the last partition. */
  private static Map<String, Object> storage(Settings settings) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("filesystem", filesystem());
    root.put("size", Map.of("min", "2 GiB"));
    Map<String, Object> drive = new LinkedHashMap<>();
    drive.put("search", settings.device());
    Map<String, Object> old = new LinkedHashMap<>();
    old.put("search", "*");
    old.put("delete", true);
    drive.put("partitions", List.of(old, root));
    return Map.of("drives", List.of(drive));
  }

  private static Map<String, Object> filesystem() {
    Map<String, Object> xfs = new LinkedHashMap<>();
    xfs.put("path", "/");
    xfs.put("type", "xfs");
    return xfs;
  }
}
