package dev.proxkiln.template.offline;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.template.customise.Customisation;
import dev.proxkiln.template.customise.Offline;
import dev.proxkiln.template.customise.Tool;
import dev.proxkiln.template.part.Content;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.problem.TemplateSlug;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps that customise a copy of an image and throw it away when the guest is made. */
public final class OfflinePlan implements Offline.Planner {

  /** Large packages through a software-emulated appliance take their time. */
  private static final Duration DEADLINE = Duration.ofHours(1);

  private static final String STEP = "customise";

  @Override
  public void plan(Offline offline, Draft draft) {
    if (!(draft.content() instanceof Content.File(Text path, Text format, Optional<Text> _))) {
      throw new IllegalStateException("there is no file to customise");
    }
    Text copy = Text.join(Text.output("run", "cache"), "/customised-", draft.unique(), ".qcow2");
    List<Undo> gone =
        List.of(
            Undo.Command.removing(copy),
            Undo.Command.removing(Text.join(copy, ".d")),
            Undo.Command.removing(Text.join(copy, ".lock")));
    draft.add(
        Draft.Phase.CUSTOMISE,
        new Step.Run(
                STEP,
                label(offline, draft.subject().title()),
                List.of(
                    Text.of("bash"),
                    Text.of("-s"),
                    Text.of("--"),
                    Text.of(offline.tool().word()),
                    path,
                    format,
                    copy,
                    Text.of(needsNetwork(offline.wish()) ? "yes" : "no"),
                    Text.of(offline.size())),
                Optional.of(Text.of(script(offline))),
                Map.of(
                    "path", " ~ (?m)^path=(.*)$", "virtual-size", " ~ (?m)^virtual-size=(\\d+)$"),
                DEADLINE,
                Probe.never(),
                gone,
                offline.tool() == Tool.BLOCK ? 15 : 60)
            .failingWith(
                TemplateSlug.CUSTOMIZATION_FAILED.problem(
                    "step " + STEP,
                    "The image of " + draft.subject().title() + " could not be customized.",
                    "",
                    "See the whole output with: proxkiln show RUN. Or do it at the first boot of"
                        + " each clone: --customize first-boot")));
    draft.content(Content.File.of(STEP, "qcow2"));
    draft.add(Draft.Phase.CLEAR, new Step.Discard("drop-copy", "Remove the customized copy", gone));
    draft.note("customized", Text.of(summary(offline.wish()) + ", offline"));
  }

  /** Zones and locales may bring the package that knows them. */
  private static boolean needsNetwork(Customisation wish) {
    return !wish.wantedPackages().isEmpty()
        || !wish.repositories().isEmpty()
        || !wish.commands().isEmpty()
        || wish.timezone().isPresent()
        || wish.locale().isPresent();
  }

  private static String label(Offline offline, String title) {
    String how =
        switch (offline.tool()) {
          case LIBGUESTFS -> "in a small virtual machine of its own (libguestfs)";
          case BLOCK ->
              "in a container on this machine: faster, but what is in the image shares its kernel"
                  + (needsNetwork(offline.wish()) ? " and its network" : "");
        };
    String left =
        offline.leftOut().isEmpty()
            ? ""
            : "; not in " + title + ", so left out: " + String.join(", ", offline.leftOut());
    return "Customize a copy of the image offline, " + how + ": " + summary(offline.wish()) + left;
  }

  /** What is done, in words. */
  static String summary(Customisation wish) {
    List<String> parts = new ArrayList<>();
    List<String> packages = new ArrayList<>(wish.repositories());
    packages.addAll(wish.wantedPackages());
    if (!packages.isEmpty()) {
      parts.add(
          packages.size() <= 12
              ? "packages " + String.join(" ", packages)
              : packages.size() + " packages");
    }
    wish.files().forEach(file -> parts.add("file " + file.path()));
    wish.timezone().ifPresent(zone -> parts.add("time zone " + zone));
    wish.locale().ifPresent(name -> parts.add("locale " + name));
    wish.keyboard().ifPresent(keyboard -> parts.add("keyboard " + keyboard.print()));
    add(parts, wish.commands().size(), "command");
    add(parts, wish.certificates().size(), "certificate");
    wish.proxy().ifPresent(url -> parts.add("a proxy"));
    wish.aptCache().ifPresent(url -> parts.add("an apt cache"));
    if (wish.lockRoot()) {
      parts.add("root locked");
    }
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, int count, String what) {
    if (count > 0) {
      parts.add(count + " " + what + (count == 1 ? "" : "s"));
    }
  }

  static String script(Offline offline) {
    return resource("here.sh")
        + (offline.tool() == Tool.BLOCK ? document("block.sh", resource("block.sh")) : "")
        + document("guest.sh", resource("guest.sh") + GuestScript.calls(offline.wish()))
        + "customise\n";
  }

  /** The call that keeps a script; nothing in ours is such a line. */
  private static String document(String name, String text) {
    String end = "PROXKILN-END-OF-" + name;
    return "script " + name + " <<'" + end + "'\n" + text + end + "\n";
  }

  static String resource(String name) {
    try (InputStream in = OfflinePlan.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
