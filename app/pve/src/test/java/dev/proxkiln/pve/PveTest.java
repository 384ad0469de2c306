package dev.proxkiln.pve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PveTest {

  @Test
  void readsAConfigAsTexts() {
    FakePve fake =
        new FakePve()
            .on(
                "/nodes/pve/qemu/100/config",
                "{\"memory\":\"512\",\"cores\":2,\"template\":1,\"scsi0\":\"local:100/x.raw,size=1G\"}");
    assertThat(new Pve(fake, "pve").config(100).orElseThrow())
        .containsEntry("memory", "512")
        .containsEntry("cores", "2")
        .containsEntry("template", "1");
  }

  @Test
  void hasNoConfigOfAMissingGuest() {
    FakePve fake =
        new FakePve()
            .refuse(
                "/nodes/pve/qemu/100/config",
                500,
                "Configuration file 'nodes/pve/qemu-server/100.conf' does not exist");
    assertThat(new Pve(fake, "pve").config(100)).isEmpty();
  }

  @Test
  void readsVolumesWithAndWithoutSize() {
    FakePve fake =
        new FakePve()
            .on(
                "/nodes/pve/storage/local/content",
                "[{\"volid\":\"local:100/base-100-disk-0.qcow2\",\"content\":\"images\","
                    + "\"format\":\"qcow2\",\"size\":2147483648,\"vmid\":100},"
                    + "{\"volid\":\"local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2\","
                    + "\"content\":\"images\",\"format\":\"qcow2\",\"vmid\":\"101\","
                    + "\"parent\":\"../100/base-100-disk-0.qcow2\"}]");
    assertThat(new Pve(fake, "pve").storageContent("local"))
        .satisfiesExactly(
            base -> {
              assertThat(base.bytes()).hasValue(2147483648L);
              assertThat(base.parent()).isEmpty();
            },
            clone -> {
              assertThat(clone.bytes()).isEqualTo(OptionalLong.empty());
              assertThat(clone.vmid()).hasValue(101);
              assertThat(clone.parent()).isEqualTo("../100/base-100-disk-0.qcow2");
            });
  }
}
