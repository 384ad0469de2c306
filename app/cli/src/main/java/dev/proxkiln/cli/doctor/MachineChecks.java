package dev.proxkiln.cli.doctor;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** This machine: its system, room for what proxkiln keeps, and who may read its secrets. */
public final class MachineChecks {
  private static final Path KVM = Path.of("/dev/kvm");
  private static final long LITTLE = 64L << 20;
  private static final long ENOUGH = 2L << 30;
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final Layout layout;
  private final Path system;

  /**
   * Checks of a machine.
   *
   * @param system the root of its file system
   */
  public MachineChecks(Layout layout, Path system) {
    this.layout = layout;
    this.system = system;
  }

  /** The system that this is, and whether it can be a hypervisor where it is said to be one. */
  public List<Finding> system(boolean hypervisor) {
    String name = line("etc/os-release", "PRETTY_NAME=").replace("\"", "");
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            "machine",
            (name.isEmpty() ? "An unknown system" : name)
                + ", "
                + System.getProperty("os.arch")
                + ", Linux "
                + System.getProperty("os.version")
                + ", "
                + Runtime.getRuntime().availableProcessors()
                + " processors."));
    if (hypervisor) {
      findings.add(
          Files.isReadable(KVM)
              ? Finding.ok("KVM", "The processor's virtualization is on.")
              : Finding.bad(
                      "KVM",
                      "'" + KVM + "' is missing or cannot be read.",
                      "dmesg | grep -i -e kvm -e 'disabled by bios'")
                  .because("Guests need it; it is switched on in the firmware's setup."));
    }
    return findings;
  }

  private String line(String file, String start) {
    try (Stream<String> lines = Files.lines(system.resolve(file))) {
      return lines
          .filter(line -> line.startsWith(start))
          .map(line -> line.substring(start.length()))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  /** Room for images and for what runs write. */
  public List<Finding> room() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        room("image cache", layout.images(), ENOUGH, "proxkiln finds no room for images."));
    findings.add(room("state", layout.state(), LITTLE, "No run can begin without its journal."));
    findings.add(room("log", layout.logs(), LITTLE, "Nothing can be logged."));
    return findings;
  }

  private static Finding room(String about, Path folder, long least, String why) {
    long free = FileTrouble.free(folder);
    String what = (free >> 20) + " MiB are free in '" + folder + "'.";
    if (free < LITTLE) {
      return Finding.bad(about, what, "df -h " + nearest(folder)).because(why);
    }
    return free < least
        ? Finding.warning(about, what, "df -h " + nearest(folder)).because("Images take some GiB.")
        : Finding.ok(about, what);
  }

  private static Path nearest(Path folder) {
    Path here = folder.toAbsolutePath();
    while (!Files.exists(here) && here.getParent() != null) {
      here = here.getParent();
    }
    return here;
  }

  /** Files that only their owner may read, and folders that others may not write to. */
  public List<Finding> modes() {
    Set<Path> secret = new TreeSet<>(files(layout.config().resolve("secrets"), 1));
    Stream.of(layout.vault(), layout.vaultKey()).filter(Files::exists).forEach(secret::add);
    files(layout.runs(), 2).stream()
        .filter(file -> file.getFileName().toString().equals("secrets"))
        .forEach(secret::add);
    List<Finding> findings = new ArrayList<>();
    for (Path file : secret) {
      exposed(file).ifPresent(findings::add);
    }
    for (Path folder : List.of(layout.config(), layout.state(), layout.logs())) {
      open(folder).ifPresent(findings::add);
    }
    return findings.isEmpty()
        ? List.of(Finding.ok("modes", "Nobody else can read secrets or change settings."))
        : findings;
  }

  private static List<Path> files(Path folder, int depth) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
  }

  private static Optional<Finding> exposed(Path file) {
    Set<PosixFilePermission> modes = modes(file);
    if (OWNER.containsAll(modes)) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.bad(
                "secret " + file.getFileName(),
                "Others may use '" + file + "': " + PosixFilePermissions.toString(modes) + ".",
                "chmod 0600 " + file)
            .because("It is refused like this, and whoever could read it may have done so.")
            .mendedBy(chmod(file, "0600")));
  }

  private static Optional<Finding> open(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Set<PosixFilePermission> modes = modes(folder);
    boolean open =
        modes.contains(PosixFilePermission.OTHERS_WRITE)
            || modes.contains(PosixFilePermission.GROUP_WRITE);
    return open
        ? Optional.of(
            Finding.bad(
                    "folder " + folder,
                    "Others may write to it: " + PosixFilePermissions.toString(modes) + ".",
                    "chmod go-w " + folder)
                .because("They could plant settings, images or runs.")
                .mendedBy(chmod(folder, "go-w")))
        : Optional.empty();
  }

  private static Step chmod(Path path, String mode) {
    return new Step.Run(
        "mode-" + Integer.toHexString(path.toString().hashCode()),
        "Take the rights of others off " + path,
        List.of(Text.of("chmod"), Text.of(mode), Text.of("--"), Text.of(path.toString())),
        Optional.empty(),
        DEADLINE,
        Probe.never(),
        List.of(),
        1);
  }

  private static Set<PosixFilePermission> modes(Path path) {
    try {
      return Files.getPosixFilePermissions(path);
    } catch (IOException e) {
      throw FileTrouble.reading(path, e);
    }
  }
}
