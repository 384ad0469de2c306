package dev.proxkiln.template.create;

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
import dev.proxkiln.pve.model.Tags;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.existing.Conversion;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.part.Content;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Draft.Phase;
import dev.proxkiln.template.part.Snippet;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Builds the plan of {@code template create} of what the parts add. */
final class CreatePlan {

  /** What lets somebody in, in a user's own cloud-init file. */
  private static final Pattern LETS_IN =
      Pattern.compile("ssh_authorized_keys|ssh_import_id|passwd|chpasswd|password");

  private final TemplateSpec spec;
  private final Facts facts;
  private final String version;
  private final Text vmid;
  private final Draft draft;

  /**
   * A plan in the making.
   *
   * @param prefix of its steps, where it is a part of a larger plan; else empty
   */
  CreatePlan(Parts parts, TemplateSpec spec, Facts facts, String version, String prefix) {
    this.spec = spec;
    this.facts = facts;
    this.version = version;
    this.vmid = spec.identity().vmid().map(Text::of).orElse(Text.output("vmid", "value"));
    this.draft = new Draft(facts, spec.source().subject(), vmid, prefix);
    fixed();
    parts.plan(spec, draft);
    if (!draft.snippets().isEmpty()) {
      draft.set("cicustom", custom());
    }
    source();
  }

  /**
   * nuageinit stops at the network file that PVE writes into a drive of type {@code nocloud}, with
   * what comes after it undone; in a drive of the other type there is none. A network file of the
   * user's own is read from the first alone.
   */
  private void source() {
    boolean configured = draft.snippets().stream().anyMatch(s -> s.role() == Snippet.Role.NETWORK);
    if (draft.subject().provisioning() == Provisioning.NUAGEINIT && !configured) {
      draft.set("citype", "configdrive2");
    }
  }

  Plan plan() {
    return new Plan(
        "template create",
        "Create template " + spec.identity().name() + " of " + spec.source().subject().title(),
        facts.address(),
        facts.node(),
        steps());
  }

  /** The steps alone, for a plan that holds more than one template. */
  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    steps.add(conditions());
    steps.addAll(draft.steps(Phase.OBTAIN));
    steps.addAll(draft.steps(Phase.CUSTOMISE));
    steps.addAll(draft.steps(Phase.FIT));
    steps.addAll(draft.steps(Phase.PLACE));
    draft.snippets().forEach(snippet -> steps.add(write(snippet)));
    if (spec.identity().vmid().isEmpty()) {
      // Looked up last, and used at once: nothing reserves an ID.
      steps.add(
          Step.Call.read(
              "vmid",
              "Look for a free VM ID",
              PveCall.get("/cluster/nextid"),
              Map.of("value", "")));
    }
    steps.add(create());
    steps.addAll(draft.steps(Phase.CLEAR));
    steps.addAll(draft.steps(Phase.SETTLE));
    spec.access().flatMap(this::nobody).ifPresent(steps::add);
    steps.addAll(draft.steps(Phase.GROW));
    steps.addAll(draft.steps(Phase.INSTALL));
    if (!(draft.content() instanceof Content.Blank(boolean installed)) || installed) {
      steps.add(verify());
      steps.add(convert());
      steps.add(converted());
      steps.add(record());
    } else {
      steps.add(
          new Step.Record(
              "record", "Say what is to be done now", "InstallationStarted", announced()));
    }
    return steps;
  }

  private Step conditions() {
    List<Check> checks = new ArrayList<>();
    // A token with the least privileges may not read the cluster's status; what it writes is
    // refused by the node itself when the quorum is lost.
    if (facts.rootSession()) {
      checks.add(
          new Check.Api(
              "quorum",
              PveCall.get("/cluster/status"),
              List.of(Expect.of("[type=cluster].quorate", Expect.Test.EQUALS_OR_ABSENT, "1")),
              Conditions.quorumLost(facts)));
    }
    checks.addAll(draft.checks());
    return new Step.Require("check", "Check the node before anything is made", checks, false);
  }

  // ---- snippets ----

  private Text file(Snippet snippet) {
    return snippet.role() == Snippet.Role.VENDOR
        ? Text.join("proxkiln-", draft.unique(), ".yaml")
        : Text.join("proxkiln-", draft.unique(), "-", snippet.role().key(), ".yaml");
  }

  private Step write(Snippet snippet) {
    boolean vendor = snippet.role() == Snippet.Role.VENDOR;
    return new Step.Write(
        vendor ? "snippet" : "snippet-" + snippet.role().key(),
        label(snippet.role()),
        Text.join(snippet.place().folder(), "/", file(snippet)),
        snippet.content(),
        snippet.content().isSecret() ? 0600 : 0644);
  }

  private static String label(Snippet.Role role) {
    return switch (role) {
      case VENDOR -> "Write the cloud-init vendor data";
      case USER ->
          "Write the cloud-init user data; host name and password of Proxmox VE are not in it";
      case NETWORK ->
          "Write the cloud-init network configuration, in the place of addresses of Proxmox VE";
      case META ->
          "Write the cloud-init meta data; clones will not notice later changes of settings";
    };
  }

  /** Vendor data adds to what PVE generates; user data would replace it. */
  private Text custom() {
    List<Object> parts = new ArrayList<>();
    for (Snippet snippet : draft.snippets()) {
      parts.add((parts.isEmpty() ? "" : ",") + snippet.role().key() + "=");
      parts.add(snippet.place().storage() + ":snippets/");
      parts.add(file(snippet));
    }
    return Text.join(parts.toArray());
  }

  // ---- the guest ----

  /** What every guest has. */
  private void fixed() {
    draft.set("vmid", vmid);
    draft.set("agent", "enabled=1");
    draft.set("rng0", "source=/dev/urandom");
    draft.set("tablet", "0");
    draft.set("onboot", "0");
  }

  private Step create() {
    Probe ours =
        Probe.api(
            draft.config(),
            new Expect("tags", Expect.Test.HAS_WORD, Draft.MARK),
            Expect.equal("name", spec.identity().name()));
    PveCall call =
        Parameters.on(PveCall.post(draft.node("/qemu")), draft.parameters())
            .with("tags", tags())
            .with("description", notes());
    Step.Call step =
        Step.Call.of(
                "create",
                draft.content() instanceof Content.Blank
                    ? "Create the guest with an empty disk"
                    : "Create the guest and import the image",
                call,
                ours,
                // Volumes that the configuration does not name are not ours to remove: the ID may
                // have had another owner.
                new Undo.Api(
                    PveCall.delete(draft.guest()).with("purge", true),
                    Probe.api(draft.config()),
                    ours))
            .weighing(25);
    return spec.identity().vmid().isPresent() ? step : step.retryingFrom("vmid");
  }

  private Text tags() {
    List<String> tags = new ArrayList<>(List.of(Templates.MADE, spec.source().subject().id()));
    if (!spec.volumes().values().stream().allMatch(StorageFacts::linksClones)) {
      tags.add(Templates.FULL_CLONE);
    }
    return Text.join(new Tags(tags).and(draft.tags()).print(), ";", Draft.MARK);
  }

  private Text notes() {
    String own = spec.identity().notes();
    List<Object> parts = new ArrayList<>();
    parts.add(own.isBlank() ? "" : own.strip() + "\n\n");
    parts.add("Made by proxkiln from " + draft.origin() + ".\n\n");
    draft
        .notes()
        .forEach(
            (name, text) -> {
              parts.add("- " + name + ": ");
              parts.add(text);
              parts.add("\n");
            });
    parts.add("- made: ");
    parts.add(Text.output("run", "date"));
    parts.add("\n- proxkiln: " + version + ", run ");
    parts.add(Draft.RUN);
    return Text.join(parts.toArray());
  }

  /**
   * A step that warns where no clone lets anybody in. No reason to stop: a clone can be given a key
   * of its own.
   */
  private Optional<Step> nobody(Access access) {
    boolean someone =
        draft.letsIn()
            // Who installs it decides that.
            || draft.content() instanceof Content.Blank(boolean installed) && !installed
            || draft.snippets().stream()
                .anyMatch(s -> LETS_IN.matcher(s.content().toString()).find());
    return someone
        ? Optional.empty()
        : Optional.of(
            new Step.Require(
                "login",
                "Check that somebody can log in to clones; neither an SSH key nor a password is"
                    + " given",
                List.of(
                    new Check.Api(
                        "login",
                        draft.config(),
                        List.of(Expect.present("sshkeys")),
                        TemplateSlug.NOBODY_CAN_LOG_IN.problem(
                            "--ssh-keys",
                            "Nobody can log in to the clones of '" + spec.identity().name() + "'.",
                            "User '" + access.user() + "' has neither an SSH key nor a password.",
                            "Give --ssh-keys (host takes root's keys of this machine) or"
                                + " --password, or give each clone its own: qm set VMID --sshkeys"
                                + " FILE"))),
                true));
  }

  private Step verify() {
    List<Expect> expected = new ArrayList<>(draft.expected());
    expected.add(Expect.absent("unused0"));
    expected.add(Expect.absent("lock"));
    return require("verify", "Read the guest back and compare", expected);
  }

  private Step convert() {
    return new Conversion(draft.guest()).convert("Convert the guest to a template");
  }

  /** The command says that all is well even when it is not, so the result is looked at. */
  private Step converted() {
    List<Expect> expected = new ArrayList<>();
    expected.add(Expect.equal("template", "1"));
    spec.volumes()
        .forEach(
            (slot, storage) -> {
              if (storage.linksClones()) {
                expected.add(Expect.of(slot, Expect.Test.CONTAINS, "base-"));
              }
            });
    return require("converted", "Check that it is a template", expected);
  }

  private Step require(String id, String label, List<Expect> expected) {
    return new Conversion(draft.guest())
        .compare(
            id,
            label,
            expected,
            "Guest '" + spec.identity().name() + "' is not as it was asked for.",
            Conversion.AGAIN);
  }

  private Step record() {
    return new Step.Record("record", "Announce the template", "TemplateCreated", announced());
  }

  private Map<String, Text> announced() {
    Map<String, Text> announced = new LinkedHashMap<>();
    announced.put("vmid", vmid);
    announced.put("name", Text.of(spec.identity().name()));
    announced.put("node", Text.of(facts.node()));
    announced.put("storage", Text.of(spec.disks().storage().id()));
    announced.putAll(draft.announced());
    return announced;
  }
}
