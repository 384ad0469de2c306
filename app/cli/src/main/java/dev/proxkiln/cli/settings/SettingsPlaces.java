package dev.proxkiln.cli.settings;

import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.config.Migrations;
import dev.proxkiln.config.SettingsFile;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.host.file.Layout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where settings files are: that of the cluster, the system, the user, the folder. */
public final class SettingsPlaces {
  private static final String NAME = "config.yaml";
  private static final Path SYSTEM = Path.of("/etc/proxkiln").resolve(NAME);

  private SettingsPlaces() {}

  /**
   * That of the cluster.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code bad-usage} where there is no cluster
   */
  public static Path shared(Layout layout) {
    return layout
        .cluster()
        .orElseThrow(
            () ->
                CliSlug.BAD_USAGE
                    .problem(
                        "--cluster",
                        "This machine is no member of a Proxmox VE cluster.",
                        "There is no /etc/pve/nodes, or you are not root.",
                        "Leave --cluster out.")
                    .raise())
        .resolve(NAME);
  }

  /** Those that count wherever one works, the weakest first. */
  public static List<SettingsFile> lasting(Layout layout) {
    List<SettingsFile> files = new ArrayList<>();
    layout
        .cluster()
        .ifPresent(
            folder -> files.add(new SettingsFile(Origin.Kind.CLUSTER_FILE, folder.resolve(NAME))));
    Path user = user(layout);
    if (!user.equals(SYSTEM)) {
      files.add(new SettingsFile(Origin.Kind.SYSTEM_FILE, SYSTEM));
    }
    files.add(new SettingsFile(Origin.Kind.USER_FILE, user));
    return files;
  }

  /** All of them, the weakest first. */
  public static List<SettingsFile> all(Layout layout, Path folder) {
    List<SettingsFile> files = new ArrayList<>(lasting(layout));
    files.add(new SettingsFile(Origin.Kind.PROJECT_FILE, folder.resolve("proxkiln.yaml")));
    return files;
  }

  /** The names of all profiles; none where a file cannot be read. */
  public static List<String> profiles(Layout layout, Path folder) {
    return all(layout, folder).stream()
        .filter(SettingsFile::there)
        .map(file -> Migrations.KNOWN.forward(file.path().toString(), file.text()).profiles())
        .flatMap(List::stream)
        .distinct()
        .sorted()
        .toList();
  }

  /** The user's own; for root that of the system. */
  public static Path user(Layout layout) {
    return layout.config().resolve(NAME);
  }
}
