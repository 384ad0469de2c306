package dev.proxkiln.template.install;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.part.Content;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Draft.Phase;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.Subject;
import dev.proxkiln.template.problem.TemplateSlug;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A system that is installed from an ISO onto an empty disk.
 *
 * @param iso what the user wrote
 * @param fetch how the ISO gets here; empty where it lies on the node
 * @param storage takes the ISO images that are uploaded
 * @param unattended how it is installed without anybody; empty where a person answers
 */
record InstallSource(
    Subject subject,
    Iso iso,
    Optional<Fetch> fetch,
    String storage,
    Optional<Unattended> unattended)
    implements Source {

  /** The drives of the installation; both are on the bus that every installer knows. */
  static final String INSTALLER_DRIVE = "ide2";

  static final String ANSWERS_DRIVE = "ide0";

  /** Key of the setting that says how long an installation may take. */
  static final String DEADLINE = "install-deadline";

  /** Name of an ISO that a run has uploaded. */
  static final String UPLOADED = "proxkiln-[a-z0-9-]+-(?:installer|answers)\\.iso";

  /** Tag of a guest whose installation is not finished. */
  static final String TAG = "proxkiln-install";

  /**
   * How it is installed without anybody.
   *
   * @param deadline after which it is given up
   */
  record Unattended(Installer installer, Settings settings, Duration deadline) {}

  @Override
  public void plan(Draft draft) {
    draft.content(new Content.Blank(unattended.isPresent()));
    Optional<Text> here = obtain(draft);
    AnswerPlan answers = new AnswerPlan(draft);
    Optional<Installer.Remaster> remaster =
        unattended.flatMap(u -> u.installer().remaster(u.settings()));
    Optional<Installer.Medium> medium = unattended.flatMap(u -> u.installer().medium(u.settings()));
    Optional<Text> copy = remaster.map(r -> answers.remaster(here.orElseThrow(), r));
    Optional<Text> built = medium.map(answers::medium);
    Optional<Text> toUpload = copy.or(() -> fetch.flatMap(f -> here));
    toUpload.ifPresent(path -> upload(draft, "installer", path));
    built.ifPresent(path -> upload(draft, "answers", path));
    if (copy.isPresent() || built.isPresent()) {
      answers.clear();
    }
    drive(
        draft,
        INSTALLER_DRIVE,
        toUpload.isPresent() ? volume(draft, "installer") : Text.of(iso.print()));
    built.ifPresent(path -> drive(draft, ANSWERS_DRIVE, volume(draft, "answers")));
    // The disk is empty, so the machine goes on to the ISO; once installed it starts from the disk.
    draft.boot(INSTALLER_DRIVE);
    // An installer that restarts at its end leaves the guest stopped.
    draft.set("reboot", "0");
    unattended.flatMap(u -> u.settings().rootPassword()).ifPresent(secret -> draft.letIn());
    provenance(draft);
    conditions(draft, toUpload.isPresent() || built.isPresent());
    if (unattended.isPresent()) {
      install(draft, unattended.get(), built.isPresent(), toUpload.isPresent());
    } else {
      draft.tag(TAG);
      start(draft, "Start the guest from the ISO");
      draft.announce(
          "next",
          Text.join(
              "Open the console of guest ",
              draft.vmid(),
              " and install; when the guest goes off, type: proxkiln template finish ",
              draft.vmid()));
    }
  }

  /** The path of the ISO on this machine, where it is needed here. */
  private Optional<Text> obtain(Draft draft) {
    if (fetch.isPresent()) {
      draft.add(
          Phase.OBTAIN,
          new Step.Download("iso", "Get " + subject.title() + " and verify it", fetch.get(), 60));
      return Optional.of(Text.output("iso", "path"));
    }
    boolean changed = unattended.map(u -> u.installer().needsRemaster()).orElse(false);
    if (!changed) {
      return Optional.empty();
    }
    Iso.Volume volume = (Iso.Volume) iso;
    draft.add(
        Phase.OBTAIN,
        Step.Call.read(
            "iso",
            "Look where the ISO lies",
            PveCall.get(content(draft, volume.storage(), Text.of(volume.print()))),
            Map.of("path", "path")));
    return Optional.of(Text.output("iso", "path"));
  }

  private void conditions(Draft draft, boolean uploads) {
    if (uploads) {
      draft.check(
          new Check.Api(
              "iso-storage",
              PveCall.get(draft.node("/storage/" + storage + "/status")),
              List.of(
                  Expect.equal("active", "1"), Expect.of("content", Expect.Test.HAS_WORD, "iso")),
              withoutIso("--iso-storage", Optional.of(storage))));
    }
    if (iso instanceof Iso.Volume volume) {
      draft.check(
          new Check.Api(
              "iso",
              PveCall.get(content(draft, volume.storage(), Text.of(volume.print()))),
              List.of(),
              TemplateSlug.ISO_UNUSABLE.problem(
                  "--iso",
                  "There is no ISO '" + iso.print() + "' on node '" + draft.facts().node() + "'.",
                  "",
                  "See those that are there with: pvesm list "
                      + volume.storage()
                      + " --content iso")));
    }
    unattended
        .flatMap(u -> u.settings().rootPassword())
        .ifPresent(
            secret ->
                draft.check(
                    new Check.Matches(
                        "root-password",
                        Text.secret(secret),
                        Text.of(Settings.CRYPT_HASH),
                        TemplateSlug.PASSWORD_HASH_UNKNOWN.problem(
                            "--root-password",
                            "The secret '" + secret + "' holds no crypt hash.",
                            "Answer files lie on media that others may read, so a password never"
                                + " gets there in clear.",
                            "Make a hash with: openssl passwd -6"))));
  }

  static Problem withoutIso(String where, Optional<String> storage) {
    return TemplateSlug.ISO_UNUSABLE.problem(
        where,
        storage
            .map(id -> "Storage '" + id + "' takes no ISO images now.")
            .orElse("No storage of the node takes ISO images."),
        "",
        "See those that do with: pvesm status --content iso");
  }

  // ---- media on the node ----

  private static Text content(Draft draft, String storage, Text volume) {
    return Text.join(draft.node("/storage/" + storage + "/content/"), volume);
  }

  /** The name carries the run: nobody else has it, so it may be removed without asking. */
  private static Text name(Draft draft, String what) {
    return Text.join("proxkiln-", draft.unique(), "-" + what + ".iso");
  }

  private Text volume(Draft draft, String what) {
    return Text.join(storage + ":iso/", name(draft, what));
  }

  private Undo removal(Draft draft, String what) {
    Text path = content(draft, storage, volume(draft, what));
    Probe there = Probe.api(PveCall.get(path));
    return new Undo.Api(PveCall.delete(path), there, there);
  }

  private void upload(Draft draft, String what, Text file) {
    draft.add(
        Phase.PLACE,
        Step.Call.of(
                "upload-" + what,
                "Upload the "
                    + (what.equals("answers") ? "CD with the answers" : "ISO")
                    + " to storage "
                    + storage,
                PveCall.post(draft.node("/storage/" + storage + "/upload"))
                    .with("content", "iso")
                    .with("filename", name(draft, what))
                    .withFile(file),
                Probe.api(PveCall.get(content(draft, storage, volume(draft, what)))),
                removal(draft, what))
            .weighing(what.equals("answers") ? 1 : 40));
  }

  private static void drive(Draft draft, String slot, Text volume) {
    draft.set(slot, Text.join(volume, ",media=cdrom"));
    draft.expect(Expect.absent(slot));
  }

  private void provenance(Draft draft) {
    draft.madeFrom("the installer ISO " + iso.name() + " (" + subject.title() + ")");
    unattended.ifPresent(
        u -> draft.note("installed by", Text.of(u.installer().word() + ", unattended")));
    if (fetch.isPresent()) {
      draft.note("address", Text.output("iso", "url"));
      draft.note("digest", Text.output("iso", "digest"));
      draft.note("verified", Text.output("iso", "verified"));
      draft.announce("digest", Text.output("iso", "digest"));
      draft.announce("verified", Text.output("iso", "verified"));
    }
    draft.announce("image", Text.of(subject.id()));
  }

  // ---- the installation ----

  private static void start(Draft draft, String label) {
    PveCall status = PveCall.get(draft.guest(), "/status/current");
    Probe runs = Probe.api(status, Expect.equal("status", "running"));
    draft.add(
        Phase.INSTALL,
        Step.Call.of(
            "start",
            label,
            PveCall.post(draft.guest(), "/status/start"),
            runs,
            new Undo.Api(
                PveCall.post(draft.guest(), "/status/stop"),
                runs,
                Probe.api(draft.config(), new Expect("tags", Expect.Test.HAS_WORD, Draft.MARK)))));
  }

  private void install(Draft draft, Unattended how, boolean answers, boolean uploaded) {
    start(draft, "Start the installation");
    draft.add(
        Phase.INSTALL,
        new Step.Await(
            "installed",
            "Wait until the installer switches the guest off",
            PveCall.get(draft.guest(), "/status/current"),
            List.of(Expect.equal("status", "stopped")),
            Map.of(),
            how.deadline(),
            Duration.ofSeconds(5),
            Optional.of(draft.vmid()),
            300,
            DEADLINE));
    draft.add(
        Phase.INSTALL,
        Step.Call.of(
            "eject",
            "Take the media out",
            PveCall.put(draft.guest(), "/config")
                .with("delete", INSTALLER_DRIVE + (answers ? "," + ANSWERS_DRIVE : "") + ",reboot"),
            Probe.api(draft.config(), Expect.absent(INSTALLER_DRIVE))));
    draft.expect(Expect.absent("reboot"));
    List<Undo> media = new ArrayList<>();
    if (uploaded) {
      media.add(removal(draft, "installer"));
    }
    if (answers) {
      media.add(removal(draft, "answers"));
    }
    if (!media.isEmpty()) {
      draft.add(Phase.INSTALL, new Step.Discard("drop-media", "Remove the uploaded media", media));
    }
  }
}
