package dev.proxkiln.template.install;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Draft.Phase;
import dev.proxkiln.template.problem.TemplateSlug;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Steps that write answers, build their medium and change a copy of the ISO, all of it here. */
final class AnswerPlan {

  private static final Duration SHORT = Duration.ofMinutes(5);

  /** A large ISO from a slow disk. */
  private static final Duration LONG = Duration.ofMinutes(30);

  private final Draft draft;
  private final Text folder;

  AnswerPlan(Draft draft) {
    this.draft = draft;
    this.folder = Text.join(Text.output("run", "cache"), "/install-", draft.unique());
  }

  /** Where the medium with the answers is made. */
  Text medium(Installer.Medium medium) {
    medium.files().forEach((name, text) -> write("answers/" + name, name, text));
    run(
        "medium",
        "Build the CD '" + medium.label() + "' with the answers",
        LONG,
        Optional.empty(),
        "xorriso",
        "-as",
        "mkisofs",
        "-quiet",
        "-V",
        medium.label(),
        "-J",
        "-r",
        "-o",
        at("answers.iso"),
        at("answers"));
    return at("answers.iso");
  }

  /**
   * Where the changed copy of an ISO is made.
   *
   * @param iso path of the original
   */
  Text remaster(Text iso, Installer.Remaster remaster) {
    List<Object> argv = new ArrayList<>();
    argv.addAll(
        List.of(
            "xorriso",
            "-indev",
            iso,
            "-outdev",
            Text.join("stdio:", at("installer.iso")),
            // What a run that was cut off has left is written over.
            "-blank",
            "as_needed",
            // Boots as the original does, under BIOS and UEFI.
            "-boot_image",
            "any",
            "replay"));
    List<String> changed = new ArrayList<>();
    if (!remaster.initrd().isEmpty()) {
      remaster.initrd().forEach((name, text) -> write("initrd/" + name, name, text));
      run(
          "initrd",
          "Pack the answers for the installer's initial RAM disk",
          SHORT,
          Optional.of(Text.of(String.join("\n", remaster.initrd().keySet()) + "\n")),
          "cpio",
          "--create",
          "--quiet",
          "--format=newc",
          "--owner=0:0",
          "-D",
          at("initrd"),
          "-O",
          at("initrd.img"));
      argv.addAll(List.of("-map", at("initrd.img"), Installer.Remaster.INITRD));
      changed.add(Installer.Remaster.INITRD);
    }
    for (Map.Entry<String, Text> menu : remaster.menus().entrySet()) {
      String name = menu.getKey().substring(menu.getKey().lastIndexOf('/') + 1);
      write("menus/" + name, name, menu.getValue());
      argv.addAll(List.of("-map", at("menus/" + name), menu.getKey()));
      changed.add(menu.getKey());
    }
    argv.addAll(List.of("-chmod", "0444"));
    argv.addAll(changed);
    argv.addAll(List.of("--", "-end"));
    run(
        "remaster",
        "Make a copy of the ISO that installs by itself",
        LONG,
        Optional.empty(),
        argv.toArray());
    return at("installer.iso");
  }

  /** Removes what was built here. */
  void clear() {
    draft.add(
        Phase.PLACE,
        new Step.Discard("drop-answers", "Remove the answers from here", List.of(removal())));
  }

  private Undo removal() {
    return new Undo.Command(List.of(Text.of("rm"), Text.of("-rf"), Text.of("--"), folder));
  }

  private Text at(String name) {
    return Text.join(folder, "/", name);
  }

  /** The file and its folders are for nobody else to read: it may hold a password's hash. */
  private void write(String path, String name, Text content) {
    run(
        "write-" + name.replaceAll("[^a-z0-9]+", "-"),
        "Write " + name,
        SHORT,
        Optional.of(content),
        "install",
        "-D",
        "-m",
        "0600",
        "--",
        "/dev/stdin",
        at(path));
  }

  private void run(
      String id, String label, Duration deadline, Optional<Text> input, Object... argv) {
    List<Text> words = new ArrayList<>();
    for (Object word : argv) {
      words.add(Text.join(word));
    }
    draft.add(
        Phase.CUSTOMISE,
        new Step.Run(id, label, words, input, deadline, Probe.never(), List.of(removal()), 5)
            .failingWith(
                TemplateSlug.MEDIA_NOT_MADE.problem(
                    "step " + id,
                    "The media for the installation could not be made on this machine.",
                    "",
                    "See the whole output with: proxkiln show RUN. It needs as much free space as"
                        + " the ISO is large, beside the downloaded images.")));
  }
}
