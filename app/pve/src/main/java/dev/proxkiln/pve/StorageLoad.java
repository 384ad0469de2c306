package dev.proxkiln.pve;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.plan.Step;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells which steps keep a storage of the node busy: imports, uploads, full clones, moves. */
public final class StorageLoad {
  private static final Pattern CREATE = Pattern.compile("/nodes/[^/]+/qemu");
  private static final Pattern UPLOAD = Pattern.compile("/nodes/[^/]+/storage/([^/]+)/upload");
  private static final Pattern COPY =
      Pattern.compile("/nodes/[^/]+/qemu/[^/]+/(?:clone|move_disk|config)");
  private static final Pattern IMPORT = Pattern.compile("([^:,]+):0,(?:.*,)?import-from=.*");

  private StorageLoad() {}

  /** The storage that a step writes whole disks to; empty for a step that is done in no time. */
  public static Optional<String> of(Step step) {
    return step instanceof Step.Call call && call.call().verb() != Verb.GET
        ? of(call.call())
        : Optional.empty();
  }

  private static Optional<String> of(PveCall call) {
    // What is not known yet is never the part that tells calls apart.
    String path = call.path().render(part -> part instanceof Text.Literal(String s) ? s : "0");
    Matcher upload = UPLOAD.matcher(path);
    if (upload.matches()) {
      return Optional.of(upload.group(1));
    }
    boolean create = CREATE.matcher(path).matches();
    boolean copy = COPY.matcher(path).matches();
    if (!create && !copy) {
      return Optional.empty();
    }
    for (List<Text> values : call.params().values()) {
      Matcher drive = IMPORT.matcher(values.getFirst().toString());
      if (drive.matches()) {
        return Optional.of(drive.group(1));
      }
    }
    return copy && !path.endsWith("/config")
        ? Optional.ofNullable(call.params().get("storage")).map(s -> s.getFirst().toString())
        : Optional.empty();
  }
}
