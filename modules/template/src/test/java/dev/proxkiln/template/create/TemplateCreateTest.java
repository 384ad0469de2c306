package dev.proxkiln.template.create;

import static dev.proxkiln.template.Fixtures.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.PlanCalls;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Download;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.catalogue.Usable;
import dev.proxkiln.template.part.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TemplateCreateTest {

  private static final Catalogue CATALOGUE = new Catalogue(new FolderResources());
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxM3v8cUrmnZYjC6Wq7mBf0o8TQZ7ebgm4xQ3F0Zr1p me@desk";

  private final TemplateCreate create = new TemplateCreate(Fixtures.library(CATALOGUE), "1.0.0");

  private Plan plan(Facts facts, String... settings) {
    return create.plan(values(settings), facts).orRaise();
  }

  private Plan plan(String... settings) {
    return plan(Fixtures.sandbox(), settings);
  }

  private List<Problem> refused(Facts facts, String... settings) {
    return create.read(values(settings), facts) instanceof Checked.Invalid<TemplateSpec>(var found)
        ? found
        : List.of();
  }

  private static String param(Plan plan, String name) {
    List<Text> given = PlanCalls.call(plan, "create").params().get(name);
    return given == null ? "" : given.getFirst().toString();
  }

  // ---- settings ----

  @Test
  void everySettingHasHelpALabelAndAnUnambiguousName() {
    for (Field<?> field : create.schema(Facts.none()).fields()) {
      assertThat(field.help()).as(field.key()).endsWith(".").hasSizeBetween(15, 160);
      assertThat(field.label()).as(field.key()).isNotBlank();
      assertThat(field.key()).matches("[a-z][a-z0-9-]*");
    }
  }

  @Test
  void defaultsComeFromTheImageAndTheTarget() {
    Plan plan = plan("image=debian-12");
    assertThat(param(plan, "name")).isEqualTo("debian-12");
    assertThat(param(plan, "scsi0"))
        .isEqualTo("files:0,import-from=${image.path},format=qcow2,discard=on,iothread=1,ssd=1");
    assertThat(param(plan, "net0")).isEqualTo("virtio,bridge=vmbr0");
    assertThat(param(plan, "ciuser")).isEqualTo("debian");
    assertThat(param(plan, "memory")).isEqualTo("2048");
    assertThat(PlanCalls.call(plan, "resize").params().get("size")).containsExactly(Text.of("8G"));
  }

  @Test
  void unknownImageIsNamedWithTheClosestOne() {
    List<Problem> problems = refused(Fixtures.sandbox(), "image=debain-12");
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().slug()).isEqualTo("image-unknown");
    assertThat(problems.getFirst().next()).contains("debian-12");
  }

  @Test
  void everythingThatIsWrongIsReportedAtOnce() {
    List<Problem> problems =
        refused(
            Fixtures.sandbox(),
            "image=debian-12",
            "vmid=100",
            "storage=iso",
            "bridge=vmbr7",
            "pool=none",
            "memory=64M",
            "vlan=4095",
            "colour=red");
    assertThat(problems.stream().map(Problem::slug))
        .containsExactlyInAnyOrder(
            "invalid-value",
            "invalid-value",
            "unknown-setting",
            "vmid-taken",
            "storage-without-images",
            "bridge-missing",
            "pool-missing");
    assertThat(problems.stream().map(Problem::where)).contains("--memory", "--vlan", "--storage");
  }

  @Test
  void diskIsNeverSmallerThanTheImageNeeds() {
    assertThat(refused(Fixtures.sandbox(), "image=debian-12", "disk-size=4G"))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("8G"));
    assertThat(refused(Fixtures.sandbox(), "image=debian-12", "disk-size=8.001G"))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("multiple"));
  }

  @Test
  void storageWithTooLittleSpaceIsRefused() {
    Facts tight =
        Fixtures.facts(
            TargetKind.SANDBOX,
            true,
            List.of(
                new dev.proxkiln.core.facts.StorageFacts(
                    "small",
                    "lvm",
                    new java.util.TreeSet<>(List.of("images")),
                    true,
                    false,
                    java.util.Optional.of(5 * Fixtures.GIB),
                    java.util.Optional.empty())));
    assertThat(refused(tight, "image=debian-12"))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.slug()).isEqualTo("storage-too-small");
              assertThat(p.what()).contains("8192 MiB");
              assertThat(p.why()).contains("5120 MiB");
            });
  }

  @Test
  void gatewayBelongsToAStaticAddressAndLiesInItsNetwork() {
    assertThat(refused(Fixtures.sandbox(), "image=debian-12", "gateway=192.0.2.1"))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("does not apply"));
    assertThat(
            refused(
                Fixtures.sandbox(),
                "image=debian-12",
                "ipv4=192.0.2.10/24",
                "gateway=198.51.100.1"))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("not in the network"));
    assertThat(
            param(
                plan(
                    "image=debian-12",
                    "ipv4=192.0.2.10/24",
                    "gateway=192.0.2.1",
                    "ipv6=2001:db8::5/64",
                    "gateway6=fe80::1"),
                "ipconfig0"))
        .isEqualTo("ip=192.0.2.10/24,gw=192.0.2.1,ip6=2001:db8::5/64,gw6=fe80::1");
  }

  @Test
  void refusesToLeaveAGuestWithoutAnyAddress() {
    assertThat(refused(Fixtures.sandbox(), "image=debian-12", "ipv4=none"))
        .singleElement()
        .satisfies(p -> assertThat(p.where()).isEqualTo("--ipv6"));
    assertThat(param(plan("image=debian-12", "ipv4=none", "ipv6=auto"), "ipconfig0"))
        .isEqualTo("ip6=auto");
  }

  @Test
  void reservedTagsAreRefused() {
    assertThat(refused(Fixtures.sandbox(), "image=debian-12", "tags=web,run-abc")).hasSize(1);
    assertThat(param(plan("image=debian-12", "tags=web;db"), "tags"))
        .isEqualTo("db;debian-12;proxkiln;web;run-${run.id}");
  }

  @Test
  void firmwareThatTheImageHasNotIsRefused() {
    assertThat(refused(Fixtures.sandbox(), "image=alpine-3.22", "firmware=bios"))
        .singleElement()
        .satisfies(p -> assertThat(p.slug()).isEqualTo("image-without-build"));
    assertThat(param(plan("image=alpine-3.22"), "bios")).isEqualTo("ovmf");
  }

  @Test
  void secureBootNeedsASignedImage() {
    assertThat(refused(Fixtures.sandbox(), "image=archlinux", "firmware=uefi", "secure-boot=true"))
        .hasSize(1);
    assertThat(param(plan("image=archlinux", "firmware=uefi"), "efidisk0"))
        .isEqualTo("files:1,efitype=4m,pre-enrolled-keys=0,format=qcow2");
    assertThat(param(plan("image=debian-12", "firmware=uefi"), "efidisk0"))
        .isEqualTo("files:1,efitype=4m,pre-enrolled-keys=1,format=qcow2");
    assertThat(param(plan("image=debian-12"), "efidisk0")).isEmpty();
  }

  @Test
  void brokenCatalogueIsAProblemAndNoException() {
    Catalogue broken = new Catalogue(new FolderResources().with("images/own.yaml", "images: {"));
    assertThat(
            new TemplateCreate(Fixtures.library(broken), "1")
                .read(values("image=x"), Fixtures.sandbox()))
        .isInstanceOfSatisfying(
            Checked.Invalid.class,
            invalid ->
                assertThat(((Problem) invalid.problems().getFirst()).slug())
                    .isEqualTo("catalogue-unreadable"));
  }

  @Test
  void withoutATargetNothingIsPlanned() {
    assertThat(refused(Facts.none(), "image=debian-12").stream().map(Problem::slug))
        .contains("missing-value");
  }

  @Test
  void lostQuorumIsRefusedBeforeAnything() {
    Facts good = Fixtures.sandbox();
    Facts lost =
        new Facts(
            good.target(),
            good.address(),
            good.version(),
            good.node(),
            good.nodes(),
            false,
            good.storages(),
            good.bridges(),
            good.guests(),
            good.pools(),
            good.nextId(),
            good.rootSession());
    assertThat(refused(lost, "image=debian-12").stream().map(Problem::slug))
        .containsExactly("quorum-lost");
  }

  // ---- the plan ----

  @Test
  void theTrapsOfTheCreateCallAreMet() {
    Plan plan = plan("image=almalinux-10", "firmware=uefi", "storage=thin", "cores=4", "sockets=2");
    assertThat(param(plan, "cpu")).isEqualTo("x86-64-v3");
    assertThat(param(plan, "serial0")).isEqualTo("socket");
    assertThat(param(plan, "vga")).isEqualTo("std");
    assertThat(param(plan, "boot")).isEqualTo("order=scsi0");
    assertThat(param(plan, "ipconfig0")).isEqualTo("ip=dhcp");
    assertThat(param(plan, "ciupgrade")).isEqualTo("0");
    assertThat(param(plan, "efidisk0")).contains("efitype=4m").contains("pre-enrolled-keys=");
    assertThat(param(plan, "scsi0")).startsWith("thin:0,import-from=").doesNotContain("format");
    assertThat(param(plan, "scsi1")).isEqualTo("thin:cloudinit");
    assertThat(param(plan, "scsihw")).isEqualTo("virtio-scsi-single");
    assertThat(param(plan, "agent")).isEqualTo("enabled=1");
    assertThat(param(plan, "rng0")).isEqualTo("source=/dev/urandom");
    assertThat(param(plan, "net0")).doesNotContain("macaddr");
    assertThat(List.copyOf(PlanCalls.call(plan, "create").params().keySet()).indexOf("ostype"))
        .isLessThan(3);
    assertThat(PlanCalls.call(plan, "create").params()).doesNotContainKeys("args", "cipassword");
  }

  @Test
  void noVolumeIdIsEverGuessed() {
    for (String storage : List.of("files", "thin", "zfs", "thick")) {
      for (var call : PlanCalls.of(plan("image=debian-12", "storage=" + storage))) {
        assertThat(PlanCalls.params(call).toString())
            .doesNotContain("vm-9100")
            .doesNotContain("disk-");
      }
    }
  }

  @Test
  void templateOnThickStorageSaysThatItsClonesAreFull() {
    assertThat(param(plan("image=debian-12", "storage=thick"), "tags")).contains("full-clone");
    assertThat(param(plan("image=debian-12", "storage=thin"), "tags")).doesNotContain("full-clone");
    assertThat(check(plan("image=debian-12", "storage=thick"), "converted"))
        .doesNotContain("base-");
    assertThat(check(plan("image=debian-12", "storage=zfs"), "converted")).contains("base-");
  }

  private static String check(Plan plan, String step) {
    return ((Step.Require) plan.step(step).orElseThrow())
        .checks().stream().map(c -> ((Check.Api) c).expect().toString()).toList().toString();
  }

  @Test
  void freeIdIsLookedUpRightBeforeItIsUsed() {
    Plan plan = plan("image=debian-12");
    assertThat(plan.position("create")).isEqualTo(plan.position("vmid") + 1);
    assertThat(((Step.Call) plan.step("create").orElseThrow()).retryFrom()).contains("vmid");
    Plan given = plan("image=debian-12", "vmid=9100");
    assertThat(given.step("vmid")).isEmpty();
    assertThat(((Step.Call) given.step("create").orElseThrow()).retryFrom()).isEmpty();
    assertThat(PlanText.text(given)).contains("/cluster/nextid --vmid 9100");
  }

  @Test
  void undoTouchesOnlyWhatCarriesTheMarkOfTheRun() {
    Plan plan = plan("image=debian-12");
    Undo.Api undo = (Undo.Api) plan.step("create").orElseThrow().undo().getFirst();
    assertThat(((Probe.Api) undo.ours()).expect().toString())
        .contains("tags has 'run-${run.id}'")
        .contains("name is 'debian-12'");
    assertThat(undo.call().params()).doesNotContainKey("destroy-unreferenced-disks");
  }

  @Test
  void aFarNodeGetsTheImageUploadedAndTheUploadIsRemovedAgain() {
    Plan plan = plan(Fixtures.rest(), "image=debian-12");
    assertThat(plan.steps().stream().map(Step::id))
        .containsExactly(
            "check",
            "image",
            "fits",
            "upload",
            "vmid",
            "create",
            "drop-upload",
            "login",
            "resize",
            "verify",
            "convert",
            "converted",
            "record");
    assertThat(param(plan, "scsi0"))
        .startsWith("files:0,import-from=files:import/debian-12-${run.id}.qcow2");
    assertThat(PlanCalls.call(plan, "upload").file()).contains(Text.output("image", "path"));
    Facts without =
        Fixtures.facts(
            TargetKind.REST, false, List.of(Fixtures.storage("thin", "lvmthin", "images")));
    assertThat(refused(without, "image=debian-12").stream().map(Problem::slug))
        .containsExactly("storage-without-import");
  }

  @Test
  void aPasswordIsSetByItsOwnCallAndNeverPrinted() {
    Plan plan = plan("image=debian-12", "password=secret:ops");
    assertThat(PlanCalls.call(plan, "password").params().get("cipassword"))
        .containsExactly(Text.secret("ops"));
    assertThat(PlanCalls.call(plan, "create").hasSecret()).isFalse();
    assertThat(refused(Fixtures.sandbox(), "image=debian-12", "password=geheim"))
        .singleElement()
        .satisfies(p -> assertThat(p.toString()).doesNotContain("geheim"));
  }

  @Test
  void hashesThatPveWouldHashAgainAreRefusedWhenTheRunStarts() {
    Plan plan = plan("image=debian-12", "password=secret:ops");
    Check.Matches check =
        (Check.Matches)
            ((Step.Require) plan.steps().getFirst())
                .checks().stream()
                    .filter(c -> c.name().equals("password"))
                    .findFirst()
                    .orElseThrow();
    var pattern = java.util.regex.Pattern.compile(check.pattern().toString());
    for (String hash :
        List.of("$y$j9T$abc$def", "$2b$10$abc", "$7$abc", "$gy$j9T$a$b", "$argon2id$v=19$x")) {
      assertThat(pattern.matcher(hash).find()).as(hash).isFalse();
    }
    for (String good :
        List.of("$6$salt$hash", "$5$s$h", "$1$s$h", "$2a$10$x", "$2y$10$x", "pw$y")) {
      assertThat(pattern.matcher(good).find()).as(good).isTrue();
    }
  }

  @Test
  void sshKeysAreEncodedAsTheApiWantsThem() {
    String keys = param(plan("image=debian-12", "ssh-keys=" + KEY + "\n" + KEY + "2"), "sshkeys");
    assertThat(keys).matches("[-%a-zA-Z0-9_.!~*'()]*").contains("%20").contains("%0A");
    assertThat(java.net.URLDecoder.decode(keys, java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(KEY + "\n" + KEY + "2\n");
  }

  @Test
  void timezoneBecomesASnippetWhereFilesCanBeWritten() {
    Plan plan = plan("image=debian-12", "timezone=Europe/Berlin", "install-agent=true");
    Step.Write write = (Step.Write) plan.step("snippet").orElseThrow();
    assertThat(write.path()).hasToString("/var/lib/files/snippets/proxkiln-${run.id}.yaml");
    assertThat(write.content())
        .hasToString(
            """
            #cloud-config
            timezone: "Europe/Berlin"
            package_update: true
            packages:
            - "qemu-guest-agent"
            runcmd:
            - - "systemctl"
              - "enable"
              - "--now"
              - "qemu-guest-agent"
            """);
    assertThat(param(plan, "cicustom")).isEqualTo("vendor=files:snippets/proxkiln-${run.id}.yaml");
    assertThat(
            refused(
                Fixtures.rest(),
                "image=debian-12",
                "timezone=Europe/Berlin",
                "customize=first-boot"))
        .singleElement()
        .satisfies(p -> assertThat(p.slug()).isEqualTo("snippet-unreachable"));
    assertThat(refused(Fixtures.sandbox(), "image=debian-12", "timezone=Mars/Base")).hasSize(1);
  }

  @Test
  void datedBuildIsTakenByItsDigest() {
    Step.Download download = (Step.Download) plan("image=debian-12", "pinned=true").steps().get(1);
    assertThat(download.fetch().trust()).isInstanceOf(Fetch.Pinned.class);
  }

  @Test
  void plansAreTheSameWhereverTheSettingsComeFrom() {
    Map<String, String> raw =
        Map.of("image", "debian-12", "memory", "4G", "tags", "a\nb", "ipv4", "dhcp");
    List<String> ids =
        Stream.of(
                Origin.flag("--x"),
                new Origin(Origin.Kind.SPEC_FILE, "web.yaml"),
                new Origin(Origin.Kind.ENVIRONMENT, "PROXKILN_X"))
            .map(origin -> create.plan(Values.of(raw, origin), Fixtures.sandbox()).orRaise().id())
            .distinct()
            .toList();
    assertThat(ids).hasSize(1);
  }

  @Test
  void planSurvivesItsOwnTree() {
    Plan plan =
        plan(
            "image=fedora-44",
            "firmware=uefi",
            "password=secret:ops",
            "ssh-keys=" + KEY,
            "timezone=Europe/Berlin");
    assertThat(PlanTree.read(PlanTree.document(plan))).isEqualTo(plan);
  }

  // ---- systems that read less than cloud-init does ----

  @Test
  void freebsdGetsWhatNuageinitReads() {
    Plan plan = plan("image=freebsd-15.1", "ssh-keys=" + KEY);
    assertThat(param(plan, "ciuser")).isEqualTo("freebsd");
    assertThat(param(plan, "citype")).isEqualTo("configdrive2");
    assertThat(param(plan, "ipconfig0")).isEmpty();
    assertThat(plan.steps()).extracting(Step::id).contains("published");
    assertThat(param(plan("image=debian-13"), "citype")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "freebsd-15.1, user=bob, --user",
    "freebsd-15.1, password=secret:ops, --password",
    "freebsd-15.1, ipv4=192.0.2.5/24, --ipv4",
    "cirros, user=bob, --user",
    "leap-micro, ignition={}, --ignition",
  })
  void refusesWhatASystemWouldNotRead(String image, String setting, String where) {
    assertThat(refused(Fixtures.sandbox(), "image=" + image, setting))
        .extracting(Problem::where)
        .contains(where);
  }

  @Test
  void saysThatAReleaseGetsNoFixesAnyMore() {
    Step.Require warning =
        (Step.Require)
            plan("image=alpine-3.19").steps().stream()
                .filter(step -> step.id().equals("support"))
                .findFirst()
                .orElseThrow();
    assertThat(warning.soft()).isTrue();
    assertThat(warning.label()).contains("no fixes since 2025-11-01");
    assertThat(plan("image=debian-12").steps()).extracting(Step::id).doesNotContain("support");
  }

  @Test
  void neverTakesTheNewestBuildForADatedOne() {
    assertThat(refused(Fixtures.sandbox(), "image=debian-13-generic", "pinned=true"))
        .extracting(Problem::where)
        .containsExactly("--pinned");
  }

  // ---- every image, every storage, every version ----

  static Stream<Image> images() {
    return CATALOGUE.images().stream()
        .filter(image -> Usable.refusal("", image).isEmpty())
        .filter(image -> image.downloads().stream().allMatch(Download::verifiable));
  }

  /** As many settings as mean anything for an image. */
  private static String[] settings(Image image, String... first) {
    Provisioning how = Subject.of(image).provisioning();
    List<String> settings = new ArrayList<>(List.of(first));
    settings.addAll(
        List.of(
            "image=" + image.id(),
            "memory=8G",
            "vlan=20",
            "mtu=1400",
            "firewall=true",
            "pool=team",
            "tags=web"));
    if (how.takesNetwork()) {
      settings.addAll(
          List.of("dns=192.0.2.1,2001:db8::1", "search-domain=example.org", "ipv6=auto"));
    }
    if (how.takesUsers()) {
      settings.add("ssh-keys=" + KEY);
    }
    if (how.takesAnyUser()) {
      settings.add("password=secret:ops");
    }
    if (how == Provisioning.IGNITION) {
      settings.add("ignition-keys=" + KEY);
    }
    return settings.toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("images")
  void everyCallOfEveryPlanIsOneThatEveryVersionAccepts(Image image) {
    // A node far away takes no snippet, and an Ignition file is one.
    boolean anywhere = Subject.of(image).provisioning() != Provisioning.IGNITION;
    for (Facts facts :
        anywhere ? List.of(Fixtures.sandbox(), Fixtures.rest()) : List.of(Fixtures.sandbox())) {
      for (String storage : List.of("files", "thin", "zfs", "thick")) {
        for (var firmware : image.firmware("amd64")) {
          Plan plan =
              plan(facts, settings(image, "storage=" + storage, "firmware=" + firmware.word()));
          for (String version : List.of("8.4", "9.1", "9.2")) {
            assertThat(PlanCalls.violations(plan, version)).as(image.id()).isEmpty();
          }
        }
      }
    }
  }

  @Test
  void theContractCheckOfThisTestCanFail() {
    Plan plan = plan("image=debian-12");
    List<Step> steps = new ArrayList<>(plan.steps());
    steps.add(
        Step.Call.of(
            "bad",
            "bad",
            dev.proxkiln.core.call.PveCall.post("/nodes/pve/qemu").with("vmid", 9).with("cpus", 1),
            Probe.never()));
    Plan bad = new Plan("x", "x", "x", "pve", steps);
    assertThat(PlanCalls.violations(bad, "9.2")).hasSizeGreaterThanOrEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("buses")
  void everyBusGivesAnAcceptableCall(String bus) {
    Plan plan = plan("image=debian-12", "disk-bus=" + bus);
    assertThat(param(plan, "boot")).isEqualTo("order=" + bus + "0");
    for (String version : List.of("8.4", "9.1", "9.2")) {
      assertThat(PlanCalls.violations(plan, version)).isEmpty();
    }
  }

  static List<String> buses() {
    return List.of("scsi", "virtio", "sata");
  }

  // ---- random settings ----

  @Test
  void randomSettingsNeverThrowAndAValidSpecAlwaysGivesAPlan() {
    long seed = 20261120;
    Random random = new Random(seed);
    List<Field<?>> fields = create.schema(Fixtures.sandbox()).fields();
    int valid = 0;
    for (int round = 0; round < 4000; round++) {
      Map<String, String> raw = new HashMap<>();
      raw.put("image", pick(random, List.of("debian-12", "alpine-3.23", "fedora", "", "x", "\0")));
      int count = random.nextInt(8);
      for (int i = 0; i < count; i++) {
        Field<?> field = fields.get(random.nextInt(fields.size()));
        raw.put(field.key(), value(random, field));
      }
      Facts facts = pick(random, List.of(Fixtures.sandbox(), Fixtures.rest(), Facts.none()));
      Values values = Values.of(raw, Origin.flag(""));
      String about = "seed " + seed + ", round " + round + ": " + raw;
      Checked<TemplateSpec> checked;
      try {
        checked = create.read(values, facts);
      } catch (RuntimeException e) {
        throw new AssertionError(about, e);
      }
      if (checked instanceof Checked.Valid<TemplateSpec>(TemplateSpec spec)) {
        valid++;
        Plan plan = create.plan(spec, facts);
        assertThat(PlanCalls.violations(plan, "9.2")).as(about).isEmpty();
        assertThat(PlanText.script(plan)).as(about).startsWith("#!/bin/bash");
      }
    }
    assertThat(valid).as("the generator must also make valid settings").isGreaterThan(150);
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String value(Random random, Field<?> field) {
    List<String> good = new ArrayList<>();
    field.choices().apply(Fixtures.sandbox()).forEach(choice -> good.add(choice.value()));
    good.addAll(field.type().words());
    good.addAll(
        switch (field.key()) {
          case "memory", "disk-size" -> List.of("16G", "10240M", "1T");
          case "vlan" -> List.of("1", "4094");
          case "mtu" -> List.of("1", "1500", "9000");
          case "cores", "sockets" -> List.of("1", "4");
          case "ipv4" -> List.of("192.0.2.10/24", "10.0.0.1/8", "10.0.0.1/4");
          case "ipv6" -> List.of("2001:db8::1/64", "auto");
          case "gateway" -> List.of("192.0.2.1");
          case "gateway6" -> List.of("2001:db8::ff", "fe80::1");
          case "ssh-keys" -> List.of(KEY);
          case "password" -> List.of("secret:ops");
          case "name" -> List.of("web-1", "a.b.c");
          case "notes" -> List.of("it's \"quoted\" `x` $HOME\nü €");
          case "vmid" -> List.of("9500", "999999999");
          case "user" -> List.of("ops", "root");
          case "tags" -> List.of("a,b;c", "A+b.c");
          case "timezone" -> List.of("UTC", "Europe/Berlin");
          case "nic" -> List.of("bridge=vmbr1,vlan=7", "ipv4=none\nmodel=e1000,mtu=1500", "x=y");
          case "disk" -> List.of("size=1G", "size=4G,bus=virtio\nsize=1G,bus=sata", "bus=sata");
          case "mac" -> List.of("BC:24:11:00:00:01", "bc:24:11:00:00:02");
          case "trunks" -> List.of("10", "10;20-30", "30-20");
          case "rate-limit", "disk-read-mbps", "disk-write-mbps" -> List.of("1", "12.5");
          case "nic-queues", "disk-read-iops", "disk-write-iops" -> List.of("10", "64");
          case "balloon" -> List.of("0", "1G");
          case "disk-serial" -> List.of("a-1");
          default -> List.of();
        });
    // Which CPU types there are is for the node to say: newer ones know more.
    List<String> odd =
        field.key().equals("cpu")
            ? List.of("", "-1", "qemu64,flags=+x", "ä")
            : List.of("", " ", "-1", "0", "NaN", "'", "\n\n", "ä", "1e9", "../x", "secret:", "/");
    return !good.isEmpty() && random.nextInt(10) > 0 ? pick(random, good) : pick(random, odd);
  }

  @Test
  void warnsWhereNobodyCanLogInToClones() {
    String key = "ssh-ed25519 " + "A".repeat(68) + " me@example.org";
    assertThat(plan("image=debian-12").step("login"))
        .hasValueSatisfying(
            step -> {
              assertThat(((Step.Require) step).soft()).isTrue();
              assertThat(((Step.Require) step).checks().getFirst().otherwise().slug())
                  .isEqualTo("nobody-can-log-in");
            });
    assertThat(plan("image=debian-12", "ssh-keys=" + key).step("login")).isEmpty();
    assertThat(plan("image=debian-12", "password=secret:me").step("login")).isEmpty();
  }
}
