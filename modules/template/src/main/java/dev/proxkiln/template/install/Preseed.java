package dev.proxkiln.template.install;

import dev.proxkiln.core.call.Text;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The answers of Debian's installer (source: Debian installation guide, appendix B). One question a
 * line: owner, name, type, value.
 */
final class Preseed {

  /** One partition, the last and only one to grow; the ESP before it where it is needed. */
  private static final String BIOS =
      "proxkiln :: 1024 10000 -1 ext4 $primary{ } $bootable{ } method{ format } format{ }"
          + " use_filesystem{ } filesystem{ ext4 } mountpoint{ / } .";

  private static final String UEFI =
      "proxkiln :: 256 256 256 free $iflabel{ gpt } $reusemethod{ } method{ efi } format{ } ."
          + " 1024 10000 -1 ext4 method{ format } format{ } use_filesystem{ }"
          + " filesystem{ ext4 } mountpoint{ / } .";

  /** The script that seals the new system, in the installer's first RAM disk. */
  static final String FINISH = "proxkiln-finish.sh";

  /** After {@code 94save-logs}, before {@code 95umount} (source: finish-install). */
  private static final String LAST = "/usr/lib/finish-install.d/94zz-proxkiln";

  private final Settings settings;
  private final List<String> lines = new ArrayList<>();

  private Preseed(Settings settings) {
    this.settings = settings;
  }

  /** The file {@code preseed.cfg}. */
  static Text of(Settings settings) {
    return Hash.put(new Preseed(settings).file(), settings);
  }

  private String file() {
    place();
    network();
    mirror();
    accounts();
    partitions();
    software();
    end();
    return String.join("\n", lines) + "\n";
  }

  private void say(String question, String type, Object value) {
    lines.add("d-i " + question + " " + type + " " + value);
  }

  private void place() {
    say("debian-installer/locale", "string", settings.locale());
    say("debian-installer/language", "string", settings.language());
    say("debian-installer/country", "string", settings.country());
    say("keyboard-configuration/xkb-keymap", "select", settings.keyboard());
    say("clock-setup/utc", "boolean", true);
    say("time/zone", "string", settings.timezone());
    // A node's guests get their time from the node until their own service runs.
    say("clock-setup/ntp", "boolean", false);
  }

  private void network() {
    say("netcfg/choose_interface", "select", "auto");
    say("netcfg/get_hostname", "string", settings.hostName());
    say("netcfg/get_domain", "string", "localdomain");
    say("netcfg/hostname", "string", settings.hostName());
    // cloud-init configures the network of every clone.
    say("netcfg/target_network_config", "select", "loopback");
    say("hw-detect/load_firmware", "boolean", true);
  }

  private void mirror() {
    URI mirror = settings.mirror().orElse(URI.create("http://deb.debian.org/debian"));
    String protocol = mirror.getScheme();
    // The installer puts a slash behind it, and not every archive takes two.
    String path = mirror.getRawPath().replaceFirst("/+$", "");
    say("mirror/country", "string", "manual");
    say("mirror/protocol", "string", protocol);
    say("mirror/" + protocol + "/hostname", "string", mirror.getRawAuthority());
    say("mirror/" + protocol + "/directory", "string", path.isEmpty() ? "/" : path);
    say("mirror/" + protocol + "/proxy", "string", settings.proxy().map(URI::toString).orElse(""));
    // With a DVD the default is no, and the new system would be left without any source.
    say("apt-setup/use_mirror", "boolean", true);
    say("apt-setup/cdrom/set-first", "boolean", false);
    say("apt-setup/disable-cdrom-entries", "boolean", true);
    say("apt-setup/services-select", "multiselect", "security, updates");
    settings
        .security()
        .ifPresent(address -> say("apt-setup/security_host", "string", address.getRawAuthority()));
    // Seen already: where an archive does not answer its lines are commented out, and nobody asked.
    say("apt-setup/service-failed", "error", "");
  }

  /** Users are cloud-init's business. */
  private void accounts() {
    say("passwd/root-login", "boolean", true);
    say("passwd/make-user", "boolean", false);
    say("passwd/root-password-crypted", "password", Hash.place(settings));
  }

  private void partitions() {
    say("partman-auto/disk", "string", settings.device());
    say("partman-auto/method", "string", "regular");
    say("partman-auto/expert_recipe", "string", settings.uefi() ? UEFI : BIOS);
    say("partman-auto/choose_recipe", "select", "proxkiln");
    say("partman-basicfilesystems/no_swap", "boolean", false);
    say("partman-partitioning/confirm_write_new_label", "boolean", true);
    // GPT under BIOS would need a partition more, and the disk is small enough without.
    String label = settings.uefi() ? "gpt" : "msdos";
    say("partman-partitioning/choose_label", "string", label);
    say("partman-partitioning/default_label", "string", label);
    say("partman-efi/non_efi_system", "boolean", true);
    say("partman/choose_partition", "select", "finish");
    say("partman/confirm", "boolean", true);
    say("partman/confirm_nooverwrite", "boolean", true);
    say("partman/mount_style", "select", "uuid");
  }

  private void software() {
    say("base-installer/install-recommends", "boolean", false);
    lines.add("tasksel tasksel/first multiselect");
    say(
        "pkgsel/include",
        "string",
        String.join(
            " ",
            Stream.concat(
                    Stream.of(
                        "cloud-init",
                        "cloud-guest-utils",
                        "qemu-guest-agent",
                        "openssh-server",
                        "sudo",
                        "netplan.io",
                        "systemd-resolved",
                        // Left out with the packages that are merely recommended.
                        "systemd-timesyncd",
                        "libpam-systemd",
                        "dbus",
                        "ca-certificates"),
                    settings.packages().stream())
                .distinct()
                .toList()));
    say("pkgsel/upgrade", "select", "full-upgrade");
    say("pkgsel/update-policy", "select", "none");
    lines.add("popularity-contest popularity-contest/participate boolean false");
    say("grub-installer/only_debian", "boolean", true);
    say("grub-installer/with_other_os", "boolean", false);
    say("grub-installer/bootdev", "string", settings.device());
    say("grub-installer/force-efi-extra-removable", "boolean", settings.uefi());
  }

  private void end() {
    // The late command is too early: networks, consoles and logs are written after it.
    say(
        "preseed/early_command",
        "string",
        "cp /"
            + FINISH
            + " "
            + LAST
            + " && chmod 0755 "
            + LAST
            + " && echo 'proxkiln: answers found' >/dev/ttyS0");
    say("finish-install/reboot_in_progress", "note", "");
    say("cdrom-detect/eject", "boolean", true);
    say("debian-installer/exit/poweroff", "boolean", true);
  }
}
