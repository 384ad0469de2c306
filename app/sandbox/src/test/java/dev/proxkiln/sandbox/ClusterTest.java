package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.sandbox.pvesh.PveshCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Three nodes: what they share, what is each one's own, and moving a guest between them. */
final class ClusterTest extends NodeFixture {
  private static final String OTHER = "/nodes/pve2/qemu";

  @Override
  SandboxOptions options() {
    return super.options().withNodes(3);
  }

  private static List<String> texts(JsonNode rows, String key) {
    List<String> texts = new ArrayList<>();
    rows.forEach(row -> texts.add(row.path(key).asString()));
    return texts;
  }

  private List<String> volumes(String node, String storage) {
    return texts(
        api.get("/nodes/" + node + "/storage/" + storage + "/content", "content", "images").data(),
        "volid");
  }

  private Api.Answer migrate(int vmid, String... more) {
    List<String> all = new ArrayList<>(List.of("target", "pve2"));
    all.addAll(List.of(more));
    return api.post(guest(vmid) + "/migrate", all.toArray(String[]::new));
  }

  private String failure(Api.Answer answer) {
    assertThat(api.await(answer)).isNotEqualTo("OK");
    return String.join("\n", api.log(answer));
  }

  private void disk(int vmid, String storage, String... more) {
    List<String> all = new ArrayList<>(List.of("name", "web", "scsi0", storage + ":1"));
    all.addAll(List.of(more));
    create(vmid, all.toArray(String[]::new));
  }

  @Test
  void listsItsNodes() {
    assertThat(texts(api.get("/nodes").data(), "node")).containsExactly("pve", "pve2", "pve3");
    JsonNode status = api.get("/cluster/status").data();
    assertThat(texts(status, "id"))
        .containsExactly("cluster", "node/pve", "node/pve2", "node/pve3");
    assertThat(status.path(0).path("nodes").asInt()).isEqualTo(3);
    assertThat(status.path(0).path("quorate").asInt()).isEqualTo(1);
    assertThat(status.path(1).path("local").asInt()).isEqualTo(1);
    assertThat(status.path(2).path("local").asInt()).isZero();
    assertThat(sandbox.nodes()).containsExactly("pve", "pve2", "pve3");
  }

  @Test
  void aNodeOnItsOwnIsNoCluster() throws IOException {
    try (Sandbox alone = Sandbox.open(super.options().withStateDir(dir.resolve("alone")))) {
      JsonNode status = Api.root(alone).get("/cluster/status").data();
      assertThat(texts(status, "type")).containsExactly("node");
    }
  }

  @Test
  void keepsItsNodesWhenStartedAgainAndTakesNoneAway() throws IOException {
    disk(100, "local");
    sandbox.close();
    try (Sandbox again = Sandbox.open(options().withNodes(0))) {
      assertThat(again.nodes()).hasSize(3);
    }
    assertThatThrownBy(() -> Sandbox.open(options().withNodes(2)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the sandbox has 3 nodes");
    open();
    assertThat(texts(api.get(QEMU).data(), "vmid")).containsExactly("100");
  }

  @Test
  void givesEachGuestANumberOfItsOwn() {
    ok(api.post(OTHER, "vmid", "100", "name", "there", "scsi0", "local-lvm:1"));
    assertThat(api.get("/cluster/nextid").data().asString()).isEqualTo("101");
    assertThat(api.get("/cluster/nextid", "vmid", "100").error("vmid"))
        .isEqualTo("VM 100 already exists");
    assertThat(tryCreate(100, "name", "here").message())
        .isEqualTo("unable to create VM 100 - VM 100 already exists on node 'pve2'");
    disk(101, "local");
    assertThat(failure(api.post(guest(101) + "/clone", "newid", "100")))
        .contains("VM 100 already exists on node 'pve2'");
    assertThat(api.get(guest(100) + "/config").message())
        .isEqualTo("Configuration file 'nodes/pve/qemu-server/100.conf' does not exist");
    assertThat(texts(api.get("/cluster/resources", "type", "vm").data(), "node"))
        .containsExactly("pve", "pve2");
  }

  @Test
  void refusesAnUnknownNode() {
    assertThat(api.get("/nodes/nope/status").message()).isEqualTo("no such cluster node 'nope'");
    assertThat(api.post(guest(100) + "/migrate", "target", "nope").message())
        .isEqualTo("no such cluster node 'nope'");
  }

  @Test
  void saysWhichNodeATaskRanOn() {
    Api.Answer answer = api.post(OTHER, "vmid", "100");
    ok(answer);
    String upid = answer.data().asString();
    assertThat(upid).startsWith("UPID:pve2:");
    assertThat(texts(api.get("/nodes/pve2/tasks").data(), "upid")).containsExactly(upid);
    assertThat(api.get("/nodes/pve/tasks").data()).isEmpty();
    assertThat(texts(api.get("/cluster/tasks").data(), "upid")).contains(upid);
    assertThat(api.get("/nodes/pve/tasks/" + upid + "/status").error("upid"))
        .isEqualTo("no such task");
  }

  @Test
  void aLocalStorageHoldsOtherVolumesOnEachNodeAndASharedOneTheSame() {
    disk(100, "local");
    ok(api.post(OTHER, "vmid", "101", "scsi0", "local:1", "scsi1", "shared:1"));
    assertThat(volumes("pve", "local")).containsExactly("local:100/vm-100-disk-0.raw");
    assertThat(volumes("pve2", "local")).containsExactly("local:101/vm-101-disk-0.raw");
    assertThat(volumes("pve3", "local")).isEmpty();
    assertThat(volumes("pve3", "shared")).containsExactly("shared:101/vm-101-disk-0.raw");
    assertThat(api.get("/nodes/pve3/storage", "storage", "shared").data().path(0).path("shared"))
        .hasToString("1");
  }

  @Test
  void aStorageCanBeLimitedToSomeNodes() {
    assertThat(api.put("/storage/local-lvm", "nodes", "pve,nope").message())
        .isEqualTo("no such cluster node 'nope'");
    assertThat(api.put("/storage/local-zfs", "shared", "1").error("shared"))
        .isEqualTo("unexpected property 'shared'");
    assertThat(api.put("/storage/local-lvm", "nodes", "pve,pve3").status()).isEqualTo(200);
    assertThat(api.get("/storage/local-lvm").data().path("nodes").asString()).isEqualTo("pve,pve3");
    JsonNode there = api.get("/nodes/pve2/storage", "storage", "local-lvm").data().path(0);
    assertThat(there.path("enabled").asInt(-1)).isZero();
    assertThat(there.path("active").asInt(-1)).isZero();
    assertThat(api.get("/nodes/pve2/storage", "content", "images").data().toString())
        .doesNotContain("local-lvm");
    assertThat(failure(api.post(OTHER, "vmid", "100", "scsi0", "local-lvm:1")))
        .contains("storage 'local-lvm' is not available on node 'pve2'");
    disk(101, "local-lvm");
    assertThat(migrate(101).message())
        .isEqualTo("storage 'local-lvm' is not available on node 'pve2'");
    JsonNode conditions = api.get(guest(101) + "/migrate").data();
    assertThat(conditions.path("allowed_nodes").toString()).isEqualTo("[\"pve3\"]");
    assertThat(conditions.at("/not_allowed_nodes/pve2/unavailable_storages/0").asString())
        .isEqualTo("local-lvm");
    assertThat(api.put("/storage/local-lvm", "delete", "nodes").status()).isEqualTo(200);
    ok(migrate(101));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local-lvm", "local-zfs", "lvm"})
  void movesAGuestWithItsLocalDisksAndItsCloudInitDrive(String storage) throws IOException {
    String image = image("image.qcow2", 8).toString();
    create(100, template(storage, image, "cicustom", "vendor=local:snippets/v.yaml"));
    ok(migrate(100));
    assertThat(volumes("pve", storage)).isEmpty();
    assertThat(volumes("pve2", storage)).hasSize(2);
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(500);
    JsonNode config = api.get(OTHER + "/100/config").data();
    assertThat(config.path("lock").isMissingNode()).isTrue();
    assertThat(config.path("scsi0").asString()).startsWith(storage + ":").contains("size=8M");
    String disk = config.path("scsi0").asString().replaceFirst(",.*", "");
    String path =
        api.get("/nodes/pve2/storage/" + storage + "/content/" + disk.replace("/", "%2F"))
            .data()
            .path("path")
            .asString();
    assertThat(path).contains("/nodes/pve2/storage/");
    assertThat(run("qemu-img", "compare", image, path)).contains("identical");
    // A snippet is no volume of the guest: it stays, and is missed at the next start.
    assertThat(failure(api.post(OTHER + "/100/status/start")))
        .contains("volume 'local:snippets/v.yaml' does not exist");
  }

  @ParameterizedTest
  @CsvSource({
    "local-lvm,lvm,''",
    "local-lvm,local,''",
    "local,local-lvm,''",
    "local-zfs,local,cannot migrate from storage type 'zfspool' to 'dir'",
    "local-lvm,local-zfs,cannot migrate from storage type 'lvmthin' to 'zfspool'"
  })
  void convertsBetweenTheStoragesThatPveConvertsBetween(String from, String to, String trouble) {
    disk(100, from);
    Api.Answer answer = migrate(100, "targetstorage", to);
    if (trouble.isEmpty()) {
      ok(answer);
      assertThat(volumes("pve2", to)).hasSize(1);
      assertThat(volumes("pve", from)).isEmpty();
    } else {
      assertThat(failure(answer)).contains(trouble).contains("migration aborted");
      assertThat(volumes("pve", from)).hasSize(1);
      assertThat(volumes("pve2", to)).isEmpty();
      assertThat(option(100, "lock")).isEmpty();
    }
  }

  @Test
  void aCloudInitDriveOnADirectoryKeepsADiskFromAnotherTypeOfStorage() {
    disk(100, "local", "ide2", "local:cloudinit");
    assertThat(failure(migrate(100, "targetstorage", "local:local-lvm")))
        .contains("unsupported format 'qcow2' for storage type lvmthin");
  }

  @Test
  void overwritesNothingOnTheOtherNode() {
    disk(100, "local-lvm", "ide2", "local-lvm:cloudinit");
    String left = "/nodes/pve2/storage/local-lvm/content";
    assertThat(api.post(left, "vmid", "100", "filename", "vm-100-disk-0", "size", "4M").status())
        .isEqualTo(200);
    ok(migrate(100));
    assertThat(api.get(OTHER + "/100/config").data().path("scsi0").asString())
        .startsWith("local-lvm:vm-100-disk-1");
    disk(101, "local-lvm", "ide2", "local-lvm:cloudinit");
    assertThat(api.post(left, "vmid", "101", "filename", "vm-101-cloudinit", "size", "4M").status())
        .isEqualTo(200);
    assertThat(failure(migrate(101))).contains("already exists");
    assertThat(volumes("pve", "local-lvm")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local-zfs"})
  void neitherALinkedCloneNorItsBaseMoves(String storage) {
    disk(100, storage);
    ok(api.post(guest(100) + "/template"));
    ok(api.post(guest(100) + "/clone", "newid", "101"));
    assertThat(failure(migrate(100))).contains("referenced by linked clone(s)");
    assertThat(failure(migrate(101))).contains("as it's a clone of 'base-100-disk-0");
  }

  @Test
  void aTemplateWithoutClonesMoves() {
    disk(100, "local-lvm");
    ok(api.post(guest(100) + "/template"));
    ok(migrate(100));
    assertThat(volumes("pve2", "local-lvm")).containsExactly("local-lvm:base-100-disk-0");
    ok(api.post(OTHER + "/100/clone", "newid", "101"));
  }

  @Test
  void saysWhatCannotMove() {
    disk(100, "local", "serial0", "/dev/ttyS0");
    assertThat(failure(migrate(100)))
        .contains("can't migrate VM which uses local devices: serial0");
    assertThat(api.post(guest(100) + "/migrate", "target", "pve").error("target"))
        .isEqualTo("target is local node.");
    assertThat(migrate(100, "nope", "1").status()).isEqualTo(400);
    assertThat(migrate(100, "targetstorage", "local:lvm,local:local-lvm").error("targetstorage"))
        .contains("duplicate mapping for source 'local'");
    assertThat(migrate(100, "targetstorage", "nope").message())
        .isEqualTo("storage 'nope' does not exist");
    disk(101, "local");
    ok(api.post(guest(101) + "/status/start"));
    assertThat(migrate(101).message()).isEqualTo("can't migrate running VM without --online");
    assertThat(migrate(101, "online", "1").status()).isEqualTo(501);
    sandbox.faults().setQuorum(false);
    assertThat(migrate(100).message()).contains("no quorum");
  }

  @Test
  void needsTheRightToMigrate() {
    disk(100, "local-lvm");
    api.post("/access/users", "userid", "joe@pve", "password", "secret-enough");
    Api.Answer token = api.post("/access/users/joe@pve/token/t1", "privsep", "0");
    Api joe =
        Api.of(sandbox)
            .with(
                "Authorization", "PVEAPIToken=joe@pve!t1=" + token.data().path("value").asString());
    assertThat(joe.post(guest(100) + "/migrate", "target", "pve2").status()).isEqualTo(403);
  }

  @Test
  void clonesToAnotherNodeOnlyWhatIsShared() {
    disk(100, "local");
    assertThat(api.post(guest(100) + "/clone", "newid", "102", "target", "pve2").message())
        .isEqualTo("can't clone VM to node 'pve2' (VM uses local storage)");
    disk(101, "shared");
    assertThat(
            api.post(
                    guest(101) + "/clone",
                    "newid",
                    "102",
                    "target",
                    "pve2",
                    "full",
                    "1",
                    "storage",
                    "local")
                .message())
        .isEqualTo("can't clone to non-shared storage 'local'");
    ok(api.post(guest(101) + "/clone", "newid", "102", "target", "pve2", "full", "1"));
    assertThat(texts(api.get(OTHER).data(), "vmid")).containsExactly("102");
    ok(api.post(OTHER + "/102/migrate", "target", "pve3"));
    assertThat(volumes("pve", "shared")).hasSize(2);
  }

  @Test
  void anAbortedMigrationLeavesNothing() {
    disk(100, "local-lvm", "scsi1", "local-lvm:1");
    sandbox.faults().failNext("qmigrate", 50, "connection lost");
    assertThat(failure(migrate(100))).contains("connection lost", "cleanup resources");
    assertThat(volumes("pve", "local-lvm")).hasSize(2);
    assertThat(volumes("pve2", "local-lvm")).isEmpty();
    assertThat(option(100, "lock")).isEmpty();
    ok(migrate(100));
  }

  @Test
  void anOfflineNodeAnswersNothing() {
    assertThat(api.sandbox("POST", "/faults", "{\"offline\":[\"pve2\"]}").status()).isEqualTo(200);
    assertThat(api.get("/nodes/pve2/status").status()).isEqualTo(595);
    assertThat(api.get("/cluster/status").data().path(2).path("online").asInt(-1)).isZero();
    assertThat(api.get("/nodes").data().path(1).path("status").asString()).isEqualTo("offline");
    api.sandbox("DELETE", "/faults", "");
    assertThat(api.get("/nodes/pve2/status").status()).isEqualTo(200);
  }

  @Test
  void pveshOnTheFirstNodeReachesTheOthers() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    int exit =
        new PveshCommand(sandbox.stateDir())
            .run(
                List.of("create", "/nodes/pve2/qemu", "--vmid", "100", "--scsi0", "local:1"),
                print,
                print);
    assertThat(exit).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("UPID:pve2:");
    assertThat(Files.exists(sandbox.stateDir().resolve("nodes/pve2/qemu-server/100.conf")))
        .isTrue();
  }
}
