package dev.proxkiln.template.source;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.digest.Sha256;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.template.part.Content;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.Subject;
import dev.proxkiln.template.problem.TemplateSlug;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An image that is built here from the packages of a distribution.
 *
 * @param script the builder, {@code templates/build/cloud-image.sh}
 * @param release what to build
 * @param mirror address of the package archive, {@code host} for the one that this machine uses
 * @param security the same for security updates
 * @param kernelOptions more words for the kernel's command line
 * @param hostKeys types of SSH host keys; empty for all
 */
record BuiltImage(
    Subject subject,
    String script,
    Release release,
    String mirror,
    String security,
    String kernelOptions,
    List<String> hostKeys)
    implements Source {

  /** Size of the disk; a template's disk grows to what was asked for. */
  static final long MEBIBYTES = 3072;

  private static final Duration DEADLINE = Duration.ofMinutes(40);

  BuiltImage {
    hostKeys = List.copyOf(hostKeys);
  }

  /** The builder's arguments; no shell splits them, and it checks each. */
  List<Text> argv() {
    List<Text> argv = new ArrayList<>();
    for (String word :
        List.of(
            "bash",
            "-s",
            "--",
            "--distribution",
            release.distribution(),
            "--suite",
            release.suite(),
            "--mirror",
            mirror,
            "--security",
            security,
            "--keyring",
            release.keyring(),
            "--size",
            Long.toString(MEBIBYTES),
            "--kernel-options",
            kernelOptions,
            "--host-keys",
            String.join(",", hostKeys),
            "--recipe",
            Sha256.of(script).substring(0, 16))) {
      argv.add(Text.of(word));
    }
    argv.add(Text.of("--out"));
    argv.add(Text.output("run", "cache"));
    return argv;
  }

  /** The step that builds; building what is there already takes a second. */
  Step step() {
    Map<String, String> outputs = new TreeMap<>();
    for (String name : List.of("path", "format", "virtual-size", "digest", "url", "verified")) {
      outputs.put(name, " ~ (?m)^" + name + "=(.*)$");
    }
    return new Step.Run(
            "image",
            "Build " + release.title() + " from the packages of its archive, verified by signature",
            argv(),
            Optional.of(Text.of(script)),
            outputs,
            DEADLINE,
            Probe.never(),
            List.of(),
            90)
        .failingWith(
            TemplateSlug.IMAGE_NOT_BUILT.problem(
                "--from-packages",
                "The image of " + release.title() + " could not be built.",
                "",
                "See the whole output with: proxkiln show RUN"));
  }

  @Override
  public void plan(Draft draft) {
    draft.add(Draft.Phase.OBTAIN, step());
    draft.content(Content.File.of("image", "qcow2"));
    draft.madeFrom("packages of " + release.title());
    Provenance.note(draft, subject);
  }
}
