package dev.proxkiln.template.install;

import dev.proxkiln.core.call.Text;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The answers of Anaconda: RHEL, its relatives, Fedora (source: pykickstart documentation).
 * Commands that all releases from RHEL 8 and Fedora 36 on know.
 */
final class Kickstart {

  private Kickstart() {}

  /** The file {@code ks.cfg}. */
  static Text of(Settings settings) {
    List<String> lines = new ArrayList<>();
    // A question that nobody can answer ends the installation in place of waiting for ever.
    lines.add("cmdline");
    lines.add(source(settings));
    lines.add("lang " + settings.locale());
    lines.add("keyboard --vckeymap=" + settings.keyboard());
    lines.add("timezone " + settings.timezone() + " --utc");
    lines.add(
        "network --bootproto=dhcp --device=link --activate --hostname=" + settings.hostName());
    lines.add(
        settings.rootPassword().isPresent()
            ? "rootpw --iscrypted " + Hash.place(settings)
            : "rootpw --lock");
    lines.add("selinux --enforcing");
    lines.add("firewall --enabled --service=ssh");
    lines.add("firstboot --disabled");
    lines.add("zerombr");
    lines.add("clearpart --all --initlabel --drives=" + settings.disk());
    // What the firmware needs: an ESP, or the boot loader's partition of GPT.
    lines.add("reqpart");
    lines.add("part / --fstype=xfs --size=2048 --grow --ondisk=" + settings.disk());
    lines.add("bootloader --timeout=1 --append=\"" + Menu.CONSOLES + "\"");
    lines.add("poweroff");
    lines.add("");
    lines.add("%packages");
    lines.add("@core");
    for (String name :
        List.of("cloud-init", "cloud-utils-growpart", "qemu-guest-agent", "openssh-server")) {
      lines.add(name);
    }
    lines.addAll(settings.packages());
    lines.add("%end");
    lines.add("");
    lines.add("%post --erroronfail --interpreter=/bin/sh");
    lines.add(Seal.script().stripTrailing());
    lines.add("%end");
    return Hash.put(String.join("\n", lines) + "\n", settings);
  }

  private static String source(Settings settings) {
    return settings
        .mirror()
        .map(
            mirror ->
                "url --url="
                    + mirror
                    + settings.proxy().map(URI::toString).map(p -> " --proxy=" + p).orElse(""))
        .orElse("cdrom");
  }
}
