package dev.proxkiln.pve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.pve.Gen;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {

  private static void refused(Consumer<String> parse, String... texts) {
    for (String text : texts) {
      assertThatThrownBy(() -> parse.accept(text))
          .as("'" + text + "'")
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void writesAnImportAsTheCreateCallWantsIt() {
    Drive drive =
        Drive.importing("local-lvm", Text.of("/var/lib/x/debian.qcow2"))
            .withDiscard(true)
            .withSsd(true)
            .withIothread(true);
    assertThat(drive.print())
        .isEqualTo("local-lvm:0,import-from=/var/lib/x/debian.qcow2,discard=on,iothread=1,ssd=1");
    assertThat(drive.fitting("virtio0").print()).doesNotContain("ssd").contains("iothread");
    assertThat(drive.fitting("sata0").print()).contains("ssd").doesNotContain("iothread");
  }

  @Test
  void leavesOpenWhatIsKnownOnlyDuringTheRun() {
    Drive drive = Drive.importing("local", Text.output("fetch", "path")).withFormat("qcow2");
    assertThat(drive.text())
        .isEqualTo(
            Text.join("local:0,import-from=", Text.output("fetch", "path"), ",format=qcow2"));
    assertThatThrownBy(drive::print).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsADriveAsTheNodeWritesIt() {
    Drive drive =
        Drive.parse(
            "local-lvm:vm-100-disk-1,backup=0,discard=on,iothread=1,size=32G,ssd=1,serial=a=b");
    assertThat(drive.volume()).contains(VolumeId.parse("local-lvm:vm-100-disk-1"));
    assertThat(drive.size()).contains(DiskSize.gib(32));
    assertThat(drive.more()).containsEntry("backup", "0").containsEntry("serial", "a=b");
    assertThat(Drive.parse("local:100/vm-100-cloudinit.qcow2,media=cdrom,size=4M").isCloudInit())
        .isTrue();
    assertThat(Drive.parse("volume=local:iso/x.iso,media=cdrom").cdrom()).isTrue();
    assertThat(Drive.parse("none,media=cdrom").source()).isEqualTo(new Drive.NoVolume(false));
    assertThat(Drive.parse("local:0.5").source())
        .isEqualTo(new Drive.Allocate("local", new DiskSize(1L << 29)));
    assertThat(Drive.parse("file=local-lvm:cloudinit").print()).isEqualTo("local-lvm:cloudinit");
  }

  @Test
  void writesOnlyDrivesThatTheNodeTakes() {
    refused(Drive::parse, "", "discard=on", "local", "local:1,local:2", "local:1,=x");
    assertThatThrownBy(() -> Drive.importing("local", Text.of("relative.qcow2")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Drive.importing("local", Text.of("/a,b.qcow2")).print())
        .hasMessageContaining("comma");
    assertThatThrownBy(() -> Drive.allocate("x", DiskSize.gib(1)))
        .hasMessageContaining("storage ID");
    assertThatThrownBy(() -> Drive.allocate("local", new DiskSize(0)).print())
        .hasMessageContaining("0 bytes");
    assertThat(Drive.allocate("local", new DiskSize(1)).print()).isEqualTo("local:0.001");
  }

  @Test
  void givesBothEfiOptionsWhosePveDefaultsAreWrong() {
    assertThat(EfiDisk.on("local-lvm", true).print())
        .isEqualTo("local-lvm:1,efitype=4m,pre-enrolled-keys=1");
    assertThat(EfiDisk.on("local-lvm", false).print()).endsWith("pre-enrolled-keys=0");
    EfiDisk read =
        EfiDisk.parse("local-lvm:vm-9-disk-0,efitype=4m,ms-cert=2023k,pre-enrolled-keys=1,size=4M");
    assertThat(read.keys()).isTrue();
    assertThat(read.more()).containsEntry("ms-cert", "2023k");
  }

  @Test
  void readsANetworkCardInBothForms() {
    Net card = Net.parse("virtio=bc:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=20");
    assertThat(card.model()).isEqualTo("virtio");
    assertThat(card.mac()).contains("BC:24:11:00:00:01");
    assertThat(card.tag()).hasValue(20);
    assertThat(Net.parse("model=virtio,macaddr=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=20"))
        .isEqualTo(card);
    assertThat(Net.virtio("vmbr0").withTag(OptionalInt.of(5)).withFirewall(true).print())
        .isEqualTo("virtio,bridge=vmbr0,firewall=1,tag=5");
  }

  @Test
  void refusesNetworkCardsThatTheNodeWouldRefuse() {
    refused(
        Net::parse,
        "bridge=vmbr0",
        "virtio=01:00:00:00:00:00", // a group address
        "virtio,tag=0",
        "virtio,tag=4095",
        "virtio,mtu=65521",
        "virtio,queues=65",
        "virtio,rate=-1",
        "virtio,trunks=a",
        "virtio,bridge=a b",
        "rocket");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gw=10.0.0.1",
        "ip=dhcp,gw=10.0.0.1",
        "ip6=auto,gw6=2001:db8::1",
        "ip=10.0.0.1",
        "ip=10.0.0.1/33",
        "ip=10.0.0.1/7",
        "ip=10.0.1/24",
        "ip=10.0.0.256/24",
        "ip=auto",
        "ip6=10.0.0.1/24",
        "ip6=2001:db8::1",
        "ip6=2001:db8::1/129",
        "ip6=fe80::1%eth0/64",
        "ip=10.0.0.1/24,gw=2001:db8::1"
      })
  void refusesIpSettingsThatWouldLeaveACardWithoutAddress(String text) {
    refused(IpConfig::parse, text);
  }

  @Test
  void writesIpSettings() {
    assertThat(IpConfig.dhcp().print()).isEqualTo("ip=dhcp");
    assertThat(IpConfig.parse("ip6=auto,gw=10.0.0.1,ip=10.0.0.2/24").print())
        .isEqualTo("ip=10.0.0.2/24,gw=10.0.0.1,ip6=auto");
  }

  @ParameterizedTest
  @CsvSource({
    "540672,528K",
    "1572864000,1500M",
    "34359738368,32G",
    "1099511627776,1T",
    "1536,1536",
    "0,0",
    "1115684864,1064M"
  })
  void printsSizesAsTheNodeDoes(long bytes, String text) {
    assertThat(new DiskSize(bytes).print()).isEqualTo(text);
    assertThat(DiskSize.parse(text)).isEqualTo(new DiskSize(bytes));
  }

  @Test
  void readsSizesTolerantly() {
    assertThat(DiskSize.parse("2GiB")).isEqualTo(DiskSize.gib(2));
    assertThat(DiskSize.parse("0.5G").bytes()).isEqualTo(1L << 29);
    assertThat(DiskSize.parse("0T").bytes()).isZero();
    assertThat(new DiskSize((3L << 30) + 1).printGib()).isEqualTo("3.001");
    refused(DiskSize::parse, "", "G", "-1G", "1P", "1 G", "9999999999999T");
  }

  @ParameterizedTest
  @CsvSource({
    "local:100/vm-100-disk-0.qcow2,100,false,false,",
    "local:100/base-100-disk-0.raw,100,true,false,",
    "local:100/base-100-disk-0.raw/101/vm-101-disk-0.qcow2,101,false,false,local:100/base-100-disk-0.raw",
    "local-lvm:vm-100-disk-0,100,false,false,",
    "local-lvm:base-100-disk-1,100,true,false,",
    "zfs:base-100-disk-0/vm-101-disk-0,101,false,false,zfs:base-100-disk-0",
    "zfs:basevol-100-disk-0/subvol-101-disk-0,101,false,false,zfs:basevol-100-disk-0",
    "zfs:subvol-100-disk-0,100,false,false,",
    "local:100/vm-100-cloudinit.qcow2,100,false,true,",
    "local-lvm:vm-100-cloudinit,100,false,true,",
    "vg:vm-100-disk-0.qcow2,100,false,false,",
    "local:iso/vm-100-disk-0.iso,,false,false,",
    "local:import/base-1-disk-0.qcow2,,false,false,"
  })
  void knowsTheNamesOfEveryStorageType(
      String text, Long owner, boolean base, boolean cloudInit, String parent) {
    VolumeId volume = VolumeId.parse(text);
    assertThat(volume.owner())
        .isEqualTo(owner == null ? OptionalLong.empty() : OptionalLong.of(owner));
    assertThat(volume.isBase()).isEqualTo(base);
    assertThat(volume.isCloudInit()).isEqualTo(cloudInit);
    assertThat(volume.parent()).isEqualTo(Optional.ofNullable(parent).map(VolumeId::parse));
  }

  @Test
  void refusesWhatIsNoVolume() {
    refused(VolumeId::parse, "", "local", "/dev/sda", "local:", "a:b", "local:a,b", "none", ":x");
    assertThat(VolumeId.parse("local:snippets/a b.yaml").content()).isEqualTo("snippets");
  }

  @Test
  void encodesKeysWithNothingButWhatTheNodeAccepts() {
    SshKeys keys = new SshKeys(List.of("ssh-ed25519 AA+/= me@host", "", " ssh-rsa B "));
    assertThat(keys.print()).isEqualTo("ssh-ed25519%20AA%2B%2F%3D%20me%40host%0Assh-rsa%20B%0A");
    Gen.forAll(
        200, gen -> assertThat(Arbitrary.sshKeys(gen).print()).matches("[-%a-zA-Z0-9_.!~*'()]*"));
    assertThatThrownBy(() -> new SshKeys(List.of("a\nb")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bringsTagsIntoNormalForm() {
    assertThat(Tags.parse("Web;b, a  b").print()).isEqualTo("a;b;web");
    assertThat(Tags.of("x").and(List.of("Y")).has("y")).isTrue();
    refused(Tags::parse, "-x", "a/b", "ü");
  }

  @Test
  void readsTheOldBootOrderAsNothing() {
    assertThat(BootOrder.parse("cdn").devices()).isEmpty();
    assertThat(BootOrder.parse("order=scsi0;ide2;net0").devices())
        .containsExactly("scsi0", "ide2", "net0");
    assertThat(BootOrder.of("scsi0").print()).isEqualTo("order=scsi0");
    refused(BootOrder::parse, "order=scsi", "order=floppy0");
  }

  @Test
  void readsTheAgentOptionInBothForms() {
    assertThat(AgentOption.parse("1").enabled()).isTrue();
    assertThat(AgentOption.parse("0,guest-fsfreeze=0").print())
        .isEqualTo("enabled=0,guest-fsfreeze=0");
    assertThat(AgentOption.on().print()).isEqualTo("enabled=1,fstrim_cloned_disks=1");
    refused(AgentOption::parse, "maybe", "1,type=pigeon");
  }

  @Test
  void takesOnlySnippetsForCloudInit() {
    assertThat(CiCustom.vendor(VolumeId.parse("local:snippets/v.yaml")).print())
        .isEqualTo("vendor=local:snippets/v.yaml");
    refused(CiCustom::parse, "vendor=local:iso/x.iso", "user=/etc/passwd");
  }
}
