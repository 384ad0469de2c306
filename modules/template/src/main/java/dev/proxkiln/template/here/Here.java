package dev.proxkiln.template.here;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Commands on this machine, and the folder of a run that they work in. */
public final class Here {
  /** The ID of the run. */
  public static final Text RUN = Text.output("run", "id");

  /** Disks of a terabyte on slow media take their time. */
  private static final Duration DEADLINE = Duration.ofHours(6);

  private final Text folder;
  private final Problem failure;

  /**
   * Work below a folder, in one of the run's own.
   *
   * @param failure what it means when a command fails; its reason is the command's own words
   */
  public Here(String work, Problem failure) {
    this.folder = Text.join(work, "/", RUN);
    this.failure = failure;
  }

  /** The folder's path. */
  public Text folderText() {
    return folder;
  }

  /** A file in the folder. */
  public Text at(String file) {
    return Text.join(folder, "/", file);
  }

  /** Makes the folder. */
  public Step folder() {
    return run(
        "folder",
        "Make a folder to work in",
        Optional.of(Undo.Command.removing(folder)),
        1,
        List.of("install", "-d", "-m", "0700", "--", folder));
  }

  /** Removes the folder. */
  public Step remove() {
    return new Step.Discard("clean", "Remove the folder", List.of(Undo.Command.removing(folder)));
  }

  /** Writes a file into the folder. */
  public Step write(String id, String label, String file, Text content) {
    return new Step.Run(
            id,
            label,
            List.of(
                Text.of("install"),
                Text.of("-m"),
                Text.of("0600"),
                Text.of("/dev/stdin"),
                at(file)),
            Optional.of(content),
            DEADLINE,
            Probe.never(),
            List.of(),
            1)
        .failingWith(failure);
  }

  /** Takes a file's digest: output {@code sha256}. */
  public Step digest(String id, String label, Text file) {
    return new Step.Run(
            id,
            label,
            List.of(Text.of("sha256sum"), Text.of("--"), file),
            Optional.empty(),
            Map.of("sha256", " ~ ^\\\\?([0-9a-f]{64})"),
            DEADLINE,
            Probe.never(),
            List.of(),
            5)
        .failingWith(failure);
  }

  /** A command; words are strings or texts. */
  public Step.Run run(String id, String label, Object... argv) {
    return run(id, label, Optional.empty(), 1, Arrays.asList(argv));
  }

  /** A command that can be taken back. */
  public Step.Run run(String id, String label, Undo undo, int weight, List<?> argv) {
    return run(id, label, Optional.of(undo), weight, argv);
  }

  /** A command with its share of the run's time. */
  public Step.Run run(String id, String label, Optional<Undo> undo, int weight, List<?> argv) {
    return new Step.Run(
            id,
            label,
            argv.stream().map(word -> Text.join(word)).toList(),
            Optional.empty(),
            DEADLINE,
            Probe.never(),
            undo.stream().toList(),
            weight)
        .failingWith(failure);
  }
}
