package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.pve.model.BootOrder;
import dev.proxkiln.pve.model.DiskSize;
import dev.proxkiln.pve.model.Drive;
import dev.proxkiln.pve.model.EfiDisk;
import dev.proxkiln.pve.model.IpConfig;
import dev.proxkiln.pve.model.Net;
import dev.proxkiln.pve.model.SshKeys;
import dev.proxkiln.pve.model.Tags;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Builds the plan of {@code template create}. */
final class CreatePlan {

  private static final Text RUN = Text.output("run", "id");
  private static final Text MARK = Text.join("run-", RUN);

  /** Hashes that crypt(3) knows and PVE does not: it would take them for clear passwords. */
  private static final String NO_FOREIGN_HASH = "\\A(?!\\$(?:y|gy|7|2b|2x|argon2\\w*|sha1|md5)\\$)";

  private final TemplateSpec spec;
  private final Facts facts;
  private final String version;
  private final Text vmid;
  private final PveCall config;

  CreatePlan(TemplateSpec spec, Facts facts, String version) {
    this.spec = spec;
    this.facts = facts;
    this.version = version;
    this.vmid = spec.vmid().map(Text::of).orElse(Text.output("vmid", "value"));
    this.config = PveCall.get(guest(), "/config");
  }

  private Text guest() {
    return Text.join("/nodes/", facts.node(), "/qemu/", vmid);
  }

  Plan plan() {
    List<Step> steps = new ArrayList<>();
    steps.add(conditions());
    steps.add(download());
    steps.add(fits());
    spec.importStorage().ifPresent(storage -> steps.add(upload(storage)));
    spec.snippet().ifPresent(snippet -> steps.add(write(snippet)));
    if (spec.vmid().isEmpty()) {
      // Looked up last, and used at once: nothing reserves an ID.
      steps.add(
          Step.Call.read(
              "vmid",
              "Look for a free VM ID",
              PveCall.get("/cluster/nextid"),
              Map.of("value", "")));
    }
    steps.add(create());
    spec.importStorage().ifPresent(storage -> steps.add(dropUpload(storage)));
    spec.access().password().ifPresent(secret -> steps.add(password(secret)));
    steps.add(resize());
    steps.add(verify());
    steps.add(convert());
    steps.add(converted());
    steps.add(record());
    return new Plan(
        "template create",
        "Create template " + spec.name() + " of " + spec.image().title(),
        facts.address(),
        facts.node(),
        steps);
  }

  // ---- what must hold ----

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
    spec.vmid()
        .ifPresent(
            id ->
                checks.add(
                    new Check.Api(
                        "vmid",
                        PveCall.get("/cluster/nextid").with("vmid", id),
                        List.of(),
                        Conditions.vmidTaken(id))));
    String storage = spec.storage().id();
    checks.add(
        new Check.Api(
            "storage",
            status(storage),
            List.of(
                Expect.equal("active", "1"), Expect.of("content", Expect.Test.HAS_WORD, "images")),
            Conditions.withoutImages(storage)));
    long least = Conditions.space(spec.storage(), spec.guest().diskSize(), spec.image().needs());
    checks.add(
        new Check.Api(
            "space",
            status(storage),
            List.of(Expect.of("avail", Expect.Test.AT_LEAST_IF_KNOWN, Long.toString(least))),
            Conditions.tooSmall("--storage", storage, least)));
    spec.importStorage()
        .ifPresent(
            id ->
                checks.add(
                    new Check.Api(
                        "image-storage",
                        status(id),
                        List.of(
                            Expect.equal("active", "1"),
                            Expect.of("content", Expect.Test.HAS_WORD, "import")),
                        Conditions.withoutImport(id))));
    String bridge = spec.network().bridge();
    if (!bridge.contains(".")) {
      // A path cannot name an entry with a dot; the node then refuses for itself.
      checks.add(
          new Check.Api(
              "bridge",
              PveCall.get("/nodes/" + facts.node() + "/network").with("type", "any_bridge"),
              List.of(Expect.present("[iface=" + bridge + "]")),
              Conditions.bridgeMissing("--bridge", bridge, facts)));
    }
    spec.pool()
        .filter(pool -> !pool.contains("."))
        .ifPresent(
            pool ->
                checks.add(
                    new Check.Api(
                        "pool",
                        PveCall.get("/pools"),
                        List.of(Expect.present("[poolid=" + pool + "]")),
                        Conditions.poolMissing("--pool", pool, facts))));
    spec.access()
        .password()
        .ifPresent(
            secret ->
                checks.add(
                    new Check.Matches(
                        "password",
                        Text.secret(secret),
                        Text.of(NO_FOREIGN_HASH),
                        TemplateSlug.PASSWORD_HASH_UNKNOWN.problem(
                            "--password",
                            "The secret '"
                                + secret
                                + "' holds a hash that Proxmox VE does not"
                                + " know.",
                            "It keeps hashes that begin with $1$, $5$, $6$, $2a$ or $2y$, and would"
                                + " hash any other once more, so nobody could log in.",
                            "Make a hash with: openssl passwd -6"))));
    return new Step.Require("check", "Check the node before anything is made", checks, false);
  }

  private PveCall status(String storage) {
    return PveCall.get("/nodes/" + facts.node() + "/storage/" + storage + "/status");
  }

  // ---- the image ----

  private Step download() {
    Fetch fetch = spec.fetch();
    String trust =
        switch (fetch.trust()) {
          case Fetch.Pinned(String algorithm, String _) ->
              "verify it by the " + algorithm + " of the catalogue";
          case Fetch.Unverified() -> "unverified";
          case Fetch.Published published ->
              "verify it by "
                  + published.algorithm()
                  + (published.signature().isPresent()
                      ? " and signature"
                      : ", which is not signed");
        };
    return new Step.Download("image", "Download " + spec.image().title() + ", " + trust, fetch, 60);
  }

  private Step fits() {
    return new Step.Require(
        "fits",
        "Check that the image fits on a disk of " + Type.printSize(spec.guest().diskSize()),
        List.of(
            new Check.AtMost(
                "disk-size",
                Text.output("image", "virtual-size"),
                Text.of(spec.guest().diskSize()),
                TemplateSlug.DISK_TOO_SMALL.problem(
                    "--disk-size",
                    "The disk inside the image is larger than the "
                        + Type.printSize(spec.guest().diskSize())
                        + " that were asked for.",
                    "A disk can grow, never shrink.",
                    "Ask for a larger disk with --disk-size."))),
        false);
  }

  /** The name carries the run: nobody else has it, so it may be removed without asking. */
  private Text uploaded() {
    return Text.join(spec.image().id(), "-", RUN, ".", spec.fetch().format());
  }

  private PveCall volume(String storage, PveCall empty) {
    return new PveCall(
        empty.verb(),
        Text.join(
            "/nodes/",
            facts.node(),
            "/storage/",
            storage,
            "/content/",
            storage,
            ":import/",
            uploaded()),
        empty.params(),
        empty.file());
  }

  private Undo removeUpload(String storage) {
    Probe there = Probe.api(volume(storage, PveCall.get()));
    return new Undo.Api(volume(storage, PveCall.delete()), there, there);
  }

  private Step upload(String storage) {
    return Step.Call.of(
            "upload",
            "Upload the image to storage " + storage,
            PveCall.post("/nodes/" + facts.node() + "/storage/" + storage + "/upload")
                .with("content", "import")
                .with("filename", uploaded())
                .withFile(Text.output("image", "path")),
            Probe.api(volume(storage, PveCall.get())),
            removeUpload(storage))
        .weighing(40);
  }

  private Step dropUpload(String storage) {
    return new Step.Discard(
        "drop-upload", "Remove the uploaded image", List.of(removeUpload(storage)));
  }

  // ---- the guest ----

  private Text snippetFile() {
    return Text.join("proxkiln-", RUN, ".yaml");
  }

  private Step write(TemplateSpec.Snippet snippet) {
    return new Step.Write(
        "snippet",
        "Write the cloud-init vendor data",
        Text.join(snippet.folder(), "/", snippetFile()),
        Text.of(snippet.content()),
        0644);
  }

  private Step create() {
    Probe ours =
        Probe.api(
            config,
            new Expect("tags", Expect.Test.HAS_WORD, MARK),
            Expect.equal("name", spec.name()));
    Step.Call step =
        Step.Call.of(
                "create",
                "Create the guest and import the image",
                createCall(),
                ours,
                // Volumes that the configuration does not name are not ours to remove: the ID may
                // have had another owner.
                new Undo.Api(PveCall.delete(guest()).with("purge", true), Probe.api(config), ours))
            .weighing(25);
    return spec.vmid().isPresent() ? step : step.retryingFrom("vmid");
  }

  private PveCall createCall() {
    TemplateSpec.Guest guest = spec.guest();
    Needs needs = spec.image().needs();
    boolean uefi = guest.firmware() == Firmware.UEFI;
    PveCall call =
        PveCall.post("/nodes/" + facts.node() + "/qemu")
            .with("vmid", vmid)
            .with("name", spec.name())
            // Decides how a password is kept, and more: known before everything else.
            .with("ostype", needs.osType())
            .with("machine", guest.machine().equals("i440fx") ? "pc" : guest.machine())
            .with("bios", guest.firmware().bios())
            // Without it PVE takes kvm64, on which many images do not boot.
            .with("cpu", guest.cpu())
            .with("sockets", guest.sockets())
            .with("cores", guest.cores())
            .with("memory", guest.memory() >> 20)
            .with("scsihw", "virtio-scsi-single")
            .with(guest.disk(), disk())
            .with(cloudInitSlot(), Drive.cloudInit(spec.storage().id()).text())
            // The default order would start from the network.
            .with("boot", BootOrder.of(guest.disk()).print());
    if (uefi) {
      call = call.with("efidisk0", EfiDisk.on(spec.storage().id(), guest.secureBoot()).text());
    }
    call =
        call.with("net0", net())
            // Some cloud kernels panic without a serial port.
            .with("serial0", "socket")
            .with("vga", needs.console().equals("serial") ? "serial0" : "std")
            .with("agent", "enabled=1")
            .with("rng0", "source=/dev/urandom")
            .with("tablet", false)
            .with("onboot", false)
            .with("ciuser", spec.access().user())
            .with("ciupgrade", spec.access().upgrade())
            .with("ipconfig0", ip());
    if (!spec.access().keys().isEmpty()) {
      call = call.with("sshkeys", new SshKeys(spec.access().keys()).print());
    }
    if (!spec.network().dns().isEmpty()) {
      call = call.with("nameserver", String.join(" ", spec.network().dns()));
    }
    if (!spec.network().searchDomains().isEmpty()) {
      call = call.with("searchdomain", String.join(" ", spec.network().searchDomains()));
    }
    if (spec.snippet().isPresent()) {
      call =
          call.with(
              "cicustom",
              // Vendor data adds to what PVE generates; user data would replace it.
              Text.join("vendor=", spec.snippet().get().storage(), ":snippets/", snippetFile()));
    }
    if (spec.pool().isPresent()) {
      call = call.with("pool", spec.pool().get());
    }
    return call.with("tags", tags()).with("description", notes());
  }

  private Text disk() {
    Drive disk =
        Drive.importing(spec.storage().id(), source())
            .withDiscard(true)
            .withSsd(true)
            .withIothread(true)
            .fitting(spec.guest().disk());
    return switch (spec.storage().type()) {
      // Raw is the default there, and raw files have neither snapshots nor thin copies.
      case "dir", "nfs", "cifs" -> disk.withFormat("qcow2").text();
      default -> disk.text();
    };
  }

  private Text source() {
    return spec.importStorage()
        .map(storage -> Text.join(storage, ":import/", uploaded()))
        .orElse(Text.output("image", "path"));
  }

  private String cloudInitSlot() {
    return switch (spec.image().needs().cloudInitBus()) {
      case "ide" -> "ide2";
      case "sata" -> "sata1";
      default -> "scsi1";
    };
  }

  private String net() {
    TemplateSpec.Network network = spec.network();
    return Net.virtio(network.bridge())
        .withTag(number(network.vlan()))
        .withMtu(number(network.mtu()))
        .withFirewall(network.firewall())
        .print();
  }

  private static OptionalInt number(Optional<Long> value) {
    return value.map(v -> OptionalInt.of(Math.toIntExact(v))).orElse(OptionalInt.empty());
  }

  /** Always said: an interface without it gets no configuration at all. */
  private String ip() {
    TemplateSpec.Network network = spec.network();
    return new IpConfig(
            Optional.of(network.ipv4()).filter(ip -> !ip.equals("none")),
            network.gateway(),
            Optional.of(network.ipv6()).filter(ip -> !ip.equals("none")),
            network.gateway6())
        .print();
  }

  private Text tags() {
    List<String> tags = new ArrayList<>(List.of(Templates.MADE, spec.image().id()));
    if (!spec.storage().linksClones()) {
      tags.add(Templates.FULL_CLONE);
    }
    return Text.join(new Tags(tags).and(spec.tags()).print(), ";", MARK);
  }

  private Text notes() {
    return Text.join(
        spec.notes().isBlank() ? "" : spec.notes().strip() + "\n\n",
        "Made by proxkiln from the cloud image " + spec.image().id(),
        " (" + spec.image().title() + ").\n\n",
        "- address: ",
        Text.output("image", "url"),
        "\n- digest: ",
        Text.output("image", "digest"),
        "\n- verified: ",
        Text.output("image", "verified"),
        "\n- made: ",
        Text.output("run", "date"),
        "\n- proxkiln: " + version + ", run ",
        RUN);
  }

  /**
   * A call of its own: PVE hashes a password when a configuration is changed, and only then
   * (qemu-server: PVE/API2/Qemu.pm, update_vm_api).
   */
  private Step password(String secret) {
    return Step.Call.of(
        "password",
        "Set the password of user " + spec.access().user(),
        PveCall.put(guest(), "/config").with("cipassword", Text.secret(secret)),
        Probe.api(config, Expect.present("cipassword")));
  }

  private Step resize() {
    // Doing it again is harmless: the same size is no change.
    return Step.Call.of(
        "resize",
        "Grow the disk to " + Type.printSize(spec.guest().diskSize()),
        PveCall.put(guest(), "/resize")
            .with("disk", spec.guest().disk())
            .with("size", pveSize(spec.guest().diskSize())),
        Probe.never());
  }

  private static String pveSize(long bytes) {
    return new DiskSize(bytes).print();
  }

  private Step verify() {
    List<Expect> expected = new ArrayList<>();
    expected.add(
        Expect.of(
            spec.guest().disk(),
            Expect.Test.MATCHES,
            "(?:^|,)size=" + pveSize(spec.guest().diskSize()) + "(?:,|$)"));
    expected.add(Expect.of(cloudInitSlot(), Expect.Test.CONTAINS, "cloudinit"));
    expected.add(Expect.equal("boot", "order=" + spec.guest().disk()));
    if (spec.guest().firmware() == Firmware.UEFI) {
      expected.add(Expect.present("efidisk0"));
    }
    if (spec.access().password().isPresent()) {
      expected.add(Expect.present("cipassword"));
    }
    expected.add(Expect.absent("unused0"));
    expected.add(Expect.absent("lock"));
    return require("verify", "Read the guest back and compare", expected);
  }

  private Step convert() {
    return Step.Call.of(
        "convert",
        "Convert the guest to a template",
        PveCall.post(guest(), "/template"),
        Probe.api(config, Expect.equal("template", "1")));
  }

  /** The command says that all is well even when it is not, so the result is looked at. */
  private Step converted() {
    List<Expect> expected = new ArrayList<>();
    expected.add(Expect.equal("template", "1"));
    if (spec.storage().linksClones()) {
      expected.add(Expect.of(spec.guest().disk(), Expect.Test.CONTAINS, "base-"));
    }
    return require("converted", "Check that it is a template", expected);
  }

  private Step require(String id, String label, List<Expect> expected) {
    Problem otherwise =
        TemplateSlug.TEMPLATE_NOT_AS_PLANNED.problem(
            "step " + id,
            "Guest '" + spec.name() + "' is not as it was asked for.",
            "",
            "Look at the output of the run, and start it again.");
    return new Step.Require(
        id, label, List.of(new Check.Api("config", config, expected, otherwise)), false);
  }

  private Step record() {
    Map<String, Text> facts = new LinkedHashMap<>();
    facts.put("vmid", vmid);
    facts.put("name", Text.of(spec.name()));
    facts.put("node", Text.of(this.facts.node()));
    facts.put("storage", Text.of(spec.storage().id()));
    facts.put("image", Text.of(spec.image().id()));
    facts.put("digest", Text.output("image", "digest"));
    facts.put("verified", Text.output("image", "verified"));
    return new Step.Record("record", "Announce the template", "TemplateCreated", facts);
  }
}
