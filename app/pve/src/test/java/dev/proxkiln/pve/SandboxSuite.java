package dev.proxkiln.pve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.port.PvePort.Answer;
import dev.proxkiln.core.port.PvePort.TaskEnd;
import dev.proxkiln.core.port.PvePort.TaskWatch;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.model.AgentOption;
import dev.proxkiln.pve.model.BootOrder;
import dev.proxkiln.pve.model.CiCustom;
import dev.proxkiln.pve.model.DiskSize;
import dev.proxkiln.pve.model.Drive;
import dev.proxkiln.pve.model.EfiDisk;
import dev.proxkiln.pve.model.IpConfig;
import dev.proxkiln.pve.model.Net;
import dev.proxkiln.pve.model.SshKeys;
import dev.proxkiln.pve.model.Tags;
import dev.proxkiln.pve.model.VolumeId;
import dev.proxkiln.pve.rest.Credentials;
import dev.proxkiln.pve.rest.RestTransport;
import dev.proxkiln.pve.rest.Trust;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The REST transport, the codecs and the facts against the sandbox node, which checks every call
 * against PVE's contract of one version and behaves as the node does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SandboxSuite {

  private final String version;
  private Path folder;
  private Sandbox sandbox;
  private RestTransport rest;
  private int lastVmid = 8999;

  SandboxSuite(String version) {
    this.version = version;
  }

  @BeforeAll
  void open(@TempDir Path temporary) throws IOException {
    folder = temporary;
    sandbox =
        Sandbox.open(
            SandboxOptions.in(folder.resolve("node"))
                .withVersion(version)
                .withBootMode(BootMode.SIMULATED));
    rest = transport(root(sandbox.password()));
  }

  @AfterEach
  void endTrouble() {
    sandbox.faults().clear();
  }

  @AfterAll
  void close() {
    rest.close();
    sandbox.close();
  }

  private RestTransport transport(Credentials credentials) {
    return new RestTransport(sandbox.url(), credentials, Trust.Pinned.parse(sandbox.fingerprint()));
  }

  private static Credentials root(String password) {
    return new Credentials.Password("root@pam", password);
  }

  private static ResolvedCall call(Verb verb, String path, String... namesAndValues) {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      params.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return new ResolvedCall(verb, path, params, Set.of(), Optional.empty());
  }

  private static Problem problemOf(Runnable work) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, work::run);
    assertThat(thrown).as("a problem").isNotNull();
    return thrown.first();
  }

  /** Sends a call and waits for its task. */
  private TaskEnd done(Verb verb, String path, String... namesAndValues) {
    Answer answer = rest.send(call(verb, path, namesAndValues));
    return answer.task().map(task -> rest.await(task, TaskWatch.NONE)).orElse(new TaskEnd(0, "OK"));
  }

  private Pve pve() {
    return new Pve(rest, "pve");
  }

  /** An image of 3 MiB with something in it. */
  private Path image() throws IOException {
    Path image = folder.resolve("image.raw");
    if (!Files.exists(image)) {
      byte[] bytes = new byte[3 << 20];
      bytes[510] = 0x55;
      bytes[511] = (byte) 0xaa;
      Files.write(image, bytes);
    }
    return image;
  }

  /** A VM with a disk from an image, made in one call as a build does. */
  private long vm(String storage) throws IOException {
    long vmid = ++lastVmid;
    done(
        Verb.POST,
        "/nodes/pve/qemu",
        "vmid",
        Long.toString(vmid),
        "name",
        "vm-" + vmid,
        "memory",
        "512",
        "scsihw",
        "virtio-scsi-single",
        "bios",
        "ovmf",
        "efidisk0",
        EfiDisk.on(storage, false).print(),
        "scsi0",
        Drive.importing(storage, Text.of(image().toString()))
            .withDiscard(true)
            .withIothread(true)
            .withSsd(true)
            .print(),
        "scsi1",
        Drive.cloudInit(storage).print(),
        "boot",
        BootOrder.of("scsi0").print(),
        "net0",
        Net.virtio("vmbr0").withTag(OptionalInt.of(20)).withFirewall(true).print(),
        "ipconfig0",
        IpConfig.dhcp().print(),
        "agent",
        AgentOption.on().print(),
        "sshkeys",
        new SshKeys(
                List.of(
                    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVuc2FmZSB0ZXN0IGtleSB1bnNhZmUgISEhISEh me@host"))
            .print(),
        "tags",
        Tags.of("kiln", "web").print(),
        "description",
        "made for a test: ü = 1, line\ntwo");
    return vmid;
  }

  @Test
  void logsInAndReads() {
    assertThat(Tree.text(pve().get("/version"), "version")).startsWith(version);
  }

  @Test
  void isRefusedWithAWrongPassword() {
    try (RestTransport wrong = transport(root("wrong"))) {
      assertThat(problemOf(() -> wrong.send(ResolvedCall.get("/version"))).slug())
          .isEqualTo("login-failed");
    }
  }

  @Test
  void trustsTheAuthorityOfTheNode() {
    try (RestTransport trusting =
        new RestTransport(
            sandbox.url(),
            root(sandbox.password()),
            new Trust.Authority(sandbox.certificateAuthority()))) {
      assertThat(trusting.send(ResolvedCall.get("/version")).value()).isNotNull();
    }
  }

  @Test
  void doesNotTrustItBlindly() {
    try (RestTransport careful =
        new RestTransport(sandbox.url(), root(sandbox.password()), new Trust.PublicAuthorities())) {
      Problem problem = problemOf(() -> careful.send(ResolvedCall.get("/version")));
      assertThat(problem.slug()).isEqualTo("certificate-unknown");
      assertThat(problem.next()).contains(sandbox.fingerprint());
    }
  }

  @Test
  void worksWithATokenAndSeesItsLimits() {
    Object made =
        rest.send(call(Verb.POST, "/access/users/root@pam/token/small", "privsep", "1")).value();
    Credentials token =
        new Credentials.ApiToken(Tree.text(made, "full-tokenid"), Tree.text(made, "value"));
    try (RestTransport small = transport(token)) {
      assertThat(small.send(ResolvedCall.get("/version")).value()).isNotNull();
      assertThat(problemOf(() -> small.send(ResolvedCall.get("/cluster/status"))).slug())
          .isEqualTo("permission-denied");
      Facts facts = FactsReader.read(small, TargetKind.REST, "https://x", Optional.empty(), false);
      assertThat(facts.node()).isEqualTo("pve");
      assertThat(facts.storages()).isEmpty();
    }
  }

  @Test
  void isToldEveryRefusedParameter() {
    Problem problem =
        problemOf(
            () ->
                rest.send(
                    call(
                        Verb.POST,
                        "/nodes/pve/qemu",
                        "vmid",
                        "100",
                        "memory",
                        "1",
                        "nosuch",
                        "1")));
    assertThat(problem.slug()).isEqualTo("parameter-refused");
    assertThat(problem.what()).contains("'memory'").contains("'nosuch'");
  }

  @Test
  void knowsACallThatThisVersionDoesNotHave() {
    assertThat(problemOf(() -> rest.send(ResolvedCall.get("/nosuch"))).slug())
        .isEqualTo("endpoint-missing");
  }

  @Test
  void readsTheFacts() throws IOException {
    long vmid = vm("local-lvm");
    done(Verb.POST, "/nodes/pve/qemu/" + vmid + "/template");
    Facts facts = FactsReader.read(rest, TargetKind.SANDBOX, "sandbox", Optional.empty(), true);
    assertThat(facts.version()).startsWith(version);
    assertThat(facts.node()).isEqualTo("pve");
    assertThat(facts.quorate()).isTrue();
    assertThat(facts.bridges()).contains("vmbr0");
    assertThat(facts.nextId()).isPresent();
    assertThat(facts.importsByPath()).isTrue();
    assertThat(facts.storagesFor("images"))
        .extracting(s -> s.type())
        .contains("lvmthin", "zfspool", "lvm");
    assertThat(facts.storage("local").orElseThrow().path()).isPresent();
    assertThat(facts.storage("local-lvm").orElseThrow().availableBytes()).isPresent();
    assertThat(facts.guest(vmid))
        .contains(
            new GuestFacts(
                vmid,
                "vm-" + vmid,
                "pve",
                "qemu",
                true,
                false,
                List.of("kiln", "web"),
                512L << 20));
  }

  @ParameterizedTest
  @CsvSource({"local,true", "local-lvm,true", "local-zfs,true", "lvm,false"})
  void buildsATemplateAndClonesIt(String storage, boolean linked) throws IOException {
    long vmid = vm(storage);
    Map<String, String> config = pve().config(vmid).orElseThrow();
    Drive disk = Drive.parse(config.get("scsi0"));
    assertThat(disk.discard() && disk.ssd() && disk.iothread()).isTrue();
    assertThat(disk.volume().orElseThrow().owner()).hasValue(vmid);
    assertThat(disk.size().orElseThrow()).isGreaterThanOrEqualTo(new DiskSize(3 << 20));
    assertThat(Drive.parse(config.get("scsi1")).isCloudInit()).isTrue();
    assertThat(EfiDisk.parse(config.get("efidisk0")).large()).isTrue();
    Net card = Net.parse(config.get("net0"));
    assertThat(card.mac()).isPresent();
    assertThat(card.tag()).hasValue(20);
    assertThat(BootOrder.parse(config.get("boot")).devices()).containsExactly("scsi0");
    assertThat(IpConfig.parse(config.get("ipconfig0"))).isEqualTo(IpConfig.dhcp());
    assertThat(AgentOption.parse(config.get("agent"))).isEqualTo(AgentOption.on());
    assertThat(Tags.parse(config.get("tags"))).isEqualTo(Tags.of("kiln", "web"));
    assertThat(SshKeys.parse(config.get("sshkeys")).lines().getFirst()).endsWith("me@host");
    assertThat(config.get("description").strip()).isEqualTo("made for a test: ü = 1, line\ntwo");

    done(Verb.PUT, "/nodes/pve/qemu/" + vmid + "/resize", "disk", "scsi0", "size", "1G");
    assertThat(Drive.parse(pve().config(vmid).orElseThrow().get("scsi0")).size())
        .contains(DiskSize.gib(1));
    done(Verb.POST, "/nodes/pve/qemu/" + vmid + "/template");
    Map<String, String> template = pve().config(vmid).orElseThrow();
    assertThat(template).containsEntry("template", "1");
    VolumeId base = Drive.parse(template.get("scsi0")).volume().orElseThrow();
    assertThat(base.isBase()).isEqualTo(linked);

    long clone = ++lastVmid;
    String path = "/nodes/pve/qemu/" + vmid + "/clone";
    if (!linked) {
      assertThat(
              problemOf(() -> done(Verb.POST, path, "newid", Long.toString(clone), "full", "0"))
                  .slug())
          .isEqualTo("linked-clone-unsupported");
    }
    done(Verb.POST, path, "newid", Long.toString(clone), "full", linked ? "0" : "1");
    rest.settle("pve", clone);
    VolumeId cloned =
        Drive.parse(pve().config(clone).orElseThrow().get("scsi0")).volume().orElseThrow();
    assertThat(cloned.owner()).hasValue(clone);
    assertThat(pve().storageContent(storage)).extracting(Pve.Volume::id).contains(cloned.print());

    done(Verb.DELETE, "/nodes/pve/qemu/" + clone, "purge", "1");
    done(Verb.DELETE, "/nodes/pve/qemu/" + vmid, "purge", "1");
    assertThat(pve().config(vmid)).isEmpty();
    assertThat(pve().storageContent(storage))
        .extracting(Pve.Volume::vmid)
        .noneMatch(owner -> owner.isPresent() && owner.getAsLong() == clone);
  }

  @Test
  void cannotDeleteATemplateWhileALinkedCloneNeedsIt() throws IOException {
    long vmid = vm("local");
    done(Verb.POST, "/nodes/pve/qemu/" + vmid + "/template");
    long clone = ++lastVmid;
    done(Verb.POST, "/nodes/pve/qemu/" + vmid + "/clone", "newid", Long.toString(clone));
    assertThat(problemOf(() -> done(Verb.DELETE, "/nodes/pve/qemu/" + vmid)).slug())
        .isEqualTo("base-in-use");
    VolumeId cloned =
        Drive.parse(pve().config(clone).orElseThrow().get("scsi0")).volume().orElseThrow();
    assertThat(cloned.parent())
        .isEqualTo(Drive.parse(pve().config(vmid).orElseThrow().get("scsi0")).volume());
  }

  @Test
  void tellsRefusalsApart() throws IOException {
    long vmid = vm("local-lvm");
    String id = Long.toString(vmid);
    assertThat(problemOf(() -> done(Verb.POST, "/nodes/pve/qemu", "vmid", id)).slug())
        .isEqualTo("vmid-taken");
    assertThat(problemOf(() -> pve().get("/cluster/nextid", "vmid", id)).slug())
        .isEqualTo("vmid-taken");
    assertThat(problemOf(() -> pve().get("/nodes/pve/qemu/99999/config")).slug())
        .isEqualTo("guest-missing");
    assertThat(pve().config(99999)).isEmpty();
    assertThat(
            problemOf(
                    () -> done(Verb.POST, "/nodes/pve/qemu", "vmid", "99998", "scsi0", "nosuch:1"))
                .slug())
        .isEqualTo("storage-missing");
    done(Verb.PUT, "/nodes/pve/qemu/" + id + "/config", "protection", "1");
    assertThat(problemOf(() -> done(Verb.DELETE, "/nodes/pve/qemu/" + id)).slug())
        .isEqualTo("protected");
    done(Verb.PUT, "/nodes/pve/qemu/" + id + "/config", "protection", "0");
    assertThat(
            problemOf(
                    () ->
                        done(
                            Verb.PUT,
                            "/nodes/pve/qemu/" + id + "/config",
                            "name",
                            "x",
                            "digest",
                            "0".repeat(40)))
                .slug())
        .isEqualTo("config-changed");
    done(Verb.POST, "/nodes/pve/qemu/" + id + "/template");
    assertThat(problemOf(() -> done(Verb.POST, "/nodes/pve/qemu/" + id + "/template")).slug())
        .isEqualTo("guest-is-template");
    assertThat(problemOf(() -> done(Verb.POST, "/nodes/pve/qemu/" + id + "/status/start")).slug())
        .isEqualTo("guest-is-template");
  }

  @Test
  void tellsTroubleOfTheNodeApart() throws IOException {
    Path image = image();
    sandbox.faults().setQuorum(false);
    assertThat(problemOf(() -> done(Verb.POST, "/nodes/pve/qemu", "vmid", "99998")).slug())
        .isEqualTo("quorum-lost");
    assertThat(
            FactsReader.read(rest, TargetKind.SANDBOX, "sandbox", Optional.empty(), true).quorate())
        .isFalse();
    sandbox.faults().clear();
    sandbox.faults().failNext("qmcreate", 50, "something broke half-way");
    Problem failed =
        problemOf(
            () ->
                done(
                    Verb.POST,
                    "/nodes/pve/qemu",
                    "vmid",
                    "99998",
                    "scsi0",
                    "local-lvm:0,import-from=" + image));
    assertThat(failed.slug()).isEqualTo("task-failed");
    assertThat(failed.why()).contains("something broke half-way");
    assertThat(pve().config(99998)).isEmpty();
    sandbox.faults().warnNext("qmcreate", "be warned");
    assertThat(done(Verb.POST, "/nodes/pve/qemu", "vmid", "99998").warnings()).isEqualTo(1);
    done(Verb.DELETE, "/nodes/pve/qemu/99998");
  }

  @Test
  void reportsProgressOfACopy() throws IOException {
    List<Long> done = new ArrayList<>();
    Answer answer =
        rest.send(
            call(
                Verb.POST,
                "/nodes/pve/qemu",
                "vmid",
                Long.toString(++lastVmid),
                "scsi0",
                "local-lvm:0,import-from=" + image()));
    rest.await(
        answer.task().orElseThrow(),
        new TaskWatch() {
          @Override
          public void line(String text) {}

          @Override
          public void progress(long bytes, long total) {
            assertThat(bytes).isLessThanOrEqualTo(total);
            done.add(bytes);
          }
        });
    assertThat(done).isNotEmpty().isSorted();
  }

  @Test
  void uploadsAnImageAndImportsItByItsVolume() throws IOException {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    params.put("content", List.of("import"));
    params.put("filename", List.of("debian-12-" + version + ".raw"));
    Answer answer =
        rest.send(
            new ResolvedCall(
                Verb.POST,
                "/nodes/pve/storage/local/upload",
                params,
                Set.of(),
                Optional.of(image())));
    rest.await(answer.task().orElseThrow(), TaskWatch.NONE);
    VolumeId volume = new VolumeId("local", "import/debian-12-" + version + ".raw");
    assertThat(pve().storageContent("local")).extracting(Pve.Volume::id).contains(volume.print());
    long vmid = ++lastVmid;
    done(
        Verb.POST,
        "/nodes/pve/qemu",
        "vmid",
        Long.toString(vmid),
        "scsi0",
        Drive.importing("local-zfs", Text.of(volume.print())).print());
    assertThat(pve().config(vmid).orElseThrow()).containsKey("scsi0");
    done(Verb.DELETE, "/nodes/pve/storage/local/content/" + volume.print());
    assertThat(pve().storageContent("local"))
        .extracting(Pve.Volume::id)
        .doesNotContain(volume.print());
  }

  @Test
  void refusesAnUploadOfTheWrongKind() throws IOException {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    params.put("content", List.of("import"));
    params.put("filename", List.of("x.img"));
    ResolvedCall call =
        new ResolvedCall(
            Verb.POST, "/nodes/pve/storage/local/upload", params, Set.of(), Optional.of(image()));
    assertThat(problemOf(() -> rest.send(call)).slug()).isEqualTo("parameter-refused");
  }

  @Test
  void refusesAbsolutePathsFromAToken() throws IOException {
    Object made =
        rest.send(call(Verb.POST, "/access/users/root@pam/token/full", "privsep", "0")).value();
    Credentials token =
        new Credentials.ApiToken(Tree.text(made, "full-tokenid"), Tree.text(made, "value"));
    Path image = image();
    try (RestTransport full = transport(token)) {
      Problem problem =
          problemOf(
              () -> {
                Answer answer =
                    full.send(
                        call(
                            Verb.POST,
                            "/nodes/pve/qemu",
                            "vmid",
                            "99997",
                            "scsi0",
                            "local-lvm:0,import-from=" + image));
                answer.task().ifPresent(task -> full.await(task, TaskWatch.NONE));
              });
      assertThat(problem.slug()).isEqualTo("only-root");
    }
  }

  @Test
  void takesSnippetsForCloudInit() {
    assertThat(CiCustom.vendor(VolumeId.parse("local:snippets/v.yaml")).print())
        .isEqualTo("vendor=local:snippets/v.yaml");
    long vmid = ++lastVmid;
    done(
        Verb.POST,
        "/nodes/pve/qemu",
        "vmid",
        Long.toString(vmid),
        "cicustom",
        CiCustom.vendor(VolumeId.parse("local:snippets/v.yaml")).print());
    assertThat(pve().config(vmid).orElseThrow())
        .containsEntry("cicustom", "vendor=local:snippets/v.yaml");
  }
}
