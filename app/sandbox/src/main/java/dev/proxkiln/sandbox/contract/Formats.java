package dev.proxkiln.sandbox.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The registered text formats, each with the words a node uses when a value does not fit (source:
 * pve-common JSONSchema, pve-storage Plugin, qemu-server).
 */
final class Formats {

  /** Says why a value is wrong; empty when it fits. */
  @FunctionalInterface
  interface Check {
    Optional<String> why(String value);
  }

  private static final String V4_OCTET = "(?:25[0-5]|(?:2[0-4]|1[0-9]|[1-9])?[0-9])";
  static final String IPV4 = "(?:" + V4_OCTET + "\\.){3}" + V4_OCTET;
  private static final String H16 = "[0-9a-fA-F]{1,4}";
  private static final String LS32 = "(?:" + IPV4 + "|" + H16 + ":" + H16 + ")";
  static final String IPV6 =
      String.join(
          "|",
          "(?:(?:" + H16 + ":){6}" + LS32 + ")",
          "(?:::(?:" + H16 + ":){5}" + LS32 + ")",
          "(?:(?:" + H16 + ")?::(?:" + H16 + ":){4}" + LS32 + ")",
          "(?:(?:(?:" + H16 + ":){0,1}" + H16 + ")?::(?:" + H16 + ":){3}" + LS32 + ")",
          "(?:(?:(?:" + H16 + ":){0,2}" + H16 + ")?::(?:" + H16 + ":){2}" + LS32 + ")",
          "(?:(?:(?:" + H16 + ":){0,3}" + H16 + ")?::(?:" + H16 + ":){1}" + LS32 + ")",
          "(?:(?:(?:" + H16 + ":){0,4}" + H16 + ")?::" + LS32 + ")",
          "(?:(?:(?:" + H16 + ":){0,5}" + H16 + ")?::" + H16 + ")",
          "(?:(?:(?:" + H16 + ":){0,6}" + H16 + ")?::)");

  private static final Pattern IS_V4 = Pattern.compile(IPV4);
  private static final Pattern IS_V6 = Pattern.compile(IPV6);
  private static final Pattern DNS_LABELS =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?");
  private static final Pattern VOLUME_ID =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9\\-_.]*[a-zA-Z0-9]:.+");
  private static final Pattern DISK_SIZE = Pattern.compile("\\d+(?:\\.\\d+)?(?:[KMGT](?:iB)?)?");
  private static final Pattern STARTUP = Pattern.compile("\\s*|(?:order=)?\\d+|up=\\d+|down=\\d+");
  private static final List<String> CPU_FLAGS =
      List.of(
          "aes",
          "amd-no-ssb",
          "amd-ssbd",
          "hv-evmcs",
          "hv-tlbflush",
          "ibpb",
          "md-clear",
          "nested-virt",
          "pcid",
          "pdpe1gb",
          "spec-ctrl",
          "ssbd",
          "virt-ssbd");
  private static final Set<String> CONTENT =
      Set.of("images", "rootdir", "vztmpl", "iso", "backup", "snippets", "none", "import");
  private static final Set<String> NETMASKS = netmasks();

  private final Set<String> cpuModels;
  private final List<String> cpuFlags;
  private final Map<String, Check> checks;

  Formats(Set<String> cpuModels, boolean nestedVirtualizationFlag) {
    this.cpuModels = cpuModels;
    this.cpuFlags =
        CPU_FLAGS.stream()
            .filter(flag -> nestedVirtualizationFlag || !flag.equals("nested-virt"))
            .toList();
    this.checks =
        Map.ofEntries(
            Map.entry("string", value -> Optional.empty()),
            Map.entry(
                "urlencoded",
                value ->
                    regex("[-%a-zA-Z0-9_.!~*'()]*", value, "invalid urlencoded string: " + value)),
            Map.entry(
                "pve-configid",
                value ->
                    regex(
                        "[a-zA-Z][a-zA-Z0-9_-]+",
                        value,
                        "invalid configuration ID '" + value + "'")),
            Map.entry("pve-storage-id", value -> id("storage", value)),
            Map.entry("acme-plugin-id", value -> id("ACME plugin", value)),
            Map.entry(
                "pve-bridge-id",
                value -> regex("[-_.\\w]+", value, "invalid bridge ID '" + value + "'")),
            Map.entry(
                "pve-vmid",
                value -> regex("[1-9][0-9]{2,8}", value, "value does not look like a valid VM ID")),
            Map.entry(
                "pve-node",
                value ->
                    regex(
                        "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?",
                        value,
                        "value does not look like a valid node name")),
            Map.entry(
                "mac-addr",
                value ->
                    regex(
                        "[a-fA-F0-9][02468aceACE](?::[a-fA-F0-9]{2}){5}",
                        value, "value does not look like a valid unicast MAC address")),
            Map.entry(
                "ipv4",
                value -> when(ipv4(value), "value does not look like a valid IPv4 address")),
            Map.entry(
                "ipv6",
                value -> when(ipv6(value), "value does not look like a valid IPv6 address")),
            Map.entry(
                "ip",
                value ->
                    when(
                        ipv4(value) || ipv6(value), "value does not look like a valid IP address")),
            Map.entry(
                "ipv4mask",
                value ->
                    when(NETMASKS.contains(value), "value does not look like a valid IP netmask")),
            Map.entry(
                "CIDRv4",
                value -> when(cidr4(value), "value does not look like a valid IPv4 CIDR network")),
            Map.entry(
                "CIDRv6",
                value -> when(cidr6(value), "value does not look like a valid IPv6 CIDR network")),
            Map.entry(
                "CIDR",
                value ->
                    when(
                        cidr4(value) || cidr6(value),
                        "value does not look like a valid CIDR network")),
            Map.entry(
                "pve-ipv4-config",
                value ->
                    when(
                        value.equals("dhcp") || value.equals("manual") || cidr4(value),
                        "value does not look like a valid ipv4 network configuration")),
            Map.entry(
                "pve-ipv6-config",
                value ->
                    when(
                        value.equals("auto")
                            || value.equals("dhcp")
                            || value.equals("manual")
                            || cidr6(value),
                        "value does not look like a valid ipv6 network configuration")),
            Map.entry(
                "dns-name",
                value -> when(dnsName(value), "value does not look like a valid DNS name")),
            Map.entry(
                "address",
                value ->
                    when(
                        ipv4(value) || ipv6(value) || dnsName(value),
                        "value does not look like a valid address: " + value)),
            Map.entry(
                "pve-storage-server",
                value ->
                    when(
                        ipv4(value) || ipv6(value) || dnsName(value),
                        "value does not look like a valid server name or IP address")),
            Map.entry(
                "disk-size",
                value ->
                    when(
                        DISK_SIZE.matcher(value).matches(),
                        "value does not look like a valid disk size: " + value)),
            Map.entry(
                "pve-iface",
                value ->
                    regex(
                        "[a-zA-Z][a-zA-Z0-9_]{1,20}(?:[:.]\\d+)?",
                        value,
                        "invalid network interface name '" + value + "'")),
            Map.entry("pve-startup-order", Formats::startupOrder),
            Map.entry(
                "pve-tag",
                value ->
                    regex("[a-zA-Z0-9_][a-zA-Z0-9_\\-+.]*", value, "invalid characters in tag")),
            Map.entry("pve-volume-id", Formats::volumeId),
            Map.entry(
                "pve-volume-id-or-absolute-path",
                value -> value.startsWith("/") ? Optional.empty() : volumeId(value)),
            Map.entry(
                "pve-volume-id-or-qm-path",
                value ->
                    value.equals("none") || value.equals("cdrom") || value.startsWith("/")
                        ? Optional.empty()
                        : volumeId(value)),
            Map.entry(
                "pve-storage-content",
                value -> when(CONTENT.contains(value), "invalid content type '" + value + "'")),
            Map.entry(
                "pve-storage-path",
                value ->
                    when(
                        Pattern.compile("^/[^;()]+").matcher(value).find(),
                        "value does not look like a valid absolute path")),
            Map.entry(
                "pve-storage-vgname",
                value ->
                    regex(
                        "[a-zA-Z0-9][a-zA-Z0-9\\-_.]*[a-zA-Z0-9]",
                        value,
                        "lvm name '" + value + "' contains illegal characters")),
            Map.entry(
                "pve-storage-options",
                value -> regex("\\S+", value, "invalid options '" + value + "'")),
            Map.entry(
                "pve-qm-bootdisk",
                value -> when(Numbered.isDrive(value), "invalid boot disk '" + value + "'")),
            Map.entry("pve-qm-bootdev", Formats::bootDevice),
            Map.entry("pve-hotplug-features", Formats::hotplug),
            Map.entry("pve-cpuset", Formats::cpuSet),
            Map.entry("pve-phys-bits", Formats::physBits),
            Map.entry("x-cputype", this::cpuType),
            Map.entry("x-cpu-flags", this::cpuFlags),
            Map.entry(
                "x-never",
                value ->
                    Optional.of(
                        "Property 'reported-model' not allowed in VM-specific CPU config.")),
            Map.entry("pve-poolid", Formats::pool),
            Map.entry(
                "pve-roleid",
                value ->
                    regex(
                        "[A-Za-z0-9.\\-_]+",
                        value,
                        "role name '" + value + "' contains invalid characters")),
            Map.entry(
                "pve-groupid",
                value ->
                    regex(
                        "[A-Za-z0-9.\\-_]+",
                        value,
                        "group name '" + value + "' contains invalid characters")),
            Map.entry(
                "pve-realm",
                value ->
                    regex(
                        "[A-Za-z][A-Za-z0-9.\\-_]+",
                        value,
                        "value does not look like a valid realm")),
            Map.entry(
                "email",
                value ->
                    regex(
                        "[\\w+\\-~]+(?:\\.[\\w+\\-~]+)*@[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)*",
                        value,
                        "value does not look like a valid email address")),
            Map.entry(
                "pve-dir-override",
                value ->
                    when(
                        value.matches("[a-z]+=[^.]*(?:\\.?[^.]+)+")
                            && CONTENT.contains(value.substring(0, value.indexOf('='))),
                        "invalid override '" + value + "'")),
            Map.entry(
                "pve-storage-portal-dns",
                value ->
                    when(
                        ipv4(value.replaceFirst(":\\d{1,5}$", ""))
                            || ipv6(value.replaceFirst("^\\[(.*)](?::\\d{1,5})?$", "$1"))
                            || dnsName(value.replaceFirst(":\\d{1,5}$", "")),
                        "value does not look like a valid portal address")),
            Map.entry(
                "pve-storage-zfs-blocksize",
                value ->
                    regex(
                        "(?i:512|[1248]k|16k|32k|64k|128k|256k|512k|1m|1024|2048|4096|8192|16384"
                            + "|32768|65536|131072)",
                        value,
                        "invalid zfs block size '" + value + "'")),
            Map.entry("storage-pair", Formats::storagePair),
            Map.entry("pve-userid", Formats::user),
            Map.entry(
                "pve-tokenid",
                value ->
                    regex(
                        "[^\\s:/]+@[A-Za-z][A-Za-z0-9.\\-_]+![A-Za-z][A-Za-z0-9.\\-_]+",
                        value,
                        "value '" + value + "' does not look like a valid token ID")),
            Map.entry(
                "pve-priv",
                value ->
                    regex(
                        "[A-Z][A-Za-z]*(?:\\.[A-Z][A-Za-z]*)+",
                        value,
                        "invalid privilege '" + value + "'")),
            Map.entry(
                "pve-task-status-type",
                value ->
                    regex(
                        "(?i:ok|error|warning|unknown)", value, "invalid status '" + value + "'")));
  }

  /** Whether a check for this format (without {@code -list} or {@code -opt}) is known here. */
  boolean knows(String format) {
    return checks.containsKey(plain(format));
  }

  /** Why the value does not fit; a format that is unknown here is not checked. */
  Optional<String> why(String format, String value) {
    Check check = checks.get(plain(format));
    if (check == null) {
      return Optional.empty();
    }
    if (format.endsWith("-list")) {
      for (String part : splitList(value)) {
        Optional<String> why = check.why(part);
        if (why.isPresent()) {
          return why;
        }
      }
      return Optional.empty();
    }
    if (format.endsWith("-opt") && (value.isEmpty() || value.equals("0"))) {
      return Optional.empty();
    }
    return check.why(value);
  }

  private String plain(String format) {
    if (checks.containsKey(format)) {
      return format;
    }
    if (format.endsWith("-list")) {
      return format.substring(0, format.length() - "-list".length());
    }
    if (format.endsWith("-opt")) {
      return format.substring(0, format.length() - "-opt".length());
    }
    return format;
  }

  /** Splits a list at NUL, or else at commas, semicolons and white space; empty parts vanish. */
  static List<String> splitList(String text) {
    List<String> parts = new ArrayList<>();
    String separators = text.indexOf('\0') >= 0 ? "\0" : "[,;\\s]+";
    for (String part : text.split(separators, -1)) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts;
  }

  static boolean ipv4(String value) {
    return IS_V4.matcher(value).matches();
  }

  static boolean ipv6(String value) {
    return IS_V6.matcher(value).matches();
  }

  static boolean dnsName(String value) {
    return DNS_LABELS.matcher(value).matches();
  }

  private static boolean cidr4(String value) {
    return cidr(value, 32) && ipv4(value.substring(0, value.indexOf('/')));
  }

  private static boolean cidr6(String value) {
    return cidr(value, 128) && ipv6(value.substring(0, value.indexOf('/')));
  }

  private static boolean cidr(String value, int longest) {
    int slash = value.indexOf('/');
    if (slash < 0 || !value.substring(slash + 1).matches("\\d{1,3}")) {
      return false;
    }
    int length = Integer.parseInt(value.substring(slash + 1));
    return length > 7 && length <= longest;
  }

  private static Optional<String> when(boolean fits, String why) {
    return fits ? Optional.empty() : Optional.of(why);
  }

  private static Optional<String> regex(String regex, String value, String why) {
    return when(value.matches(regex), why);
  }

  private static Optional<String> id(String type, String value) {
    if (value.length() < 2) {
      return Optional.of(type + " ID '" + value + "' cannot be shorter than 2 characters");
    }
    return regex(
        "[a-zA-Z][a-zA-Z0-9\\-_.]*[a-zA-Z0-9]",
        value,
        type + " ID '" + value + "' contains illegal characters");
  }

  private static Optional<String> volumeId(String value) {
    return when(VOLUME_ID.matcher(value).matches(), "unable to parse volume ID '" + value + "'");
  }

  private static Optional<String> startupOrder(String value) {
    for (String part : value.split(",", -1)) {
      if (!STARTUP.matcher(part).matches()) {
        return Optional.of("unable to parse startup options");
      }
    }
    return when(!value.isEmpty(), "unable to parse startup options");
  }

  private static Optional<String> bootDevice(String value) {
    boolean special = value.startsWith("efidisk") || value.startsWith("tpmstate");
    boolean fits =
        (Numbered.isDrive(value) && !special)
            || Numbered.is("net", value)
            || Numbered.is("usb", value)
            || Numbered.is("hostpci", value);
    return when(fits, "invalid boot device '" + value + "'");
  }

  private static Optional<String> hotplug(String value) {
    if (value.equals("0") || value.equals("1")) {
      return Optional.empty();
    }
    for (String feature : splitList(value)) {
      if (!feature.matches("network|disk|cpu|memory|usb|cloudinit")) {
        return Optional.of("invalid hotplug feature '" + feature + "'");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> cpuSet(String value) {
    for (String part : value.split(",", -1)) {
      String trimmed = part.strip();
      boolean fits = trimmed.matches("\\d{1,9}(?:-\\d{1,9})?");
      if (fits && trimmed.contains("-")) {
        int dash = trimmed.indexOf('-');
        fits =
            Integer.parseInt(trimmed.substring(0, dash))
                <= Integer.parseInt(trimmed.substring(dash + 1));
      }
      if (!fits) {
        return Optional.of("unable to parse cpuset option");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> physBits(String value) {
    boolean fits = value.equals("host");
    if (value.matches("\\d{1,2}")) {
      int bits = Integer.parseInt(value);
      fits = bits >= 8 && bits <= 64;
    }
    return when(fits, "value must be an integer between 8 and 64 or 'host'");
  }

  private Optional<String> cpuType(String value) {
    if (value.startsWith("custom-")) {
      return Optional.of("Custom cputype '" + value.substring("custom-".length()) + "' not found");
    }
    return when(
        cpuModels.contains(value),
        "Built-in cputype '" + value + "' is not defined (missing 'custom-' prefix?)");
  }

  private Optional<String> cpuFlags(String value) {
    for (String flag : value.split(";", -1)) {
      if (!flag.matches("[+-].+") || !cpuFlags.contains(flag.substring(1))) {
        return Optional.of(
            "VM-specific CPU flags must be a subset of: " + String.join(", ", cpuFlags));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> pool(String value) {
    if (value.split("/", -1).length > 3) {
      return Optional.of("pool name '" + value + "' nested too deeply (max levels = 3)");
    }
    return regex(
        "[A-Za-z0-9.\\-_]+(?:/[A-Za-z0-9.\\-_]+){0,2}",
        value,
        "pool name '" + value + "' contains invalid characters");
  }

  /** One entry of a map of storages: 1 for each to itself, a target, or source and target. */
  private static Optional<String> storagePair(String value) {
    if (value.equals("1")) {
      return Optional.empty();
    }
    for (String id : value.split(":", -1)) {
      Optional<String> why = id("storage", id);
      if (why.isPresent()) {
        return why.map(text -> "entry '" + value + "' contains invalid ID - " + text);
      }
    }
    return when(value.split(":", -1).length <= 2, "entry '" + value + "' contains invalid ID");
  }

  private static Optional<String> user(String value) {
    if (value.length() < 3) {
      return Optional.of("user name '" + value + "' is too short");
    }
    if (value.length() > 64) {
      return Optional.of("user name '" + value + "' is too long (" + value.length() + " > 64)");
    }
    return regex(
        "[^\\s:/]+@[A-Za-z][A-Za-z0-9.\\-_]+",
        value,
        "value '" + value + "' does not look like a valid user name");
  }

  private static Set<String> netmasks() {
    List<String> masks = new ArrayList<>();
    for (int length = 0; length <= 32; length++) {
      long mask = length == 0 ? 0 : (0xFFFFFFFFL << (32 - length)) & 0xFFFFFFFFL;
      masks.add(
          String.format(
              Locale.ROOT,
              "%d.%d.%d.%d",
              mask >> 24 & 255,
              mask >> 16 & 255,
              mask >> 8 & 255,
              mask & 255));
    }
    return Set.copyOf(masks);
  }
}
