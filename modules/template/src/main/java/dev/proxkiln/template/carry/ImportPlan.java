package dev.proxkiln.template.carry;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.template.existing.Conversion;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.here.Here;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The plan of {@code template import}: everything is checked before anything is made. */
final class ImportPlan {
  private static final Text VMID = Text.output("vmid", "value");

  private final String file;
  private final Manifest manifest;
  private final Map<String, String> digests;
  private final String name;
  private final StorageFacts storage;
  private final Optional<String> bridge;
  private final Here here;
  private final Facts facts;
  private final Text guest;
  private final PveCall config;

  ImportPlan(
      String file,
      Manifest manifest,
      Map<String, String> digests,
      String name,
      StorageFacts storage,
      Optional<String> bridge,
      String work,
      Facts facts) {
    this.file = file;
    this.manifest = manifest;
    this.digests = digests;
    this.name = name;
    this.storage = storage;
    this.bridge = bridge;
    this.here =
        new Here(
            work,
            TemplateSlug.ARCHIVE_UNREADABLE.problem(
                "--archive",
                "No template can be made of '" + file + "'.",
                "",
                "Free space where it is unpacked if that is what lacks; else copy the archive"
                    + " again."));
    this.facts = facts;
    this.guest = Text.join("/nodes/", facts.node(), "/qemu/", VMID);
    this.config = PveCall.get(guest, "/config");
  }

  Plan plan() {
    List<Step> steps = new ArrayList<>();
    steps.add(storageCheck());
    steps.add(here.folder());
    List<Object> unpack =
        new ArrayList<>(
            List.of(
                "tar",
                "--extract",
                "--zstd",
                "--no-same-owner",
                "--file",
                file,
                "--directory",
                here.folderText(),
                "--"));
    // By name: whatever else the archive holds stays in it.
    manifest.disks().forEach(disk -> unpack.add(disk.file()));
    steps.add(here.run("unpack", "Unpack the disks", Optional.empty(), 20, unpack));
    steps.addAll(plain());
    for (Manifest.Disk disk : manifest.disks()) {
      steps.addAll(trusted(disk));
    }
    steps.add(
        Step.Call.read(
            "vmid", "Look for a free VM ID", PveCall.get("/cluster/nextid"), Map.of("value", "")));
    steps.add(create());
    steps.add(new Conversion(guest).convert("Convert the guest to a template"));
    steps.add(converted());
    steps.add(here.remove());
    Map<String, Text> fact = new LinkedHashMap<>();
    fact.put("vmid", VMID);
    fact.put("name", Text.of(name));
    fact.put("node", Text.of(facts.node()));
    fact.put("storage", Text.of(storage.id()));
    fact.put("file", Text.of(file));
    steps.add(new Step.Record("record", "Announce the template", "TemplateImported", fact));
    return new Plan(
        TemplateImport.NAME,
        "Import template " + name + " from " + file,
        facts.address(),
        facts.node(),
        steps);
  }

  private Step storageCheck() {
    PveCall status = PveCall.get("/nodes/" + facts.node() + "/storage/" + storage.id() + "/status");
    List<Check> checks = new ArrayList<>();
    checks.add(
        new Check.Api(
            "storage",
            status,
            List.of(
                Expect.equal("active", "1"), Expect.of("content", Expect.Test.HAS_WORD, "images")),
            TemplateSlug.STORAGE_WITHOUT_IMAGES.problem(
                "--storage",
                "Storage '" + storage.id() + "' takes no disk images now.",
                "",
                "Choose another with --storage.")));
    // Elsewhere a disk takes the room that its content needs, which nobody knows before.
    if (storage.type().equals("lvm")) {
      long bytes = manifest.disks().stream().mapToLong(Manifest.Disk::bytes).sum();
      checks.add(
          new Check.Api(
              "space",
              status,
              List.of(Expect.of("avail", Expect.Test.AT_LEAST_IF_KNOWN, Long.toString(bytes))),
              TemplateSlug.STORAGE_TOO_SMALL.problem(
                  "--storage",
                  "Storage '" + storage.id() + "' has less than " + (bytes >> 20) + " MiB free.",
                  "It takes disks at their full size.",
                  "Free space, or choose another with --storage.")));
    }
    return new Step.Require("check", "Check the node before anything is made", checks, false);
  }

  /** A link would lead to a file of this host. */
  private List<Step> plain() {
    return List.of(
        here.run(
            "kinds",
            "Look for links",
            "find",
            here.folderText(),
            "-mindepth",
            "1",
            "!",
            "-type",
            "f"),
        new Step.Require(
            "plain",
            "Check that there is none",
            List.of(
                new Check.Matches(
                    "links",
                    Text.output("kinds", "out"),
                    Text.of("\\A\\s*\\z"),
                    TemplateSlug.ARCHIVE_UNREADABLE.problem(
                        "--archive",
                        "The archive holds a link in the place of a disk.",
                        "It could read files of this host into the guest.",
                        "Do not use this archive."))),
            false));
  }

  /** The digest as stated, and nothing in the image that points to a file of this host. */
  private List<Step> trusted(Manifest.Disk disk) {
    String slot = disk.slot();
    return List.of(
        here.digest("digest-" + slot, "Take the digest of " + slot, here.at(disk.file())),
        here.run(
            "look-" + slot,
            "Look at the image of " + slot,
            "qemu-img",
            "info",
            "-f",
            disk.format(),
            "--output=json",
            here.at(disk.file())),
        new Step.Require(
            "trust-" + slot,
            "Check that " + slot + " is what was exported",
            List.of(
                new Check.Matches(
                    "digest",
                    Text.output("digest-" + slot, "sha256"),
                    Text.of("^" + digests.get(disk.file()) + "$"),
                    TemplateSlug.ARCHIVE_UNREADABLE.problem(
                        "--archive",
                        "The image of " + slot + " is not the one that was exported.",
                        "It has another digest: the archive is damaged or was changed.",
                        "Copy it again, or export the template again.")),
                new Check.Matches(
                    "stands-alone",
                    Text.output("look-" + slot, "out"),
                    Text.of("\\A(?s)(?!.*\"(?:backing-filename|data-file)\")"),
                    TemplateSlug.ARCHIVE_UNREADABLE.problem(
                        "--archive",
                        "The image of " + slot + " refers to another file.",
                        "It could read files of this host into the guest.",
                        "Do not use this archive."))),
            false));
  }

  // ---- the guest ----

  private Step create() {
    Text mark = Text.join("run-", Here.RUN);
    Probe ours =
        Probe.api(
            config, new Expect("tags", Expect.Test.HAS_WORD, mark), Expect.equal("name", name));
    return Step.Call.of(
            "create",
            "Create the guest and import its disks",
            call(mark),
            ours,
            new Undo.Api(PveCall.delete(guest).with("purge", true), Probe.api(config), ours))
        .weighing(25)
        .retryingFrom("vmid");
  }

  private PveCall call(Text mark) {
    PveCall call =
        PveCall.post("/nodes/" + facts.node() + "/qemu").with("vmid", VMID).with("name", name);
    for (Map.Entry<String, String> entry : new TreeMap<>(manifest.config()).entrySet()) {
      String key = entry.getKey();
      String value = entry.getValue();
      if (key.matches("net\\d+")) {
        call = call.with(key, net(value));
      } else if (!key.matches("name|tags|protection")) {
        call = call.with(key, value);
      }
    }
    for (Manifest.Disk disk : manifest.disks()) {
      call = call.with(disk.slot(), drive(disk));
    }
    if (!manifest.cloudInit().isEmpty()) {
      call = call.with(manifest.cloudInit(), storage.id() + ":cloudinit");
    }
    return call.with("tags", Text.join(tags(), ";", mark));
  }

  private String net(String value) {
    String anew = Portable.withoutMac(value);
    return bridge.map(b -> anew.replaceAll("(^|,)bridge=[^,]+", "$1bridge=" + b)).orElse(anew);
  }

  private Text drive(Manifest.Disk disk) {
    StringBuilder options = new StringBuilder();
    boolean files =
        switch (storage.type()) {
          case "dir", "nfs", "cifs" -> true;
          default -> false;
        };
    if (files && !disk.isState()) {
      options.append(",format=qcow2");
    }
    new TreeMap<>(disk.options())
        .forEach(
            (key, value) -> {
              if (!key.equals("media")) {
                options.append(',').append(key).append('=').append(value);
              }
            });
    return Text.join(storage.id(), ":0,import-from=", here.at(disk.file()), options.toString());
  }

  /** What is a version of a series there is none here: nobody keeps count of it. */
  private String tags() {
    List<String> tags =
        Arrays.stream(manifest.config().getOrDefault("tags", "").split("[;, ]+"))
            .filter(tag -> !tag.isEmpty())
            .filter(
                tag ->
                    !tag.matches(
                        "run-.*|series-.*|version-.*|current|superseded|copy|full-clone|"
                            + Templates.MADE))
            .collect(Collectors.toCollection(ArrayList::new));
    tags.addFirst(Templates.MADE);
    if (!storage.linksClones()) {
      tags.add(Templates.FULL_CLONE);
    }
    return String.join(";", tags);
  }

  private Step converted() {
    List<Expect> expected = new ArrayList<>();
    expected.add(Expect.equal("template", "1"));
    for (Manifest.Disk disk : manifest.disks()) {
      expected.add(
          storage.linksClones() && !disk.isState()
              ? Expect.of(disk.slot(), Expect.Test.CONTAINS, "base-")
              : Expect.present(disk.slot()));
    }
    expected.add(Expect.absent("unused0"));
    return new Conversion(guest)
        .compare(
            "converted",
            "Check that it is a template",
            expected,
            "Guest '" + name + "' is not as it was exported.",
            Conversion.AGAIN);
  }
}
