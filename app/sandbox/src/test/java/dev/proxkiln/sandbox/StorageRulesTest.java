package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Storages: what they hold, what fits, and what may be uploaded. */
final class StorageRulesTest extends NodeFixture {

  private JsonNode storage(String id) {
    return api.get("/nodes/pve/storage", "storage", id, "format", "1").data().path(0);
  }

  @Test
  void looksUsefulWhenFresh() {
    JsonNode rows = api.get("/nodes/pve/storage").data();
    assertThat(rows.size()).isEqualTo(4);
    assertThat(storage("local").path("content").asString())
        .isEqualTo("backup,images,import,iso,snippets,vztmpl");
    assertThat(storage("local").path("formats").path("default").asString()).isEqualTo("raw");
    assertThat(storage("local-lvm").path("formats").path("supported").toString())
        .isEqualTo("[\"raw\"]");
    for (JsonNode row : rows) {
      assertThat(row.path("active").asInt()).isEqualTo(1);
      assertThat(row.path("avail").asLong()).isGreaterThan(1L << 30);
    }
    assertThat(api.get("/storage/local-lvm").data().path("thinpool").asString()).isEqualTo("data");
    assertThat(Path.of(api.get("/storage/local").data().path("path").asString(), "snippets"))
        .isDirectory();
    assertThat(api.get("/nodes/pve/storage", "content", "import").data().size()).isEqualTo(1);
  }

  @Test
  void replacesTheContentListAndKeepsIt() throws IOException {
    assertThat(api.put("/storage/local", "content", "iso,images").status()).isEqualTo(200);
    restart();
    assertThat(storage("local").path("content").asString()).isEqualTo("images,iso");
    Api.Answer bad = api.put("/storage/local-lvm", "content", "iso");
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.error("content")).isEqualTo("invalid format - invalid content type 'iso'");
  }

  @Test
  void refusesAStorageThatIsSwitchedOff() {
    api.put("/storage/lvm", "disable", "1");
    assertThat(api.await(tryCreate(100, "scsi0", "lvm:1")))
        .isEqualTo("unable to create VM 100 - storage 'lvm' is disabled");
    assertThat(storage("lvm").path("enabled").asInt()).isZero();
  }

  @Test
  void failsAllocationsBeyondThickLvmAsLvcreateDoes() {
    sandbox.setCapacity("lvm", 64L << 20);
    assertThat(api.await(tryCreate(100, "scsi0", "lvm:1")))
        .isEqualTo(
            "unable to create VM 100 - lvcreate 'vg0/vm-100-disk-0' error:   Volume group \"vg0\""
                + " has insufficient free space (16 extents): 256 required.");
    assertThat(volumes("lvm")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"local-lvm", "local-zfs", "local"})
  void failsCopiesBeyondAThinStorageAndLeavesNothing(String storage) {
    sandbox.setCapacity(storage, 64 << 10);
    String status = api.await(tryCreate(100, template(storage, image("d.qcow2", 16).toString())));
    assertThat(status).startsWith("unable to create VM 100 - ");
    assertThat(volumes(storage)).isEmpty();
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(500);
  }

  @Test
  void answersAsAFullStorageWhenToldTo() {
    api.sandbox("POST", "/faults", "{\"full\":[\"local-lvm\"]}");
    assertThat(storage("local-lvm").path("avail").asLong()).isZero();
    assertThat(api.await(tryCreate(100, "scsi0", "local-lvm:1")))
        .contains("insufficient free space");
    api.sandbox("DELETE", "/faults", "");
    create(100, "scsi0", "local-lvm:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "local-lvm | disk | raw | illegal name 'disk' - should be 'vm-100-*'",
        "local-lvm | vm-100-disk-0 | qcow2 | unsupported format 'qcow2'",
        "lvm | vm-100-disk-0 | qcow2 | snapshot-as-volume-chain option need to be enabled to use"
            + " qcow2 format",
        "local | vm-100-disk-0 | raw | unable to parse volume filename 'vm-100-disk-0'",
      })
  void refusesVolumesOfTheWrongNameOrFormat(
      String storage, String name, String format, String message) {
    Api.Answer answer =
        api.post(
            "/nodes/pve/storage/" + storage + "/content",
            "vmid",
            "100",
            "filename",
            name,
            "size",
            "4M",
            "format",
            format);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.message()).isEqualTo(message);
  }

  @Test
  void readsTheFormatOffTheName() {
    String content = "/nodes/pve/storage/local/content";
    Api.Answer made =
        api.post(content, "vmid", "100", "filename", "vm-100-disk-3.qcow2", "size", "1M");
    assertThat(made.data().asString()).isEqualTo("local:100/vm-100-disk-3.qcow2");
    Api.Answer contradiction =
        api.post(
            content,
            "vmid",
            "100",
            "filename",
            "vm-100-disk-4.qcow2",
            "size",
            "1M",
            "format",
            "raw");
    assertThat(contradiction.error("format")).isEqualTo("different storage formats (raw != qcow2)");
    ok(api.delete(content + "/local:100%2Fvm-100-disk-3.qcow2"));
    assertThat(volumes("local")).isEmpty();
  }

  @Test
  void uploadsImagesOfTheRightNameAndFormat() throws Exception {
    Path image = image("d.qcow2", 16);
    ok(api.upload("local", image, "d.qcow2", "content", "import"));
    JsonNode row = api.get("/nodes/pve/storage/local/content", "content", "import").data().path(0);
    assertThat(row.path("volid").asString()).isEqualTo("local:import/d.qcow2");
    assertThat(row.path("format").asString()).isEqualTo("qcow2");
    assertThat(row.path("size").asLong()).isEqualTo(Files.size(image));
    Path stored =
        Path.of(api.get("/storage/local").data().path("path").asString(), "import/d.qcow2");
    assertThat(stored).hasSameBinaryContentAs(image);
    Api.Answer wrongName = api.upload("local", image, "d.img", "content", "import");
    assertThat(wrongName.status()).isEqualTo(400);
    assertThat(wrongName.error("filename")).isEqualTo("invalid filename or wrong extension");
    assertThat(api.await(api.upload("local", image, "d.vmdk", "content", "import")))
        .contains("failed: exit code 1");
    String sum =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(image)));
    ok(
        api.upload(
            "local",
            image,
            "e.qcow2",
            "content",
            "import",
            "checksum-algorithm",
            "sha256",
            "checksum",
            sum));
    assertThat(
            api.await(
                api.upload(
                    "local",
                    image,
                    "f.qcow2",
                    "content",
                    "import",
                    "checksum-algorithm",
                    "sha256",
                    "checksum",
                    "00")))
        .isEqualTo("checksum mismatch: got '" + sum + "' != expect '00'");
    assertThat(api.get("/nodes/pve/storage/local/content", "content", "import").data().size())
        .isEqualTo(2);
    assertThat(dir.resolve("state/tmp")).isEmptyDirectory();
  }

  @Test
  void refusesUploadsWhereTheyCannotGo() {
    Path image = image("d.qcow2", 16);
    assertThat(api.upload("local-lvm", image, "d.qcow2", "content", "import").message())
        .isEqualTo("can't upload to storage type 'lvmthin'");
    api.put("/storage/local", "content", "images");
    assertThat(api.upload("local", image, "d.qcow2", "content", "import").message())
        .isEqualTo("storage 'local' does not support 'import' content");
    assertThat(api.upload("local", image, "d.qcow2").error("content"))
        .isEqualTo("property is missing and it is not optional");
  }
}
