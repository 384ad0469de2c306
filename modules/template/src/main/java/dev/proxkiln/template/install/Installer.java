package dev.proxkiln.template.install;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.template.catalogue.Firmware;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The installers that can work without anybody answering, and how each finds its answers.
 *
 * <p>A medium is a second CD drive, found by its volume label. Where the installer's own boot menu
 * would wait for a key or lacks a parameter that cannot be given otherwise, a copy of the ISO with
 * another menu is needed.
 */
enum Installer {

  /** Debian: it looks for answers on no second medium, so they go into its initial RAM disk. */
  PRESEED(Set.of(Firmware.BIOS, Firmware.UEFI), "debian", "debian", "apt", ""),

  /** Ubuntu Server: label {@code cidata}; asks for a "yes" unless the kernel says otherwise. */
  AUTOINSTALL(Set.of(Firmware.BIOS, Firmware.UEFI), "debian", "ubuntu", "apt", ""),

  /** RHEL, AlmaLinux, Rocky, CentOS Stream, Fedora: {@code ks.cfg} of label {@code OEMDRV}. */
  KICKSTART(Set.of(Firmware.BIOS, Firmware.UEFI), "rhel", "cloud-user", "dnf", ""),

  /**
   * SLES 15, Leap 15: {@code autoinst.xml} of label {@code OEMDRV}; the menu starts from the disk
   * by default. Its UEFI menu lies inside a boot image that cannot be replaced as a file.
   */
  AUTOYAST(Set.of(Firmware.BIOS), "suse", "opensuse", "zypper", "Leap"),

  /**
   * SLES 16, Leap 16: {@code autoinst.json} of label {@code OEMDRV}; the menu installs by default
   * under UEFI only. It ends with a restart, which the guest may not do.
   */
  AGAMA(Set.of(Firmware.UEFI), "suse", "opensuse", "zypper", "openSUSE_Leap");

  /** File names of installer ISOs, as their publishers give them. */
  private static final Map<Pattern, Installer> NAMES = new LinkedHashMap<>();

  static {
    name("(?:opensuse-)?(?:leap|sles?)[-_]?1[6-9].*|.*agama.*", AGAMA);
    name("(?:opensuse-)?(?:leap|sles?|sle)[-_]?15.*|opensuse-tumbleweed.*", AUTOYAST);
    name("debian-.*", PRESEED);
    name("ubuntu-.*(?:live-)?server.*", AUTOINSTALL);
    name(
        "(?:rhel|almalinux|rocky|centos|fedora|oraclelinux|eurolinux)[-_].*(?:dvd|boot|minimal|netinst|server).*",
        KICKSTART);
  }

  private final Set<Firmware> firmware;
  private final String family;
  private final String user;
  private final String packages;
  private final String product;

  Installer(Set<Firmware> firmware, String family, String user, String packages, String product) {
    this.firmware = firmware;
    this.family = family;
    this.user = user;
    this.packages = packages;
    this.product = product;
  }

  private static void name(String pattern, Installer installer) {
    NAMES.put(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), installer);
  }

  /**
   * Answers on a CD of their own.
   *
   * @param label volume label
   * @param files by name
   */
  record Medium(String label, Map<String, Text> files) {
    Medium {
      files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }
  }

  /**
   * What a copy of the ISO has that the original has not.
   *
   * @param menus files by path on the ISO
   * @param initrd files of a further initial RAM disk, by name; it lies at {@link #INITRD}
   */
  record Remaster(Map<String, Text> menus, Map<String, Text> initrd) {
    /** Short enough for ISOLINUX. */
    static final String INITRD = "/proxkiln/answers.img";

    Remaster {
      menus = Collections.unmodifiableMap(new LinkedHashMap<>(menus));
      initrd = Collections.unmodifiableMap(new LinkedHashMap<>(initrd));
    }
  }

  /** As users write it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The installer that a word means, as users and the catalogue write it. */
  static Optional<Installer> find(String word) {
    return Arrays.stream(values()).filter(installer -> installer.word().equals(word)).findFirst();
  }

  /** The installer that the file name of an ISO tells of. */
  static Optional<Installer> byName(String file) {
    return NAMES.entrySet().stream()
        .filter(entry -> entry.getKey().matcher(file).matches())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Family of the distribution. */
  String family() {
    return family;
  }

  /** The first user that clones usually have. */
  String user() {
    return user;
  }

  /** Package manager. */
  String packages() {
    return packages;
  }

  /** What it can be started with, unattended. */
  Set<Firmware> firmware() {
    return firmware;
  }

  /** SUSE's name of what is installed, where nobody says another; empty for the others. */
  String product() {
    return product;
  }

  /** The medium with the answers, for installers that look for one. */
  Optional<Medium> medium(Settings settings) {
    return switch (this) {
      case PRESEED -> Optional.empty();
      case AUTOINSTALL -> {
        Map<String, Text> files = new LinkedHashMap<>();
        files.put("user-data", Autoinstall.of(settings));
        // NoCloud is no NoCloud without it.
        files.put("meta-data", Text.of("instance-id: proxkiln-install\n"));
        yield Optional.of(new Medium("cidata", files));
      }
      case KICKSTART -> Optional.of(new Medium("OEMDRV", Map.of("ks.cfg", Kickstart.of(settings))));
      case AUTOYAST ->
          Optional.of(new Medium("OEMDRV", Map.of("autoinst.xml", AutoYast.of(settings))));
      case AGAMA ->
          Optional.of(new Medium("OEMDRV", Map.of("autoinst.json", AgamaProfile.of(settings))));
    };
  }

  /** Whether the ISO works only as a changed copy. */
  boolean needsRemaster() {
    return switch (this) {
      case PRESEED, AUTOINSTALL, AUTOYAST -> true;
      case KICKSTART, AGAMA -> false;
    };
  }

  /** What the copy has, where one is needed. */
  Optional<Remaster> remaster(Settings settings) {
    return switch (this) {
      case PRESEED -> {
        Map<String, Text> initrd = new LinkedHashMap<>();
        initrd.put("preseed.cfg", Preseed.of(settings));
        initrd.put(Preseed.FINISH, Text.of(Seal.inDebianInstaller()));
        initrd.put(Seal.FILE, Text.of(Seal.script()));
        Menu menu =
            new Menu(
                "/install.amd/vmlinuz",
                List.of("/install.amd/initrd.gz", Remaster.INITRD),
                "auto=true priority=critical DEBIAN_FRONTEND=text "
                    + Menu.CONSOLES
                    + " --- "
                    + Menu.CONSOLES);
        yield Optional.of(
            new Remaster(menus(menu, "/boot/grub/grub.cfg", "/isolinux/isolinux.cfg"), initrd));
      }
      case AUTOINSTALL -> {
        // The ISO comes with digests of its files, and one of them is another now.
        Menu menu =
            new Menu(
                "/casper/vmlinuz",
                List.of("/casper/initrd"),
                "autoinstall fsck.mode=skip " + Menu.CONSOLES + " ---");
        yield Optional.of(new Remaster(menus(menu, "/boot/grub/grub.cfg", ""), Map.of()));
      }
      case AUTOYAST -> {
        Menu menu =
            new Menu(
                "/boot/x86_64/loader/linux",
                List.of("/boot/x86_64/loader/initrd"),
                "splash=silent textmode=1 " + Menu.CONSOLES);
        yield Optional.of(
            new Remaster(menus(menu, "", "/boot/x86_64/loader/isolinux.cfg"), Map.of()));
      }
      case KICKSTART, AGAMA -> Optional.empty();
    };
  }

  private static Map<String, Text> menus(Menu menu, String grub, String isolinux) {
    Map<String, Text> files = new LinkedHashMap<>();
    if (!grub.isEmpty()) {
      files.put(grub, Text.of(menu.grub()));
    }
    if (!isolinux.isEmpty()) {
      files.put(isolinux, Text.of(menu.isolinux()));
    }
    return files;
  }
}
