package dev.proxkiln.template.preflight;

import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The programs on this machine that building and customizing images need. */
final class Tools {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /**
   * A program.
   *
   * @param name as in the path
   * @param use what fails without it
   * @param installPackage Debian package that has it
   * @param always whether every template needs it
   */
  private record Tool(String name, String use, String installPackage, boolean always) {}

  private static final List<Tool> ALL =
      List.of(
          new Tool("qemu-img", "looking into images", "qemu-utils", true),
          new Tool("virt-customize", "customizing images offline", "libguestfs-tools", false),
          new Tool(
              "qemu-storage-daemon",
              "customizing images by a block export",
              "qemu-system-common",
              false),
          new Tool("mmdebstrap", "images built from packages", "mmdebstrap", false),
          new Tool("xorriso", "answer media for installers", "xorriso", false),
          new Tool("ansible-playbook", "template provision", "ansible-core", false));

  private final Commands commands;

  Tools(Commands commands) {
    this.commands = commands;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (Tool tool : ALL) {
      String about = "tool " + tool.name();
      if (there(tool.name())) {
        findings.add(Finding.ok(about, "It is installed, for " + tool.use() + "."));
        continue;
      }
      String what = "It is not installed on this machine; needed for " + tool.use() + ".";
      // A hypervisor is an appliance: nothing is installed on it unasked, not even by --fix.
      String mend = "apt-get install --no-install-recommends " + tool.installPackage();
      findings.add(
          tool.always() ? Finding.bad(about, what, mend) : Finding.warning(about, what, mend));
    }
    return findings;
  }

  private boolean there(String tool) {
    try {
      commands.run(Commands.Command.of(tool, "--version").within(DEADLINE));
      return true;
    } catch (ProblemException e) {
      return false;
    }
  }
}
