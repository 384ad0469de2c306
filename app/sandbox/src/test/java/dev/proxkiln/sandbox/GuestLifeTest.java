package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From an image to a template to clones and back to nothing, on every storage type. */
final class GuestLifeTest extends NodeFixture {

  @ParameterizedTest
  @CsvSource({
    "local, local:100/vm-100-disk-0.raw, local:100/base-100-disk-0.raw, "
        + "local:100/base-100-disk-0.raw/101/vm-101-disk-0.qcow2, "
        + "local:100/vm-100-cloudinit.qcow2, local:101/vm-101-cloudinit.qcow2",
    "local-lvm, local-lvm:vm-100-disk-0, local-lvm:base-100-disk-0, local-lvm:vm-101-disk-0, "
        + "local-lvm:vm-100-cloudinit, local-lvm:vm-101-cloudinit",
    "local-zfs, local-zfs:vm-100-disk-0, local-zfs:base-100-disk-0, "
        + "local-zfs:base-100-disk-0/vm-101-disk-0, "
        + "local-zfs:vm-100-cloudinit, local-zfs:vm-101-cloudinit"
  })
  void namesVolumesAsTheStorageTypeDoes(
      String storage,
      String disk,
      String base,
      String linked,
      String cloudInit,
      String linkedCloudInit) {
    create(100, template(storage, image("d.qcow2", 16).toString()));
    assertThat(option(100, "scsi0")).isEqualTo(disk + ",discard=on,size=16M");
    assertThat(option(100, "scsi1")).isEqualTo(cloudInit + ",media=cdrom");
    ok(api.post(guest(100) + "/template"));
    assertThat(volume(100, "scsi0")).isEqualTo(base);
    assertThat(volume(100, "scsi1")).isEqualTo(cloudInit);
    assertThat(config(100).path("template").asInt()).isEqualTo(1);
    ok(api.post(guest(100) + "/clone", "newid", "101", "name", "first"));
    assertThat(option(101, "scsi0")).isEqualTo(linked + ",discard=on,size=16M");
    assertThat(volume(101, "scsi1")).isEqualTo(linkedCloudInit);
    assertThat(volumes(storage)).contains(base, linked, cloudInit, linkedCloudInit);
    ok(api.delete(guest(101), "purge", "1", "destroy-unreferenced-disks", "1"));
    ok(api.delete(guest(100), "purge", "1"));
    assertThat(volumes(storage)).isEmpty();
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(500);
  }

  @Test
  void keepsNamesOnThickLvmAndRefusesLinkedClones() {
    create(100, template("lvm", image("d.qcow2", 16).toString()));
    ok(api.post(guest(100) + "/template"));
    assertThat(config(100).path("template").asInt()).isEqualTo(1);
    assertThat(volume(100, "scsi0")).isEqualTo("lvm:vm-100-disk-0");
    Api.Answer linked = api.post(guest(100) + "/clone", "newid", "101");
    assertThat(linked.status()).isEqualTo(500);
    assertThat(linked.message())
        .isEqualTo("Linked clone feature is not supported for 'lvm:vm-100-disk-0' (scsi0)");
    ok(api.post(guest(100) + "/clone", "newid", "101", "full", "1"));
    assertThat(volume(101, "scsi0")).isEqualTo("lvm:vm-101-disk-0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local-lvm", "local-zfs", "lvm"})
  void copiesWhatTheImageHolds(String storage) {
    Path image = image("d.qcow2", 16);
    create(100, template(storage, image.toString()));
    Path file =
        Path.of(
            api.get("/nodes/pve/storage/" + storage + "/content/" + volume(100, "scsi0"))
                .data()
                .path("path")
                .asString());
    assertThat(run("qemu-img", "compare", "-f", "qcow2", "-F", "raw", image + "", file + ""))
        .contains("Images are identical");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local-lvm", "local-zfs", "lvm"})
  void takesWellUnderASecondForASmallImage(String storage) {
    String image = image("d.qcow2", 16).toString();
    create(100, template(storage, image));
    Instant start = Instant.now();
    create(101, template(storage, image));
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void givesEachCloneItsOwnIdentity() {
    create(100, template("local-lvm", image("d.qcow2", 16).toString()));
    ok(api.post(guest(100) + "/template"));
    ok(api.post(guest(100) + "/clone", "newid", "101"));
    ok(api.post(guest(100) + "/clone", "newid", "102", "name", "second", "description", "mine"));
    assertThat(option(101, "name")).isEqualTo("Copy-of-VM-debian-12");
    assertThat(option(102, "name")).isEqualTo("second");
    assertThat(option(102, "description")).isEqualTo("mine");
    assertThat(option(101, "template")).isEmpty();
    for (String unique : List.of("net0", "smbios1", "vmgenid")) {
      assertThat(option(101, unique)).isNotEmpty().isNotEqualTo(option(102, unique));
      assertThat(option(101, unique)).isNotEqualTo(option(100, unique));
    }
    assertThat(option(101, "net0")).matches("virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0");
  }

  @Test
  void letsLvmThinClonesOutliveTheirBaseButNotOthers() {
    String image = image("d.qcow2", 16).toString();
    create(100, template("local-lvm", image));
    ok(api.post(guest(100) + "/template"));
    ok(api.post(guest(100) + "/clone", "newid", "101"));
    ok(api.delete(guest(100)));
    ok(api.post(guest(101) + "/clone", "newid", "102", "full", "1"));
    String copy =
        api.get("/nodes/pve/storage/local-lvm/content/" + volume(102, "scsi0"))
            .data()
            .path("path")
            .asString();
    assertThat(run("qemu-img", "compare", "-f", "qcow2", "-F", "raw", image, copy))
        .contains("Images are identical");
    ok(api.delete(guest(101)));
    ok(api.delete(guest(102)));
    assertThat(dir.resolve("state/storage/local-lvm")).isEmptyDirectory();
    for (String storage : List.of("local", "local-zfs")) {
      create(200, template(storage, image));
      ok(api.post(guest(200) + "/template"));
      ok(api.post(guest(200) + "/clone", "newid", "201"));
      assertThat(api.await(api.delete(guest(200))))
          .isEqualTo("base volume '" + volume(200, "scsi0") + "' is still in use by linked cloned");
      assertThat(config(200).path("template").asInt()).isEqualTo(1);
      ok(api.delete(guest(201)));
      ok(api.delete(guest(200)));
      assertThat(volumes(storage)).isEmpty();
    }
  }

  @Test
  void clonesClonesOnThinStorages() {
    String image = image("d.qcow2", 16).toString();
    for (String storage : List.of("local-lvm", "local-zfs", "local")) {
      create(100, template(storage, image));
      ok(api.post(guest(100) + "/template"));
      ok(api.post(guest(100) + "/clone", "newid", "101"));
      ok(api.post(guest(101) + "/template"));
      ok(api.post(guest(101) + "/clone", "newid", "102"));
      if (storage.equals("local-lvm")) {
        ok(api.delete(guest(100)));
        ok(api.delete(guest(101)));
      }
      ok(api.post(guest(102) + "/clone", "newid", "103", "full", "1"));
      ok(api.delete(guest(103)));
      ok(api.delete(guest(102)));
      if (!storage.equals("local-lvm")) {
        ok(api.delete(guest(101)));
        ok(api.delete(guest(100)));
      }
      assertThat(volumes(storage)).isEmpty();
    }
  }

  @Test
  void allocatesTheEfiDiskFirst() {
    create(
        100,
        template(
            "local-lvm",
            image("d.qcow2", 16).toString(),
            "bios",
            "ovmf",
            "machine",
            "q35",
            "efidisk0",
            "local-lvm:1,efitype=4m,pre-enrolled-keys=0"));
    assertThat(option(100, "efidisk0"))
        .isEqualTo("local-lvm:vm-100-disk-0,efitype=4m,pre-enrolled-keys=0,size=4M");
    assertThat(volume(100, "scsi0")).isEqualTo("local-lvm:vm-100-disk-1");
    create(101, "efidisk0", "local:1,efitype=4m,pre-enrolled-keys=1");
    assertThat(option(101, "efidisk0"))
        .isEqualTo(
            "local:101/vm-101-disk-0.raw,efitype=4m,ms-cert=2023k,pre-enrolled-keys=1,size=528K");
    ok(api.post(guest(100) + "/template"));
    assertThat(volume(100, "efidisk0")).isEqualTo("local-lvm:base-100-disk-0");
    ok(api.post(guest(100) + "/clone", "newid", "102"));
    assertThat(volume(102, "efidisk0")).isEqualTo("local-lvm:vm-102-disk-0");
  }

  @Test
  void roundsLogicalVolumesUpToExtentsAndGrowsDisks() {
    create(100, "scsi0", "local-lvm:0.0390625");
    assertThat(option(100, "scsi0")).endsWith("size=40M");
    ok(api.put(guest(100) + "/resize", "disk", "scsi0", "size", "+1G"));
    assertThat(option(100, "scsi0")).endsWith("size=1064M");
    ok(api.put(guest(100) + "/resize", "disk", "scsi0", "size", "2G"));
    assertThat(option(100, "scsi0")).endsWith("size=2G");
    assertThat(api.await(api.put(guest(100) + "/resize", "disk", "scsi0", "size", "1G")))
        .isEqualTo("shrinking disks is not supported");
    assertThat(api.await(api.put(guest(100) + "/resize", "disk", "scsi7", "size", "1G")))
        .isEqualTo("disk 'scsi7' does not exist");
    create(101, "scsi0", "lvm:0.001");
    assertThat(volumeSize("lvm", volume(101, "scsi0"))).isEqualTo(4L << 20);
  }

  private long volumeSize(String storage, String volume) {
    for (var row : api.get("/nodes/pve/storage/" + storage + "/content").data()) {
      if (row.path("volid").asString().equals(volume)) {
        return row.path("size").asLong();
      }
    }
    throw new AssertionError("no volume " + volume);
  }

  @Test
  void removesEverythingWhenAnImportFails() {
    Api.Answer answer = tryCreate(100, template("local-lvm", dir.resolve("missing") + ""));
    assertThat(api.await(answer))
        .isEqualTo("unable to create VM 100 - can't find file '" + dir.resolve("missing") + "'");
    assertThat(volumes("local-lvm")).isEmpty();
    assertThat(api.get(guest(100) + "/config").message())
        .isEqualTo("Configuration file 'nodes/pve/qemu-server/100.conf' does not exist");
  }

  @Test
  void refusesImagesWithABackingFile() {
    Path image = image("d.qcow2", 16);
    Path overlay = dir.resolve("overlay.qcow2");
    run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image + "", overlay + "");
    assertThat(api.await(tryCreate(100, template("local-lvm", overlay + ""))))
        .contains("backing file not allowed for untrusted image");
    assertThat(volumes("local-lvm")).isEmpty();
  }

  @Test
  void importsFromAVolumeOfTheImportType() {
    Path image = image("cloud.qcow2", 16);
    ok(api.upload("local", image, "cloud.qcow2", "content", "import"));
    create(100, template("local-lvm", "local:import/cloud.qcow2"));
    assertThat(option(100, "scsi0")).isEqualTo("local-lvm:vm-100-disk-0,discard=on,size=16M");
    create(101, template("local", "local:import/cloud.qcow2"));
    assertThat(volume(101, "scsi0")).isEqualTo("local:101/vm-101-disk-0.qcow2");
  }

  @Test
  void survivesARestartWithGuestsTasksAndVolumes() throws Exception {
    create(100, template("local-zfs", image("d.qcow2", 16).toString()));
    String before = api.get(guest(100) + "/config").body();
    int tasks = api.get("/nodes/pve/tasks").data().size();
    ok(api.post(guest(100) + "/status/start"));
    restart();
    assertThat(api.get(guest(100) + "/config").body()).isEqualTo(before);
    assertThat(volumes("local-zfs")).hasSize(2);
    assertThat(api.get("/nodes/pve/tasks").data().size()).isEqualTo(tasks + 1);
    assertThat(api.get(guest(100) + "/status/current").data().path("status").asString())
        .isEqualTo("running");
  }
}
