package dev.proxkiln.sandbox.guest;

import dev.proxkiln.sandbox.boot.MachineSpec;
import dev.proxkiln.sandbox.refusal.Refusal;
import dev.proxkiln.sandbox.storage.Storages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What cloud-init is told, and the drive that tells it (source: qemu-server Cloudinit.pm, the
 * NoCloud form).
 */
public final class CloudInit {
  private static final int FILE_LIMIT = 1 << 20;
  private static final int SUM_LIMIT = 3 << 20;

  private final Parts parts;
  private final Schema schema;

  /** Reads what it needs from the guest's configuration and the snippets. */
  public CloudInit(Parts parts) {
    this.parts = parts;
    this.schema = parts.schema();
  }

  /** The four files of a NoCloud drive. */
  record Documents(String user, String network, String meta, String vendor) {
    Map<String, String> files() {
      Map<String, String> files = new LinkedHashMap<>();
      files.put("user-data", user);
      files.put("network-config", network);
      files.put("meta-data", meta);
      files.put("vendor-data", vendor);
      return files;
    }
  }

  /** The generated text of one kind: user, network or meta. */
  public String dump(int vmid, GuestConfig config, String kind, boolean maskPassword) {
    return switch (kind) {
      case "user" -> user(vmid, config, maskPassword);
      case "network" -> network(config);
      default -> meta(user(vmid, config, false), network(config));
    };
  }

  /** What the guest is told at its next start, empty without a cloud-init drive. */
  Optional<MachineSpec.Seed> seed(int vmid, GuestConfig config) {
    if (drive(vmid, config).isEmpty()) {
      return Optional.empty();
    }
    Documents documents = documents(vmid, config);
    String instance = documents.meta.strip().replaceFirst("^instance-id: ", "");
    return Optional.of(
        new MachineSpec.Seed(
            instance,
            config.get("ciuser", ""),
            SshKeys.decode(config.get("sshkeys", "")),
            documents.user,
            documents.network));
  }

  /** Writes the drive anew, when the guest has one. */
  public void write(int vmid, GuestConfig config, Consumer<String> print) {
    Optional<Drive> drive = drive(vmid, config);
    if (drive.isEmpty()) {
      return;
    }
    if (!config.get("citype", "nocloud").equals("nocloud")) {
      throw Refusal.notImplemented(
          "the sandbox node makes NoCloud drives only, not '" + config.get("citype", "") + "'");
    }
    Documents documents = documents(vmid, config);
    int sum =
        documents.files().values().stream()
            .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
            .sum();
    if (sum > SUM_LIMIT) {
      throw Refusal.failed("Cloud-Init sum of snippets too big (> 3 MiB)");
    }
    String volume = drive.get().file();
    if (parts.storages().size(volume).isEmpty()) {
      Storages.VolumeId id = Storages.parse(volume);
      String name = id.volume().substring(id.volume().lastIndexOf('/') + 1);
      parts
          .storages()
          .allocate(
              id.storage(),
              vmid,
              parts.storages().name(volume).format(),
              name,
              DiskMaker.CLOUD_INIT_KIB);
    }
    print.accept("generating cloud-init ISO");
    parts
        .isoWriter()
        .write("cidata", documents.files(), iso -> parts.storages().replace(volume, iso));
  }

  private Optional<Drive> drive(int vmid, GuestConfig config) {
    return schema.drives(config).stream()
        .filter(d -> d.file().contains("vm-" + vmid + "-cloudinit"))
        .findFirst();
  }

  private Documents documents(int vmid, GuestConfig config) {
    Map<String, String> custom =
        config.get("cicustom").map(text -> schema.parse("cicustom", text)).orElse(Map.of());
    String user = snippet(custom, "user").orElseGet(() -> user(vmid, config, false));
    String network = snippet(custom, "network").orElseGet(() -> network(config));
    String vendor = snippet(custom, "vendor").orElse("");
    String meta = snippet(custom, "meta").orElseGet(() -> meta(user, network));
    return new Documents(user, network, meta, vendor);
  }

  private Optional<String> snippet(Map<String, String> custom, String kind) {
    String volume = custom.get(kind);
    if (volume == null) {
      return Optional.empty();
    }
    if (!parts.storages().name(volume).type().equals("snippets")) {
      throw Refusal.failed(volume + " is not in the snippets directory");
    }
    Path file = parts.storages().file(volume).path();
    try {
      if (!Files.isRegularFile(file)) {
        throw Refusal.failed("volume '" + volume + "' does not exist");
      }
      if (Files.size(file) > FILE_LIMIT) {
        throw Refusal.failed("input data too big");
      }
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw Refusal.failed("can't open '" + file + "' - " + e.getMessage());
    }
  }

  private static String user(int vmid, GuestConfig config, boolean maskPassword) {
    String name = config.get("name", "VM" + vmid);
    int dot = name.indexOf('.');
    String host = dot < 0 ? name : name.substring(0, dot);
    String search = config.get("searchdomain", "");
    String full = dot >= 0 || search.isEmpty() ? name : host + "." + search;
    StringBuilder text = new StringBuilder("#cloud-config\n");
    text.append("hostname: ").append(host).append('\n');
    text.append("manage_etc_hosts: true\n");
    text.append("fqdn: ").append(full).append('\n');
    Optional<String> user = config.get("ciuser");
    user.ifPresent(u -> text.append("user: ").append(u).append('\n'));
    if (user.filter("root"::equals).isPresent()) {
      text.append("disable_root: False\n");
    }
    config
        .get("cipassword")
        .ifPresent(
            p -> text.append("password: ").append(maskPassword ? "**********" : p).append('\n'));
    config
        .get("sshkeys")
        .ifPresent(
            keys -> {
              text.append("ssh_authorized_keys:\n");
              SshKeys.decode(keys).forEach(k -> text.append("  - ").append(k).append('\n'));
            });
    text.append("chpasswd:\n  expire: False\n");
    if (user.filter("root"::equals).isEmpty()) {
      text.append("users:\n  - default\n");
    }
    if (!config.get("ciupgrade", "1").equals("0")) {
      text.append("package_upgrade: true\n");
    }
    return text.toString();
  }

  /** Network configuration version 1: a physical device by its MAC for each ipconfig. */
  private String network(GuestConfig config) {
    StringBuilder text = new StringBuilder("version: 1\nconfig:\n");
    for (String key : new TreeSet<>(config.values().keySet())) {
      if (!key.matches("net\\d+")) {
        continue;
      }
      String number = key.substring(3);
      Optional<String> ip = config.get("ipconfig" + number);
      if (ip.isPresent()) {
        String mac = schema.parse(key, config.get(key, "")).getOrDefault("macaddr", "");
        device(text, number, mac.toLowerCase(Locale.ROOT), schema.parse("ipconfig0", ip.get()));
      }
    }
    text.append("    - type: nameserver\n");
    List<String> servers = words(config.get("nameserver").orElseGet(HostDns::servers));
    if (!servers.isEmpty()) {
      text.append("      address:\n");
      servers.forEach(s -> text.append("      - '").append(s).append("'\n"));
    }
    List<String> search = words(config.get("searchdomain").orElseGet(HostDns::search));
    if (!search.isEmpty()) {
      text.append("      search:\n");
      search.forEach(s -> text.append("      - '").append(s).append("'\n"));
    }
    return text.toString();
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1)).stream()
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toList());
  }

  private static void device(
      StringBuilder text, String number, String mac, Map<String, String> config) {
    text.append("    - type: physical\n      name: eth")
        .append(number)
        .append("\n      mac_address: '")
        .append(mac)
        .append("'\n      subnets:\n");
    Map<String, String> ip =
        config.containsKey("ip") || config.containsKey("ip6")
            ? config
            : Map.of("ip", "dhcp", "ip6", "dhcp");
    String four = ip.get("ip");
    if (four != null && four.equals("dhcp")) {
      text.append("      - type: dhcp4\n");
    } else if (four != null && four.contains("/")) {
      int slash = four.indexOf('/');
      text.append("      - type: static\n        address: '")
          .append(four, 0, slash)
          .append("'\n        netmask: '")
          .append(netmask(Integer.parseInt(four.substring(slash + 1))))
          .append("'\n");
      gateway(text, ip.get("gw"));
    }
    String six = ip.get("ip6");
    if (six != null && six.equals("dhcp")) {
      text.append("      - type: dhcp6\n");
    } else if (six != null && six.equals("auto")) {
      text.append("      - type: ipv6_slaac\n");
    } else if (six != null && six.contains("/")) {
      text.append("      - type: static6\n        address: '").append(six).append("'\n");
      gateway(text, ip.get("gw6"));
    }
  }

  private static void gateway(
      StringBuilder text, @org.jspecify.annotations.Nullable String gateway) {
    if (gateway != null) {
      text.append("        gateway: '").append(gateway).append("'\n");
    }
  }

  private static String netmask(int length) {
    long mask = length == 0 ? 0 : (0xFFFFFFFFL << (32 - length)) & 0xFFFFFFFFL;
    return (mask >> 24 & 255)
        + "."
        + (mask >> 16 & 255)
        + "."
        + (mask >> 8 & 255)
        + "."
        + (mask & 255);
  }

  private static String meta(String user, String network) {
    return "instance-id: " + GuestConfig.digest(user + network) + "\n";
  }
}
