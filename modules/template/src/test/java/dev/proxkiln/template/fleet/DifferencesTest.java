package dev.proxkiln.template.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.module.Desired.Difference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferencesTest {
  private final Map<String, Object> config = new LinkedHashMap<>();

  private List<Difference> differences(PveCall call) {
    Differences differences = new Differences(config);
    differences.want(call);
    return differences.found();
  }

  private List<Difference> differences(String key, String wanted, Object actual) {
    config.clear();
    config.put(key, actual);
    return differences(PveCall.put("/x").with(key, wanted));
  }

  @Test
  void whatProxmoxAddsByItselfIsNoDifference() {
    assertThat(
            differences(
                "net0", "virtio,bridge=vmbr0,tag=7", "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=7"))
        .isEmpty();
    assertThat(
            differences(
                "scsi0",
                "local-lvm:0,import-from=/x.qcow2,discard=on,ssd=1,format=qcow2",
                "local-lvm:base-9000-disk-0,discard=on,size=10G,ssd=1"))
        .isEmpty();
    assertThat(
            differences(
                "scsi1", "local:cloudinit", "local:9000/vm-9000-cloudinit.qcow2,media=cdrom"))
        .isEmpty();
    assertThat(
            differences(
                "efidisk0",
                "local:1,efitype=4m,pre-enrolled-keys=1",
                "local:9000/base-9000-disk-1.qcow2,efitype=4m,ms-cert=2023,pre-enrolled-keys=1,size=528K"))
        .isEmpty();
    assertThat(differences("agent", "enabled=1", "1")).isEmpty();
    assertThat(differences("memory", "2048", 2048)).isEmpty();
    assertThat(differences("tablet", "0", 0)).isEmpty();
  }

  @Test
  void everyOtherDifferenceIsToldWithBothValues() {
    assertThat(differences("memory", "4096", 2048))
        .containsExactly(new Difference("memory", "4096", "2048"));
    assertThat(
            differences(
                "net0", "virtio,bridge=vmbr1", "e1000=BC:24:11:00:00:01,bridge=vmbr0,firewall=1"))
        .containsExactlyInAnyOrder(
            new Difference("net0 model", "virtio", "e1000"),
            new Difference("net0 bridge", "vmbr1", "vmbr0"),
            new Difference("net0 firewall", "", "1"));
    assertThat(differences("scsi0", "zfs:0,import-from=/x,ssd=1", "local:base-9-disk-0,size=1G"))
        .containsExactly(new Difference("scsi0 storage", "zfs", "local"));
    assertThat(differences("scsi0", "zfs:0,import-from=/x,ssd=1", "zfs:base-9-disk-0,cache=none"))
        .containsExactlyInAnyOrder(
            new Difference("scsi0 ssd", "1", ""), new Difference("scsi0 cache", "", "none"));
  }

  @Test
  void whatOnlyARunKnowsIsNoDifference() {
    config.put("tags", "debian-13;proxkiln;run-rabc12345;web");
    config.put("cicustom", "vendor=local:snippets/proxkiln-rabc12345.yaml");
    config.put("description", "for the web\n\nMade by proxkiln from x.\n\n- made: 2026");
    Text run = Text.output("run", "id");
    assertThat(
            differences(
                PveCall.put("/x")
                    .with("tags", Text.join("proxkiln;debian-13;web;run-", run))
                    .with("cicustom", Text.join("vendor=local:snippets/proxkiln-", run, ".yaml"))
                    .with("description", Text.join("for the web\n\nMade by proxkiln ", run))
                    .with("cipassword", Text.secret("web"))))
        .containsExactly(new Difference("cipassword", "(a secret)", ""));
  }

  @Test
  void keysAreComparedByWhatTheySay() {
    config.put("sshkeys", "ssh-ed25519%20AAAA%2Bb%2F%3D%20me%0A");
    assertThat(differences(PveCall.put("/x").with("sshkeys", "ssh-ed25519%20AAAA%2Bb/%3D%20me")))
        .isEmpty();
    assertThat(differences(PveCall.put("/x").with("sshkeys", "ssh-ed25519%20BBBB%20you")))
        .hasSize(1);
  }

  @Test
  void whatIsThereAndNotWantedIsADifference() {
    config.put("name", "web");
    config.put("meta", "creation-qemu=10.1");
    config.put("template", 1);
    config.put("net1", "virtio=BC:24:11:00:00:01,bridge=vmbr1");
    config.put("ipconfig1", "ip=dhcp");
    config.put("scsi2", "local:9000/base-9000-disk-2.qcow2,size=1G");
    config.put("tpmstate0", "local:9000/base-9000-disk-3.raw,size=4M,version=v2.0");
    config.put("cipassword", "**********");
    config.put("description", "somebody's words");
    assertThat(differences(PveCall.put("/x").with("memory", "2048")))
        .contains(new Difference("cipassword", "", "(a secret)"))
        .extracting(Difference::setting)
        .containsExactly("memory", "cipassword", "ipconfig1", "net1", "scsi2", "tpmstate0");
  }

  @Test
  void theSizeOfAnEmptyDiskIsCompared() {
    assertThat(differences("scsi2", "local:2,ssd=1", "local:9/base-9-disk-1.qcow2,size=1G,ssd=1"))
        .containsExactly(new Difference("scsi2 size", "2G", "1G"));
    assertThat(differences("scsi2", "thin:0.0625,ssd=1", "thin:base-9-disk-1,size=64M,ssd=1"))
        .isEmpty();
  }

  @Test
  void mediaThatAreTakenOutAgainAreNotMissed() {
    config.put("scsi0", "local:9/base-9-disk-0.qcow2,size=8G");
    config.put("boot", "order=scsi0");
    Differences differences = new Differences(config);
    differences.want(
        PveCall.post("/x")
            .with("scsi0", "local:8")
            .with("ide2", "local:iso/x.iso,media=cdrom")
            .with("boot", "order=scsi0;ide2")
            .with("reboot", "0"));
    differences.want(PveCall.put("/x").with("delete", "ide2,reboot"));
    assertThat(differences.found()).isEmpty();
  }
}
