package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What a node refuses about guests, and how it stores what it accepts. */
final class GuestRulesTest extends NodeFixture {

  private void refused(Api.Answer answer, int status, String message) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.message()).isEqualTo(message);
    assertThat(answer.data().isNull()).isTrue();
  }

  private void refusedParameter(Api.Answer answer, String name, String why) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.message()).isEqualTo("Parameter verification failed.");
    assertThat(answer.error(name)).isEqualTo(why);
  }

  @Test
  void refusesANumberThatIsTaken() {
    create(100);
    refused(tryCreate(100), 500, "unable to create VM 100 - VM 100 already exists on node 'pve'");
    create(101);
    refused(
        api.post(guest(100) + "/clone", "newid", "101"),
        500,
        "unable to create VM 101: config file already exists");
    refusedParameter(api.get("/cluster/nextid", "vmid", "100"), "vmid", "VM 100 already exists");
  }

  @Test
  void offersTheNextFreeNumberWithoutReservingIt() {
    assertThat(api.get("/cluster/nextid").body()).isEqualTo("{\"data\":\"100\"}");
    assertThat(api.get("/cluster/nextid").data().asString()).isEqualTo("100");
    create(100);
    create(102);
    assertThat(api.get("/cluster/nextid").data().asString()).isEqualTo("101");
    assertThat(api.get("/cluster/nextid", "vmid", "555").data().asString()).isEqualTo("555");
  }

  @Test
  void locksAGuestWhileItIsMade() {
    sandbox.faults().delay("qmcreate", Duration.ofMillis(400));
    Api.Answer creating = tryCreate(100);
    assertThat(option(100, "lock")).isEqualTo("create");
    refused(api.put(guest(100) + "/config", "memory", "512"), 500, "VM is locked (create)");
    refused(api.post(guest(100) + "/template"), 500, "VM is locked (create)");
    refused(tryCreate(100), 500, "unable to create VM 100 - VM 100 already exists on node 'pve'");
    ok(creating);
    assertThat(option(100, "lock")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nosuch:8 | 500 | storage 'nosuch' does not exist",
        "local-lvm:nodisk | 500 | unable to parse lvm volume name 'nodisk'",
        "local:disk.qcow2 | 500 | unable to parse directory volume name 'disk.qcow2'",
        "local-zfs:100/vm-100-disk-0 | 500 | unable to parse zfs volume name '100/vm-100-disk-0'",
      })
  void refusesVolumesThatNoStorageHas(String drive, int status, String message) {
    refused(tryCreate(100, "scsi0", drive), status, message);
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(500);
  }

  @Test
  void refusesImportsOfTheWrongShape() {
    refusedParameter(
        tryCreate(100, "scsi0", "local-lvm:8,import-from=/x"),
        "scsi0",
        "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>");
    refusedParameter(
        tryCreate(100, "efidisk0", "local-lvm:0,import-from=/x"),
        "efidisk0",
        "need to specify 'efitype' when using 'import-from'");
    refusedParameter(
        tryCreate(100, "scsi0", "local-lvm:0,import-from=local:iso/a.iso"),
        "scsi0",
        "local:iso/a.iso has wrong type 'iso' - needs to be 'images' or 'import'");
    refusedParameter(
        tryCreate(100, "ide2", "local:iso/a.iso"),
        "ide2",
        "explicit 'media=cdrom' is required for iso images");
    refusedParameter(
        tryCreate(100, "virtio0", "none,media=cdrom"), "virtio0", "unable to parse drive options");
  }

  @Test
  void refusesStoragesThatHoldNoImages() {
    assertThat(api.put("/storage/local", "content", "iso,import").status()).isEqualTo(200);
    refusedParameter(
        tryCreate(100, "scsi0", "local:8"),
        "storage",
        "storage 'local' does not support vm images");
    create(100, "scsi0", "local-lvm:1");
    refusedParameter(
        api.post(guest(100) + "/clone", "newid", "101", "full", "1", "storage", "local"),
        "storage",
        "storage 'local' does not support vm images");
  }

  @Test
  void allowsOneCloudInitDriveOnly() {
    assertThat(api.await(tryCreate(100, "ide2", "local:cloudinit", "scsi1", "local:cloudinit")))
        .isEqualTo(
            "unable to create VM 100 - scsi1 - cloud-init drive is already attached at 'ide2'");
    assertThat(volumes("local")).isEmpty();
    create(100, "ide2", "local:cloudinit");
    refused(
        api.put(guest(100) + "/config", "scsi1", "local:cloudinit"),
        500,
        "scsi1 - cloud-init drive is already attached at 'ide2'");
  }

  @Test
  void refusesTemplatesOfTemplatesAndOfRunningGuests() {
    create(100, "scsi0", "local-lvm:1");
    ok(api.post(guest(100) + "/status/start"));
    refused(
        api.post(guest(100) + "/template"),
        500,
        "you can't convert a VM to template if VM is running");
    ok(api.post(guest(100) + "/status/stop"));
    ok(api.post(guest(100) + "/template"));
    refused(api.post(guest(100) + "/template"), 500, "you can't convert a template to a template");
    assertThat(api.await(api.post(guest(100) + "/status/start")))
        .isEqualTo("you can't start a vm if it's a template");
  }

  @Test
  void refusesStorageAndFormatForLinkedClones() {
    create(100, "scsi0", "local-lvm:1");
    ok(api.post(guest(100) + "/template"));
    refused(
        api.post(guest(100) + "/clone", "newid", "101", "storage", "local"),
        500,
        "parameter 'storage' not allowed for linked clones");
    refused(
        api.post(guest(100) + "/clone", "newid", "101", "format", "raw"),
        500,
        "parameter 'format' not allowed for linked clones");
    ok(
        api.post(
            guest(100) + "/clone",
            "newid",
            "101",
            "full",
            "1",
            "storage",
            "local",
            "format",
            "qcow2"));
    assertThat(volume(101, "scsi0")).isEqualTo("local:101/vm-101-disk-0.qcow2");
    create(102, "scsi0", "local-lvm:1");
    refused(
        api.post(guest(102) + "/clone", "newid", "103", "full", "0"),
        500,
        "Linked clone feature is not supported for 'local-lvm:vm-102-disk-0' (scsi0)");
  }

  @Test
  void namesAGuestThatIsNotThere() {
    String missing = "Configuration file 'nodes/pve/qemu-server/900.conf' does not exist";
    refused(api.get(guest(900) + "/config"), 500, missing);
    refused(api.get(guest(900) + "/status/current"), 500, missing);
    refused(api.delete(guest(900)), 500, missing);
    refused(api.post(guest(900) + "/template"), 500, missing);
    refused(
        api.post(guest(900) + "/clone", "newid", "901"),
        500,
        "unable to find configuration file for VM 900 on node 'pve'");
    assertThat(api.get("/nodes/other/qemu").message()).isEqualTo("no such cluster node 'other'");
  }

  @Test
  void protectsWhatIsProtected() {
    create(100, "scsi0", "local-lvm:1", "protection", "1");
    refused(api.delete(guest(100)), 500, "can't remove VM 100 - protection mode enabled");
    refused(
        api.put(guest(100) + "/config", "delete", "scsi0"),
        500,
        "can't remove drive 'scsi0' - protection mode enabled");
    api.put(guest(100) + "/config", "protection", "0");
    ok(api.delete(guest(100)));
  }

  @Test
  void refusesToDestroyWhatRuns() {
    create(100, "scsi0", "local-lvm:1");
    ok(api.post(guest(100) + "/status/start"));
    refused(api.delete(guest(100)), 500, "VM 100 is running - destroy failed");
    assertThat(api.await(api.post(guest(100) + "/status/start")))
        .isEqualTo("VM 100 already running");
    ok(api.post(guest(100) + "/status/shutdown"));
    ok(api.delete(guest(100)));
    assertThat(volumes("local-lvm")).isEmpty();
  }

  @Test
  void refusesChangesOverAnOutdatedDigest() {
    create(100);
    String digest = option(100, "digest");
    assertThat(digest).matches("[0-9a-f]{40}");
    assertThat(api.put(guest(100) + "/config", "memory", "768", "digest", digest).status())
        .isEqualTo(200);
    refused(
        api.put(guest(100) + "/config", "memory", "1024", "digest", digest),
        500,
        "checksum mismatch (file change by other user?)");
    assertThat(option(100, "memory")).isEqualTo("768");
    assertThat(option(100, "digest")).isNotEqualTo(digest);
  }

  @Test
  void checksTheBootOrderOfChangesButNotOfCreations() {
    create(100, "boot", "order=scsi9");
    assertThat(option(100, "boot")).isEqualTo("order=scsi9");
    refused(
        api.put(guest(100) + "/config", "boot", "order=scsi8"),
        500,
        "invalid bootorder: device 'scsi8' does not exist'");
    create(101, "scsi0", "local-lvm:1", "net0", "virtio,bridge=vmbr0", "ide2", "none,media=cdrom");
    assertThat(option(101, "boot")).isEqualTo("order=scsi0;ide2;net0");
    assertThat(api.put(guest(101) + "/config", "delete", "net0").status()).isEqualTo(200);
    assertThat(option(101, "boot")).isEqualTo("order=scsi0;ide2");
  }

  @Test
  void storesValuesInTheirNormalForm() {
    create(
        100,
        "tags",
        "b, A;a  c",
        "net0",
        "model=virtio,tag=7,bridge=vmbr0,firewall=1",
        "scsi3",
        "file=local-lvm:1,ssd=on,discard=on",
        "description",
        "first: line\nsecond 100% ü",
        "cores",
        "2",
        "onboot",
        "1",
        "memory",
        "2048");
    assertThat(option(100, "tags")).isEqualTo("a;b;c");
    assertThat(option(100, "net0"))
        .matches("virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0,firewall=1,tag=7");
    assertThat(option(100, "scsi3")).isEqualTo("local-lvm:vm-100-disk-0,discard=on,size=1G,ssd=1");
    assertThat(option(100, "description")).isEqualTo("first: line\nsecond 100% ü");
    JsonNode config = config(100);
    assertThat(config.path("cores").isNumber()).isTrue();
    assertThat(config.path("onboot").asInt()).isEqualTo(1);
    assertThat(config.path("memory").isString()).isTrue();
    assertThat(option(100, "smbios1")).startsWith("uuid=");
    assertThat(option(100, "vmgenid")).hasSize(36);
    assertThat(option(100, "meta")).matches("creation-qemu=11.0.0,ctime=\\d+");
  }

  @Test
  void hashesThePasswordOfAChangeAndShowsNeither() {
    create(100);
    api.put(guest(100) + "/config", "cipassword", "geheim");
    assertThat(option(100, "cipassword")).isEqualTo("**********");
    assertThat(api.get(guest(100) + "/cloudinit/dump", "type", "user").data().asString())
        .containsPattern("password: \\$5\\$[^$]+\\$.{43}\n")
        .doesNotContain("geheim");
    String hash = "$6$salt$" + "x".repeat(86);
    api.put(guest(100) + "/config", "cipassword", hash);
    assertThat(api.get(guest(100) + "/cloudinit/dump", "type", "user").data().asString())
        .contains("password: " + hash);
  }

  @Test
  void refusesKeysThatAreNone() {
    refused(tryCreate(100, "sshkeys", "nonsense"), 500, "SSH public key validation error");
    refused(
        tryCreate(100, "sshkeys", "ssh-ed25519%20AAAAB3NzaC1yc2EAAAADAQAB"),
        500,
        "SSH public key validation error");
    refusedParameter(
        tryCreate(100, "sshkeys", "ssh-ed25519 AAAA"),
        "sshkeys",
        "invalid format - invalid urlencoded string: ssh-ed25519 AAAA");
    create(
        100,
        "sshkeys",
        "ssh-ed25519%20"
            + "AAAAC3NzaC1lZDI1NTE5AAAAIJqfYBqRkMvOa3l3d1RFl0wzQ3K0S1mY1l1WcJ0VQ6vS%20me%40host%0A");
    assertThat(api.get(guest(100) + "/cloudinit/dump", "type", "user").data().asString())
        .contains("  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqf");
  }

  @Test
  void keepsReplacedDisksAsUnusedOnesAndForgetsThemWhenReattached() {
    create(100, "scsi0", "local-lvm:1");
    assertThat(api.put(guest(100) + "/config", "delete", "scsi0").status()).isEqualTo(200);
    assertThat(option(100, "unused0")).isEqualTo("local-lvm:vm-100-disk-0");
    ok(api.post(guest(100) + "/config", "scsi0", "local-lvm:2"));
    assertThat(volume(100, "scsi0")).isEqualTo("local-lvm:vm-100-disk-1");
    ok(api.post(guest(100) + "/config", "scsi0", "local-lvm:vm-100-disk-0"));
    assertThat(option(100, "scsi0")).isEqualTo("local-lvm:vm-100-disk-0,size=1G");
    assertThat(option(100, "unused0")).isEmpty();
    assertThat(option(100, "unused1")).isEqualTo("local-lvm:vm-100-disk-1");
    assertThat(api.put(guest(100) + "/config", "delete", "unused1").status()).isEqualTo(200);
    assertThat(volumes("local-lvm")).containsExactly("local-lvm:vm-100-disk-0");
    ok(api.post(guest(100) + "/config", "delete", "scsi0", "force", "1"));
    assertThat(volumes("local-lvm")).isEmpty();
  }

  @Test
  void removesVolumesThatAreTheGuestsByNameOnlyWhenAsked() {
    create(100, "scsi0", "local-lvm:1");
    Api.Answer stray =
        api.post(
            "/nodes/pve/storage/local-zfs/content",
            "vmid",
            "100",
            "filename",
            "vm-100-disk-7",
            "size",
            "4M");
    assertThat(stray.data().asString()).isEqualTo("local-zfs:vm-100-disk-7");
    ok(api.delete(guest(100), "purge", "1"));
    assertThat(volumes("local-zfs")).containsExactly("local-zfs:vm-100-disk-7");
    create(100, "scsi0", "local-lvm:1");
    ok(api.delete(guest(100), "purge", "1", "destroy-unreferenced-disks", "1"));
    assertThat(volumes("local-zfs")).isEmpty();
  }

  @Test
  void answersAgentCallsOnlyOfGuestsThatHaveOne() {
    create(100);
    create(101, "agent", "1", "name", "web");
    String ping = "/agent/ping";
    refused(api.post(guest(100) + ping), 500, "No QEMU guest agent configured");
    refused(api.post(guest(101) + ping), 500, "VM 101 is not running");
    ok(api.post(guest(101) + "/status/start"));
    Awaitility.await().until(() -> api.post(guest(101) + ping).status() == 200);
    assertThat(
            api.get(guest(101) + "/agent/get-host-name")
                .data()
                .path("result")
                .path("host-name")
                .asString())
        .isEqualTo("web");
    JsonNode started =
        api.json(
                "POST",
                guest(101) + "/agent/exec",
                Map.of("command", List.of("cat", "/etc/machine-id")))
            .data();
    JsonNode ended =
        api.get(guest(101) + "/agent/exec-status", "pid", started.path("pid").asString()).data();
    assertThat(ended.path("exited").asInt()).isEqualTo(1);
    assertThat(ended.path("exitcode").asInt()).isZero();
    assertThat(ended.path("out-data").asString()).matches("[0-9a-f]{32}\n");
    refused(
        api.get(guest(101) + "/agent/exec-status", "pid", "1"),
        500,
        "Agent error: PID 1 does not exist");
  }

  @Test
  void givesSimulatedClonesMachineIdsOfTheirOwn() {
    create(100, template("local-lvm", image("d.qcow2", 16).toString()));
    ok(api.post(guest(100) + "/template"));
    for (String id : List.of("101", "102")) {
      ok(api.post(guest(100) + "/clone", "newid", id));
      ok(api.post(QEMU + "/" + id + "/status/start"));
    }
    String first = api.sandbox("GET", "/guests/101", "").data().path("machineId").asString();
    String second = api.sandbox("GET", "/guests/102", "").data().path("machineId").asString();
    assertThat(first).matches("[0-9a-f]{32}").isNotEqualTo(second);
    ok(api.post(guest(101) + "/status/stop"));
    ok(api.post(guest(101) + "/status/start"));
    assertThat(api.sandbox("GET", "/guests/101", "").data().path("machineId").asString())
        .isEqualTo(first);
    assertThat(api.sandbox("GET", "/guests/101", "").data().path("boot").asString())
        .isEqualTo("simulated");
  }

  @Test
  void refusesToStartOnABridgeThatIsNotThere() {
    create(100, "net0", "virtio,bridge=vmbr9");
    assertThat(api.await(api.post(guest(100) + "/status/start")))
        .isEqualTo("bridge 'vmbr9' does not exist");
  }

  @Test
  void putsGuestsIntoPools() {
    assertThat(api.post("/pools", "poolid", "images").status()).isEqualTo(200);
    create(100, "pool", "images");
    assertThat(api.get("/pools/images").data().path("members").path(0).path("vmid").asInt())
        .isEqualTo(100);
    refused(
        tryCreate(101, "pool", "nosuch"),
        403,
        "Permission check failed (pool 'nosuch' does not exist)");
    ok(api.delete(guest(100), "purge", "1"));
    assertThat(api.get("/pools/images").data().path("members").size()).isZero();
  }

  @Test
  void listsGuestsStoragesAndTheNodeAsResources() {
    create(100, "name", "web", "tags", "x", "scsi0", "local-lvm:1");
    JsonNode rows = api.get("/cluster/resources").data();
    JsonNode guest = null;
    for (JsonNode row : rows) {
      if (row.path("id").asString().equals("qemu/100")) {
        guest = row;
      }
    }
    assertThat(guest).isNotNull();
    assertThat(guest.path("vmid").isNumber()).isTrue();
    assertThat(guest.path("name").asString()).isEqualTo("web");
    assertThat(guest.path("maxdisk").asLong()).isEqualTo(1L << 30);
    assertThat(rows.toString()).contains("storage/pve/local-lvm").contains("node/pve");
    assertThat(api.get("/cluster/resources", "type", "vm").data().size()).isEqualTo(1);
    assertThat(api.get(QEMU).data().path(0).path("status").asString()).isEqualTo("stopped");
  }

  @Test
  void refusesToResizeWhatClonesMayNeed() {
    create(100, "scsi0", "local-zfs:1");
    ok(api.post(guest(100) + "/template"));
    assertThat(api.await(api.put(guest(100) + "/resize", "disk", "scsi0", "size", "2G")))
        .contains("failed: exit code 1");
    assertThat(option(100, "scsi0")).endsWith("size=1G");
  }

  @Test
  void refusesMachinesThatCannotBe() {
    assertThat(api.await(tryCreate(100, "machine", "pc,viommu=intel")))
        .isEqualTo(
            "unable to create VM 100 - to use Intel vIOMMU please set the machine type to q35");
    create(100, "machine", "q35,viommu=intel");
    refused(
        api.put(guest(100) + "/config", "machine", "q35,aw-bits=48"),
        500,
        "cannot set aw-bits if no vIOMMU is configured");
  }

  @Test
  void refusesDriveLimitsThatContradictEachOther() {
    for (String limits : List.of("mbps_max=5", "mbps=1,mbps_rd=1", "iops_max_length=3")) {
      refusedParameter(
          tryCreate(100, "scsi0", "local-lvm:1," + limits),
          "scsi0",
          "unable to parse drive options");
    }
    create(100, "scsi0", "local-lvm:1,mbps=1,mbps_max=5,bps_max_length=3");
  }

  @Test
  void keepsATemplateWhileItIsCloned() {
    create(100, "scsi0", "local-lvm:1");
    ok(api.post(guest(100) + "/template"));
    sandbox.faults().stallNext("qmclone", Duration.ofMillis(700));
    Api.Answer cloning = api.post(guest(100) + "/clone", "newid", "101");
    Awaitility.await().until(() -> option(101, "lock").equals("clone"));
    ok(api.post(guest(100) + "/clone", "newid", "102"));
    Api.Answer removing = api.delete(guest(100));
    ok(cloning);
    ok(removing);
    assertThat(volumes("local-lvm"))
        .containsExactly("local-lvm:vm-101-disk-0", "local-lvm:vm-102-disk-0");
  }

  @Test
  void leavesUnknownBranchesToARealNode() {
    create(100);
    assertThat(api.post(guest(100) + "/snapshot", "snapname", "one").status()).isEqualTo(501);
    assertThat(api.get(guest(100) + "/nosuch").status()).isEqualTo(501);
    assertThat(tryCreate(101, "archive", "local:backup/x.vma").status()).isEqualTo(501);
  }
}
