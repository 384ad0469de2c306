package dev.proxkiln.template.install;

import java.util.List;

/**
 * A boot menu of one entry that starts at once, in the place of the one on an installer ISO.
 *
 * @param kernel path on the ISO
 * @param initrds paths on the ISO, loaded one after the other
 * @param parameters of the kernel
 */
record Menu(String kernel, List<String> initrds, String parameters) {

  /** The last one is the one that the installer and the installed system talk on. */
  static final String CONSOLES = "console=tty0 console=ttyS0,115200n8";

  Menu {
    initrds = List.copyOf(initrds);
  }

  /** For GRUB 2. */
  String grub() {
    return """
        set default=0
        set timeout=1
        menuentry 'Unattended installation' {
          linux %s %s
          initrd %s
        }
        """
        .formatted(kernel, parameters, String.join(" ", initrds));
  }

  /** For ISOLINUX. */
  String isolinux() {
    return """
        serial 0 115200
        default proxkiln
        prompt 0
        timeout 10
        label proxkiln
          kernel %s
          append initrd=%s %s
        """
        .formatted(kernel, String.join(",", initrds), parameters);
  }
}
