package dev.proxkiln.template.carry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.PlanCalls;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImportPlanTest {
  private static final Manifest MANIFEST =
      new Manifest(
          "web",
          "9.2.3",
          Map.of(
              "name", "web",
              "memory", "2048",
              "ostype", "l26",
              "bios", "ovmf",
              "boot", "order=scsi0",
              "net0", "virtio=BC:24:11:0A:0B:0C,bridge=vmbr9,firewall=1,tag=7",
              "tags", "blue;current;proxkiln;run-abc;series-web;version-20261120",
              "description", "A note.\n\n- digest: sha512:00"),
          List.of(
              new Manifest.Disk(
                  "efidisk0", "raw", 0, Map.of("efitype", "4m", "pre-enrolled-keys", "1")),
              new Manifest.Disk(
                  "scsi0", "qcow2", 1L << 30, Map.of("discard", "on", "iothread", "1")),
              new Manifest.Disk("tpmstate0", "raw", 0, Map.of("version", "v2.0"))),
          "scsi1",
          Map.of("cipassword", "the node does not tell a password"));

  private static Plan plan(String storage) {
    return new ImportPlan(
            "/mnt/web.tar.zst",
            MANIFEST,
            Map.of(
                "efidisk0.raw",
                "e".repeat(64),
                "scsi0.qcow2",
                "d".repeat(64),
                "tpmstate0.raw",
                "c".repeat(64)),
            "web",
            Fixtures.sandbox().storage(storage).orElseThrow(),
            Optional.of("vmbr1"),
            "/srv/made",
            Fixtures.sandbox())
        .plan();
  }

  @ParameterizedTest
  @ValueSource(strings = {"files", "thin", "zfs", "thick"})
  void everyReleaseTakesTheCalls(String storage) {
    for (String release : List.of("8.4", "9.1", "9.2")) {
      assertThat(PlanCalls.violations(plan(storage), release)).as(release).isEmpty();
    }
  }

  @Test
  void nothingIsMadeBeforeEveryDiskIsTrusted() {
    assertThat(plan("files").steps())
        .extracting(Step::id)
        .containsSubsequence(
            "unpack", "trust-efidisk0", "trust-scsi0", "trust-tpmstate0", "vmid", "create");
  }

  @Test
  void theGuestGetsWhatAnotherHostCanTake() {
    Map<String, Object> params = PlanCalls.params(PlanCalls.call(plan("files"), "create"));
    assertThat(params)
        .containsEntry("net0", "virtio,bridge=vmbr1,firewall=1,tag=7")
        .containsEntry("tags", "proxkiln;blue;run-k7f3a9")
        .containsEntry("scsi1", "files:cloudinit")
        .containsEntry(
            "scsi0",
            "files:0,import-from=/srv/made/k7f3a9/scsi0.qcow2,format=qcow2,discard=on,iothread=1");
  }

  @Test
  void aManifestSurvivesBeingPrinted() {
    assertThat(Manifest.read(MANIFEST.print())).isEqualTo(MANIFEST);
  }

  @Test
  void aForeignOrNewerManifestIsRefused() {
    assertThatThrownBy(() -> Manifest.read("[")).hasMessageContaining("not valid JSON");
    assertThatThrownBy(() -> Manifest.read("[]")).hasMessageContaining("holds no template");
    assertThatThrownBy(() -> Manifest.read("{\"proxkiln-template\": 2}"))
        .hasMessageContaining("version 2");
    assertThatThrownBy(
            () -> Manifest.read(MANIFEST.print().replace("\"scsi0\"", "\"../../etc/passwd\"")))
        .hasMessageContaining("no valid slot");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"memory\" : \"2048\"','\"args\" : \"-drive file=/etc/shadow\"',args",
    "'\"memory\" : \"2048\"','\"hookscript\" : \"local:snippets/a.pl\"',hookscript",
    "'\"memory\" : \"2048\"','\"serial1\" : \"/dev/ttyS0\"',serial1",
    "'\"memory\" : \"2048\"','\"hostpci0\" : \"01:00\"',hostpci0",
    "'\"discard\" : \"on\"','\"import-from\" : \"/etc/shadow\"',import-from",
    "'\"discard\" : \"on\"','\"discard\" : \"on,import-from=/etc/shadow\"',discard",
    "'\"scsi1\"','\"hookscript\"',cloud-init"
  })
  void anArchiveThatReachesForTheHostIsRefused(String honest, String crafted, String named) {
    assertThat(MANIFEST.print()).contains(honest);
    assertThatThrownBy(() -> Manifest.read(MANIFEST.print().replace(honest, crafted)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  @Test
  void aThickStorageMustHaveRoomForAllDisks() {
    assertThat(PlanText.text(plan("thick"))).contains("avail is at least 1073741824");
    assertThat(PlanText.text(plan("thin"))).doesNotContain("avail");
  }
}
