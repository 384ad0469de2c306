package dev.proxkiln.template.install;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.pve.model.Drive;
import dev.proxkiln.template.existing.Conversion;
import dev.proxkiln.template.problem.TemplateSlug;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the plan of {@code template finish}. Nothing of it is taken back: the guest was there. */
final class FinishPlan {

  private static final String DRIVE = "scsi1";

  private final FinishSpec spec;
  private final Facts facts;
  private final String guest;
  private final PveCall config;
  private final PveCall status;

  FinishPlan(FinishSpec spec, Facts facts) {
    this.spec = spec;
    this.facts = facts;
    this.guest = "/nodes/" + spec.guest().node() + "/qemu/" + spec.guest().vmid();
    this.config = PveCall.get(guest + "/config");
    this.status = PveCall.get(guest + "/status/current");
  }

  Plan plan() {
    List<Step> steps = new ArrayList<>();
    steps.add(check());
    steps.add(
        Step.Call.read(
            "media",
            "Look at the guest",
            config,
            Map.of(
                "iso", InstallSource.INSTALLER_DRIVE + " ~ ^([^,]+)",
                "storage", InstallSource.INSTALLER_DRIVE + " ~ ^([^:,]+):",
                "before", "tags ~ ^(.*?);?" + InstallSource.TAG + "(?:;.*)?$",
                "after", "tags ~ (?:^|;)" + InstallSource.TAG + ";?(.*)$")));
    boolean running = spec.guest().running();
    if (!running) {
      steps.add(eject());
    }
    if (spec.prepare()) {
      if (!running) {
        steps.add(start());
      }
      steps.addAll(prepare());
    }
    if (running) {
      steps.add(eject());
    }
    steps.add(drop());
    steps.add(drive());
    steps.add(verify());
    steps.add(new Conversion(Text.of(guest)).convert("Convert the guest to a template"));
    steps.add(
        require(
            "converted", "Check that it is a template", List.of(Expect.equal("template", "1"))));
    steps.add(record());
    return new Plan(
        "template finish",
        "Make a template of guest " + spec.guest().vmid() + " (" + spec.guest().name() + ")",
        facts.address(),
        spec.guest().node(),
        steps);
  }

  private Step check() {
    List<Check> checks = new ArrayList<>();
    checks.add(
        new Check.Api(
            "guest",
            config,
            List.of(
                Expect.equal("name", spec.guest().name()),
                Expect.of("tags", Expect.Test.HAS_WORD, InstallSource.TAG),
                Expect.absent("lock")),
            TemplateSlug.NOT_MADE_BY_PROXKILN.problem(
                "step check",
                "Guest '" + spec.guest().vmid() + "' is not the one that was meant any more.",
                "",
                "Look at it with: qm config " + spec.guest().vmid())));
    if (!spec.prepare()) {
      checks.add(
          new Check.Api(
              "off",
              status,
              List.of(Expect.equal("status", "stopped")),
              TemplateSlug.TEMPLATE_NOT_AS_PLANNED.problem(
                  "step check",
                  "Guest '" + spec.guest().vmid() + "' is running.",
                  "Only a guest that is off becomes a template.",
                  "Shut it down, or leave --prepare out.")));
    }
    return new Step.Require("check", "Check that the guest is the one meant", checks, false);
  }

  private Step eject() {
    return Step.Call.of(
        "eject",
        "Take the ISO out, and let the guest restart again",
        PveCall.put(guest + "/config").with("delete", InstallSource.INSTALLER_DRIVE + ",reboot"),
        Probe.api(config, Expect.absent(InstallSource.INSTALLER_DRIVE), Expect.absent("reboot")));
  }

  private Step start() {
    return Step.Call.of(
        "start",
        "Start the installed system",
        PveCall.post(guest + "/status/start"),
        Probe.api(status, Expect.equal("status", "running")));
  }

  private List<Step> prepare() {
    return List.of(
        new Step.Await(
            "agent",
            "Wait until the guest agent answers",
            PveCall.post(guest + "/agent/ping"),
            List.of(),
            Map.of(),
            spec.deadline(),
            Duration.ofSeconds(2),
            Optional.of(Text.of(spec.guest().vmid())),
            30),
        Step.Call.read(
            "prepare",
            "Install cloud-init where it is missing, and remove what only one machine may have",
            PveCall.post(guest + "/agent/exec")
                .withAll(
                    "command",
                    List.of(Text.of("/bin/sh"), Text.of("-c"), Text.of(Seal.preparation()))),
            Map.of("pid", "pid")),
        new Step.Await(
            "prepared",
            "Wait until that is done",
            PveCall.get(guest + "/agent/exec-status").with("pid", Text.output("prepare", "pid")),
            List.of(Expect.of("exited", Expect.Test.MATCHES, "^(?:1|true)$")),
            Map.of("code", "exitcode", "said", "err-data"),
            spec.deadline(),
            Duration.ofSeconds(2),
            Optional.of(Text.of(spec.guest().vmid())),
            60),
        new Step.Require(
            "fit",
            "Check that it worked",
            List.of(
                new Check.Matches(
                    "exit-code",
                    Text.output("prepared", "code"),
                    Text.of("\\A0\\z"),
                    TemplateSlug.TEMPLATE_NOT_AS_PLANNED.problem(
                        "step fit",
                        "The system could not be prepared.",
                        "Most often cloud-init is not installed and cannot be: the package sources"
                            + " are not reachable.",
                        "Install cloud-init in the guest, clean it, switch it off, and finish with"
                            + " --prepare none."))),
            false),
        Step.Call.of(
            "shutdown",
            "Shut the guest down",
            PveCall.post(guest + "/status/shutdown").with("timeout", 300),
            Probe.api(status, Expect.equal("status", "stopped"))));
  }

  /** Only an ISO that a run has uploaded; one of the user's stays. */
  private Step drop() {
    Text path =
        Text.join(
            "/nodes/" + spec.guest().node() + "/storage/",
            Text.output("media", "storage"),
            "/content/",
            Text.output("media", "iso"));
    Probe ours =
        Probe.api(
            PveCall.get(path),
            Expect.of("path", Expect.Test.MATCHES, "/" + InstallSource.UPLOADED + "$"));
    return new Step.Discard(
        "drop-iso",
        "Remove the ISO where it was uploaded for this",
        List.of(new Undo.Api(PveCall.delete(path), ours, ours)));
  }

  private Step drive() {
    return Step.Call.of(
        "drive",
        "Add the cloud-init drive",
        PveCall.put(guest + "/config")
            .with(DRIVE, Drive.cloudInit(spec.storage()).text())
            .with("agent", "enabled=1")
            .with(
                "tags",
                Text.join(Text.output("media", "before"), ";", Text.output("media", "after"))),
        Probe.api(config, Expect.of(DRIVE, Expect.Test.CONTAINS, "cloudinit")));
  }

  private Step verify() {
    return require(
        "verify",
        "Read the guest back and compare",
        List.of(
            Expect.of(DRIVE, Expect.Test.CONTAINS, "cloudinit"),
            Expect.of("boot", Expect.Test.MATCHES, "^order=(?:scsi|virtio|sata)[0-9]+$"),
            Expect.absent(InstallSource.INSTALLER_DRIVE),
            Expect.absent("reboot"),
            Expect.absent("lock")));
  }

  private Step require(String id, String label, List<Expect> expected) {
    return new Conversion(Text.of(guest))
        .compare(
            id,
            label,
            expected,
            "Guest '" + spec.guest().name() + "' is not as it must be.",
            "Look at it with: qm config " + spec.guest().vmid());
  }

  private Step record() {
    Map<String, Text> announced = new LinkedHashMap<>();
    announced.put("vmid", Text.of(spec.guest().vmid()));
    announced.put("name", Text.of(spec.guest().name()));
    announced.put("node", Text.of(spec.guest().node()));
    announced.put("storage", Text.of(spec.storage()));
    return new Step.Record("record", "Announce the template", "TemplateCreated", announced);
  }
}
