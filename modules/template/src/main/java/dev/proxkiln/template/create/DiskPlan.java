package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.pve.model.BootOrder;
import dev.proxkiln.pve.model.DiskSize;
import dev.proxkiln.pve.model.Drive;
import dev.proxkiln.template.part.Content;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the disks add to the plan: the image goes to the node, onto the first disk, and grows. */
final class DiskPlan {

  private final Disks disks;
  private final Draft draft;

  DiskPlan(Disks disks, Draft draft) {
    this.disks = disks;
    this.draft = draft;
  }

  void plan() {
    checks();
    switch (draft.content()) {
      case Content.File file -> {
        file.virtualSize().ifPresent(this::fits);
        disks.importStorage().ifPresent(storage -> upload(storage, file));
        Text from =
            disks
                .importStorage()
                .map(storage -> Text.join(storage, ":import/", uploaded(file)))
                .orElse(file.path());
        draft.set(disks.first(), drive(Drive.importing(disks.storage().id(), from)).text());
        grow();
      }
      case Content.Volume volume -> {
        volume.virtualSize().ifPresent(this::fits);
        draft.set(disks.first(), drive(Drive.importing(disks.storage().id(), volume.id())).text());
        grow();
      }
      case Content.Blank _ -> {
        DiskSize size = new DiskSize(disks.size());
        draft.set(disks.first(), drive(Drive.allocate(disks.storage().id(), size)).text());
      }
    }
    draft.set("scsihw", disks.controller());
    expectSize(disks.first(), disks.size());
    disks.cloudInit().ifPresent(this::cloudInit);
    for (FurtherDisk disk : disks.more()) {
      Drive empty = Drive.allocate(disk.storage().id(), new DiskSize(disk.size()));
      draft.set(disk.slot(), drive(empty, disk.slot(), disk.storage(), disk.options()).text());
      expectSize(disk.slot(), disk.size());
    }
    // The default order would start from the network.
    List<String> order = new ArrayList<>(List.of(disks.first()));
    order.addAll(draft.boot());
    draft.set("boot", new BootOrder(order).print());
    // What a system was installed from is gone when all is done.
    draft.expect(Expect.equal("boot", BootOrder.of(disks.first()).print()));
  }

  private void checks() {
    Space.of(disks, draft.subject().needs()).least().forEach(this::check);
    if (draft.content() instanceof Content.File) {
      disks
          .importStorage()
          .ifPresent(
              id ->
                  draft.check(
                      new Check.Api(
                          "image-storage",
                          Storages.status(draft, id),
                          List.of(
                              Expect.equal("active", "1"),
                              Expect.of("content", Expect.Test.HAS_WORD, "import")),
                          Conditions.withoutImport(id))));
    }
  }

  private void check(StorageFacts storage, long least) {
    String id = storage.id();
    boolean main = id.equals(disks.storage().id());
    draft.check(
        new Check.Api(
            main ? "storage" : "storage-" + id,
            Storages.status(draft, id),
            List.of(
                Expect.equal("active", "1"), Expect.of("content", Expect.Test.HAS_WORD, "images")),
            Conditions.withoutImages(id)));
    draft.check(
        new Check.Api(
            main ? "space" : "space-" + id,
            Storages.status(draft, id),
            List.of(Expect.of("avail", Expect.Test.AT_LEAST_IF_KNOWN, Long.toString(least))),
            Conditions.tooSmall(main ? "--storage" : "--disk", id, least)));
  }

  private void fits(Text virtualSize) {
    String asked = Type.printSize(disks.size());
    draft.add(
        Draft.Phase.FIT,
        new Step.Require(
            "fits",
            "Check that the image fits on a disk of " + asked,
            List.of(
                new Check.AtMost(
                    "disk-size",
                    virtualSize,
                    Text.of(disks.size()),
                    TemplateSlug.DISK_TOO_SMALL.problem(
                        "--disk-size",
                        "The disk inside the image is larger than the "
                            + asked
                            + " that were asked for.",
                        "A disk can grow, never shrink.",
                        "Ask for a larger disk with --disk-size."))),
            false));
  }

  // ---- the image on its way ----

  /** The name carries the run: nobody else has it, so it may be removed without asking. */
  private Text uploaded(Content.File file) {
    return Text.join(draft.subject().id(), "-", draft.unique(), ".", file.format());
  }

  private Text volume(String storage, Content.File file) {
    return Text.join(
        draft.node("/storage/"), storage, "/content/", storage, ":import/", uploaded(file));
  }

  private void upload(String storage, Content.File file) {
    PveCall look = PveCall.get(volume(storage, file));
    Probe there = Probe.api(look);
    Undo remove = new Undo.Api(PveCall.delete(volume(storage, file)), there, there);
    draft.add(
        Draft.Phase.PLACE,
        Step.Call.of(
                "upload",
                "Upload the image to storage " + storage,
                PveCall.post(draft.node("/storage/" + storage + "/upload"))
                    .with("content", "import")
                    .with("filename", uploaded(file))
                    .withFile(file.path()),
                there,
                remove)
            .weighing(40));
    draft.add(
        Draft.Phase.CLEAR,
        new Step.Discard("drop-upload", "Remove the uploaded image", List.of(remove)));
  }

  // ---- the drives ----

  private Drive drive(Drive plain) {
    return drive(plain, disks.first(), disks.storage(), disks.options());
  }

  private Drive drive(Drive plain, String slot, StorageFacts storage, DriveOptions options) {
    return options.on(plain, slot, disks.hasThreads(), Storages.keepsQcow2(storage));
  }

  private void expectSize(String slot, long bytes) {
    draft.expect(
        Expect.of(
            slot, Expect.Test.MATCHES, "(?:^|,)size=" + new DiskSize(bytes).print() + "(?:,|$)"));
  }

  private void grow() {
    // Doing it again is harmless: the same size is no change.
    draft.add(
        Draft.Phase.GROW,
        Step.Call.of(
            "resize",
            "Grow the disk to " + Type.printSize(disks.size()),
            PveCall.put(draft.guest(), "/resize")
                .with("disk", disks.first())
                .with("size", new DiskSize(disks.size()).print()),
            Probe.never()));
  }

  private void cloudInit(String slot) {
    Expect there = Expect.of(slot, Expect.Test.CONTAINS, "cloudinit");
    if (draft.content() instanceof Content.Blank(boolean installed)) {
      if (!installed) {
        return;
      }
      installed();
      // An installer would take it for a medium with answers.
      draft.add(
          Draft.Phase.INSTALL,
          Step.Call.of(
              "drive",
              "Add the cloud-init drive",
              PveCall.put(draft.guest(), "/config")
                  .with(slot, Drive.cloudInit(disks.storage().id()).text()),
              Probe.api(draft.config(), there)));
    } else {
      draft.set(slot, Drive.cloudInit(disks.storage().id()).text());
    }
    draft.expect(there);
  }

  /** A guest that went off at once, with nothing on its disk, is no success. */
  private void installed() {
    String storage = disks.storage().id();
    draft.add(
        Draft.Phase.INSTALL,
        Step.Call.read(
            "disk",
            "Look where the disk is",
            draft.config(),
            Map.of("volume", disks.first() + " ~ ^([^,]+)")));
    draft.add(
        Draft.Phase.INSTALL,
        new Step.Require(
            "filled",
            "Check that a system is on the disk",
            List.of(
                new Check.Api(
                    "disk",
                    PveCall.get(
                        draft.node("/storage/" + storage + "/content/"),
                        Text.output("disk", "volume")),
                    List.of(
                        // Block storages say 0 where they do not know.
                        Expect.of("used", Expect.Test.MATCHES, "^(?:0|[0-9]{9,})?$")),
                    TemplateSlug.TEMPLATE_NOT_AS_PLANNED.problem(
                        "step filled",
                        "The guest is off, and nearly nothing is on its disk.",
                        "The installer may not have started, or given up.",
                        "Start it again with --on-error keep, and look at its console."))),
            false));
  }
}
