package dev.proxkiln.template.carry;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.here.Here;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code template export}: writes a template into one file. */
public final class TemplateExport implements Survey {
  private static final String NAME = "template export";

  private static final Field<String> TO =
      Field.of(
              "to",
              "File",
              Type.text(
                  "FILE",
                  "/[^\\x00-\\x1f]{1,4000}\\.tar\\.zst",
                  "Give an absolute path that ends in .tar.zst."),
              "Archive to write, on this machine; its folder must be there, the file must not.")
          .mandatory();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Write a template into a compressed archive, to carry it to another host.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(Templates.TEMPLATE, TO);
  }

  /**
   * Looks at the template.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code template-unknown}, {@code
   *     not-a-template}, {@code disks-out-of-reach}, {@code archive-not-written}
   */
  @Override
  public Found look(Values values, Facts facts, Surroundings around) {
    Answers answers = schema(facts).read(values, facts).orRaise();
    GuestFacts guest =
        Templates.find(facts, answers.get(Templates.TEMPLATE), Templates.where(values));
    if (!facts.target().sharesFiles() || !guest.node().equals(facts.reached())) {
      throw TemplateSlug.DISKS_OUT_OF_REACH
          .problem(
              "--target",
              "The disks of template '" + guest.vmid() + "' cannot be read from here.",
              facts.target().sharesFiles()
                  ? "They are on node '" + guest.node() + "'."
                  : "The API hands out no disks.",
              "Run proxkiln on node '" + guest.node() + "' itself.")
          .raise();
    }
    place(answers.get(TO), around.commands());
    Portable.Parts parts = Portable.of(Templates.texts(Templates.config(around.pve(), guest)));
    String cloudInit = "";
    List<Disk> disks = new ArrayList<>();
    Map<String, String> leftOut = new TreeMap<>(parts.stays());
    for (Map.Entry<String, String> drive : parts.drives().entrySet()) {
      String volume = drive.getValue().split(",", 2)[0];
      if (volume.contains("cloudinit")) {
        cloudInit = drive.getKey();
      } else if (drive.getValue().contains("media=cdrom")) {
        leftOut.put(drive.getKey(), "a CD is not part of a template");
      } else {
        disks.add(disk(drive.getKey(), volume, drive.getValue()));
      }
    }
    Manifest manifest =
        new Manifest(
            guest.name(),
            facts.version(),
            parts.goes(),
            disks.stream().map(Disk::manifest).toList(),
            cloudInit,
            leftOut);
    Plan plan = new Draft(guest, manifest, disks, answers.get(TO), around.scratch(), facts).plan();
    return Found.of(plan, rows(leftOut));
  }

  /** There is room for the archive where it is to be: looked at before anything is planned. */
  private static void place(String file, Commands commands) {
    if (commands.run(Commands.Command.of("test", "-e", file)).ok()) {
      throw taken(file).raise();
    }
    String folder = file.substring(0, Math.max(1, file.lastIndexOf('/')));
    if (!commands.run(Commands.Command.of("test", "-d", folder)).ok()
        || !commands.run(Commands.Command.of("test", "-w", folder)).ok()) {
      throw TemplateSlug.ARCHIVE_NOT_WRITTEN
          .problem(
              "--to",
              "There is no folder '" + folder + "' that can be written to.",
              "",
              "Make it with: mkdir -p " + folder + ", or give another file.")
          .raise();
    }
  }

  private static Problem taken(String file) {
    return TemplateSlug.ARCHIVE_NOT_WRITTEN.problem(
        "--to",
        "There is a file '" + file + "' already.",
        "An export never takes another file's place.",
        "Give another name with --to, or move that file away.");
  }

  /** The table of what is not carried; empty where everything is. */
  static Optional<Query.Rows> rows(Map<String, String> leftOut) {
    if (leftOut.isEmpty()) {
      return Optional.empty();
    }
    List<Object> rows = new ArrayList<>();
    leftOut.forEach(
        (key, why) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("left-out", key);
          row.put("why", why);
          rows.add(row);
        });
    return Optional.of(
        new Query.Rows(
            List.of(new Query.Column("LEFT OUT", "left-out"), new Query.Column("WHY", "why")),
            rows));
  }

  private record Disk(Manifest.Disk manifest, String storage, String volume) {}

  private static Disk disk(String slot, String volume, String drive) {
    boolean state = slot.equals("efidisk0") || slot.equals("tpmstate0");
    return new Disk(
        new Manifest.Disk(
            slot, state ? "raw" : "qcow2", Portable.bytes(drive), Portable.options(drive)),
        volume.substring(0, volume.indexOf(':')),
        volume);
  }

  /** The plan of one export. */
  private static final class Draft {
    private final GuestFacts guest;
    private final Manifest manifest;
    private final List<Disk> disks;
    private final String file;
    private final Here here;
    private final Facts facts;

    Draft(
        GuestFacts guest,
        Manifest manifest,
        List<Disk> disks,
        String file,
        String work,
        Facts facts) {
      this.guest = guest;
      this.manifest = manifest;
      this.disks = disks;
      this.file = file;
      this.here =
          new Here(
              work,
              TemplateSlug.ARCHIVE_NOT_WRITTEN.problem(
                  "--to",
                  "The archive '" + file + "' was not written.",
                  "",
                  "See the whole output with proxkiln show RUN, mend what it names, and export the"
                      + " template again."));
      this.facts = facts;
    }

    Plan plan() {
      List<Step> steps = new ArrayList<>();
      steps.add(
          new Step.Require(
              "check",
              "Check that it is the template that was meant",
              List.of(
                  new Check.Api(
                      "template",
                      PveCall.get(guest.path() + "/config"),
                      Templates.stillIs(guest),
                      TemplateSlug.NOT_A_TEMPLATE.problem(
                          "step check",
                          "Guest '" + guest.vmid() + "' is not this template any more.",
                          "",
                          "See the templates with: proxkiln template list"))),
              false));
      steps.add(
          here.run("free", "Check that there is no such file", "test", "!", "-e", file)
              .failingWith(taken(file)));
      steps.add(here.folder());
      disks.forEach(disk -> steps.addAll(read(disk)));
      steps.add(
          here.write("manifest", "Write the manifest", Manifest.FILE, Text.of(manifest.print())));
      List<Object> sum = new ArrayList<>(List.of("env", "-C", here.folderText(), "sha256sum"));
      manifest.members().stream().filter(m -> !m.equals(Manifest.SUMS)).forEach(sum::add);
      steps.add(here.run("sums", "Take the digests", sum.toArray()));
      steps.add(
          here.write(
              "sums-file",
              "Write the digests",
              Manifest.SUMS,
              Text.join(Text.output("sums", "out"), "\n")));
      Text partial = Text.join(file, ".", Here.RUN, ".part");
      List<Object> pack =
          new ArrayList<>(
              List.of(
                  "tar",
                  "--create",
                  "--zstd",
                  "--file",
                  partial,
                  "--directory",
                  here.folderText(),
                  "--"));
      pack.addAll(manifest.members());
      steps.add(here.run("pack", "Pack and compress", Undo.Command.removing(partial), 30, pack));
      // The name appears when everything is in the file, and never takes another file's place.
      steps.add(
          here.run("name", "Give it its name", "mv", "--no-clobber", "--", partial, file)
              .probing(new Probe.FileThere(Text.of(file))));
      steps.add(
          here.run(
                  "named",
                  "Check that it has it",
                  Undo.Command.removing(Text.of(file)),
                  1,
                  List.of("test", "!", "-e", partial))
              .failingWith(taken(file)));
      steps.add(here.digest("digest", "Take the archive's digest", Text.of(file)));
      steps.add(here.remove());
      Map<String, Text> fact = new LinkedHashMap<>();
      fact.put("vmid", Text.of(guest.vmid()));
      fact.put("name", Text.of(guest.name()));
      fact.put("file", Text.of(file));
      fact.put("sha256", Text.output("digest", "sha256"));
      steps.add(new Step.Record("record", "Announce the archive", "TemplateExported", fact));
      return new Plan(
          NAME,
          "Export template " + guest.vmid() + " (" + guest.name() + ")",
          facts.address(),
          facts.node(),
          steps);
    }

    private List<Step> read(Disk disk) {
      String slot = disk.manifest().slot();
      List<Step> steps = new ArrayList<>();
      String find = "find-" + slot;
      steps.add(
          Step.Call.read(
              find,
              "Find the volume of " + slot,
              PveCall.get(
                  "/nodes/"
                      + guest.node()
                      + "/storage/"
                      + disk.storage()
                      + "/content/"
                      + disk.volume()),
              Map.of("path", "path", "format", "format")));
      Text path = Text.output(find, "path");
      boolean sleeps =
          facts.target() == TargetKind.LOCAL
              && facts
                  .storage(disk.storage())
                  .map(StorageFacts::type)
                  .filter(type -> type.equals("lvmthin") || type.equals("lvm"))
                  .isPresent();
      if (sleeps) {
        // The base of a template is left inactive, and skipped by an ordinary activation.
        steps.add(
            here.run(
                "wake-" + slot,
                "Activate the volume of " + slot,
                "lvchange",
                "--activate",
                "y",
                "--ignoreactivationskip",
                path));
      }
      steps.add(
          here.run(
              "copy-" + slot,
              "Copy the disk " + slot,
              Optional.empty(),
              20,
              List.of(
                  "qemu-img",
                  "convert",
                  "-f",
                  Text.output(find, "format"),
                  "-O",
                  disk.manifest().format(),
                  path,
                  here.at(disk.manifest().file()))));
      if (sleeps) {
        steps.add(
            here.run(
                "rest-" + slot,
                "Deactivate the volume of " + slot,
                "lvchange",
                "--activate",
                "n",
                path));
      }
      return steps;
    }
  }
}
