package dev.proxkiln.template.create;

import static dev.proxkiln.template.Fixtures.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.PlanCalls;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several interfaces and disks, EFI variables and TPM, each where it was asked for. */
class LayoutTest {

  private final Action<?> create = Fixtures.action("template create");

  private Plan plan(String... settings) {
    for (String version : List.of("8.4", "9.1", "9.2")) {
      Plan plan = create.plan(values(settings), Fixtures.sandbox(version)).orRaise();
      assertThat(PlanCalls.violations(plan, version)).isEmpty();
    }
    return create.plan(values(settings), Fixtures.sandbox()).orRaise();
  }

  private List<Problem> refused(String... settings) {
    return create.read(values(settings), Fixtures.sandbox())
            instanceof Checked.Invalid<?>(List<Problem> found)
        ? found
        : List.of();
  }

  private static String param(Plan plan, String name) {
    List<Text> given = PlanCalls.call(plan, "create").params().get(name);
    return given == null ? "" : given.getFirst().toString();
  }

  private static String expected(Plan plan, String step) {
    return ((Step.Require) plan.step(step).orElseThrow())
        .checks().stream().map(c -> ((Check.Api) c).expect().toString()).toList().toString();
  }

  // ---- interfaces ----

  @Test
  void everyInterfaceHasItsCardAndItsAddresses() {
    Plan plan =
        plan(
            "image=debian-12",
            "vlan=20",
            "trunks=30;40-49",
            "rate-limit=12.5",
            "nic-queues=2",
            "mac=bc:24:11:00:00:01",
            "link-down=yes",
            "nic=bridge=vmbr1,mtu=9000,firewall=yes,ipv4=none,ipv6=auto\nmodel=e1000,ipv4=none");
    assertThat(param(plan, "net0"))
        .isEqualTo(
            "virtio=BC:24:11:00:00:01,bridge=vmbr0,link_down=1,queues=2,rate=12.5,tag=20,"
                + "trunks=30;40-49");
    assertThat(param(plan, "ipconfig0")).isEqualTo("ip=dhcp");
    assertThat(param(plan, "net1")).isEqualTo("virtio,bridge=vmbr1,firewall=1,mtu=9000");
    assertThat(param(plan, "ipconfig1")).isEqualTo("ip6=auto");
    assertThat(param(plan, "net2")).isEqualTo("e1000,bridge=vmbr0");
    assertThat(param(plan, "ipconfig2")).as("the guest leaves it alone").isEmpty();
    assertThat(expected(plan, "check")).contains("iface=vmbr0").contains("iface=vmbr1");
    assertThat(expected(plan, "verify")).contains("net1 contains 'bridge=vmbr1'");
  }

  @Test
  void refusesAddressesThatNobodyWouldRead() {
    String[] flatcar = {
      "image=flatcar-stable",
      "ignition-keys=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVGUyRuj0GGsEVEN2RrEtRpmM8LyCwDZOZewvjG9nyb me",
      "nic=bridge=vmbr1,ipv4=dhcp"
    };
    assertThat(refused(flatcar))
        .filteredOn(problem -> problem.where().contains("--nic"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.where()).endsWith("ipv4");
              assertThat(problem.why()).contains("ignition");
            });
    flatcar[2] = "nic=bridge=vmbr1";
    assertThat(refused(flatcar)).noneMatch(problem -> problem.where().contains("--nic"));
  }

  @Test
  void anOwnNetworkConfigurationIsAnAddressToo() {
    assertThat(refused("image=debian-12", "ipv4=none")).isNotEmpty();
    String own = "network-config=version: 2\nethernets: {eth0: {dhcp4: true}}\n";
    assertThat(param(plan("image=debian-12", "ipv4=none", own), "ipconfig0")).isEmpty();
  }

  @Test
  void addressesMayBeThoseOfAFurtherInterfaceAlone() {
    assertThat(param(plan("image=debian-12", "ipv4=none", "nic=ipv4=192.0.2.7/24"), "ipconfig1"))
        .isEqualTo("ip=192.0.2.7/24");
    assertThat(refused("image=debian-12", "ipv4=none", "nic=ipv4=none"))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("without any address"));
  }

  @Test
  void whatIsWrongWithAnInterfaceIsSaidWithItsNumber() {
    List<Problem> problems =
        refused(
            "image=debian-12",
            "nic=bridge=vmbr9\nvlan=5,ipv4=192.0.2.10/24,gateway=198.51.100.1\nmodel=e1000,mtu=1400");
    assertThat(problems.stream().map(Problem::where))
        .containsExactlyInAnyOrder("--nic", "--nic, the second, gateway", "--nic, the third, mtu");
    assertThat(refused("image=debian-12", "nic=vlans=5"))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.what()).contains("has no setting 'vlans'");
              assertThat(p.next()).isEqualTo("Did you mean 'vlan'?");
            });
    assertThat(refused("image=debian-12", "nic=" + "bridge=vmbr1\n".repeat(32)))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("at most 32"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "20-10", "4095", "10;5000", "10,20", "a"})
  void trunksAreVlans(String trunks) {
    assertThat(refused("image=debian-12", "trunks=" + trunks)).hasSize(1);
  }

  // ---- disks ----

  @Test
  void everyDiskHasASlotAStorageAndOptionsOfItsOwn() {
    Plan plan =
        plan(
            "image=debian-12",
            "storage=thin",
            "disk-cache=writeback",
            "disk-backup=no",
            "disk-ssd=no",
            "disk=size=10G\nsize=68M,storage=files,bus=virtio,read-only=yes,aio=native,"
                + "serial=log,replicate=no\nsize=1G,storage=zfs,discard=no,read-iops=500,"
                + "write-mbps=10.5,iothread=no");
    assertThat(param(plan, "scsi0"))
        .isEqualTo(
            "thin:0,import-from=${image.path},cache=writeback,discard=on,iothread=1,backup=0");
    assertThat(param(plan, "scsi1")).isEqualTo("thin:cloudinit");
    assertThat(param(plan, "scsi2")).isEqualTo("thin:10,discard=on,iothread=1,ssd=1");
    assertThat(param(plan, "virtio0"))
        .isEqualTo(
            "files:0.06640625,format=qcow2,discard=on,iothread=1,aio=native,replicate=0,ro=1,"
                + "serial=log");
    assertThat(param(plan, "scsi3")).isEqualTo("zfs:1,ssd=1,mbps_wr=10.5,iops_rd=500");
    assertThat(param(plan, "boot")).isEqualTo("order=scsi0");
    assertThat(expected(plan, "verify")).contains("size=68M").contains("size=10G");
    assertThat(expected(plan, "converted"))
        .contains("scsi2 contains 'base-'")
        .contains("virtio0 contains 'base-'");
  }

  @Test
  void oneDiskOnThickStorageMakesAllClonesFull() {
    Plan plan = plan("image=debian-12", "storage=thin", "disk=size=1G,storage=thick");
    assertThat(param(plan, "tags")).contains("full-clone");
    assertThat(expected(plan, "converted")).contains("scsi0 contains").doesNotContain("scsi2");
    assertThat(refused("image=debian-12", "disk=size=600G,storage=thick"))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.slug()).isEqualTo("storage-too-small");
              assertThat(p.where()).isEqualTo("--disk");
            });
  }

  @Test
  void disksThatCannotBeAreRefused() {
    assertThat(refused("image=debian-12", "disk=storage=thin"))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).isEqualTo("Size is missing."));
    assertThat(refused("image=debian-12", "disk=size=1G,storage=iso").stream().map(Problem::slug))
        .containsExactly("storage-without-images");
    assertThat(refused("image=debian-12", "disk=size=1G,storage=thin,format=qcow2")).hasSize(1);
    assertThat(refused("image=debian-12", "storage=thin", "disk-format=qcow2")).hasSize(1);
    assertThat(refused("image=debian-12", "disk-aio=native", "disk-cache=unsafe")).hasSize(1);
    assertThat(refused("image=debian-12", "disk=size=1G,bus=sata,read-only=yes")).hasSize(1);
    assertThat(refused("image=debian-12", "disk-bus=sata", "disk-iothread=yes")).hasSize(1);
    assertThat(refused("image=debian-12", "disk=" + "size=1G,bus=sata\n".repeat(7))).isNotEmpty();
  }

  @Test
  void formatsThatTheStorageWouldNotKeepAreRefused() {
    assertThat(refused("image=debian-12", "storage=thick", "disk-format=vmdk"))
        .singleElement()
        .satisfies(p -> assertThat(p.why()).contains("raw and qcow2 volumes only"));
    assertThat(
            create.read(
                values("image=debian-12", "storage=thick", "disk-format=qcow2"),
                Fixtures.sandbox("8.4")))
        .isInstanceOf(Checked.Invalid.class);
    assertThat(refused("image=debian-12", "storage=files", "disk-format=vmdk"))
        .singleElement()
        .satisfies(p -> assertThat(p.what()).contains("cannot be made as large"));
    assertThat(refused("image=debian-12", "disk=size=1G,storage=files,format=vmdk")).isEmpty();
    assertThat(refused("iso=local:iso/debian-13-netinst.iso", "disk-format=vmdk"))
        .noneMatch(p -> p.where().equals("--disk-format"));
  }

  @Test
  void aControllerWithoutThreadsGetsNone() {
    Plan plan = plan("image=debian-12", "scsi-controller=virtio-scsi-pci");
    assertThat(param(plan, "scsihw")).isEqualTo("virtio-scsi-pci");
    assertThat(param(plan, "scsi0")).doesNotContain("iothread");
    assertThat(refused("image=debian-12", "scsi-controller=virtio-scsi-pci", "disk-iothread=yes"))
        .hasSize(1);
  }

  // ---- firmware, TPM, hardware ----

  @Test
  void efiVariablesAndTpmHaveStoragesOfTheirOwn() {
    Plan plan =
        plan(
            "image=debian-12",
            "firmware=uefi",
            "storage=thin",
            "efi-storage=zfs",
            "tpm=yes",
            "tpm-storage=files");
    assertThat(param(plan, "efidisk0")).isEqualTo("zfs:1,efitype=4m,pre-enrolled-keys=1");
    assertThat(param(plan, "tpmstate0")).isEqualTo("files:1,version=v2.0,format=qcow2");
    assertThat(expected(plan, "converted"))
        .contains("efidisk0 contains 'base-'")
        .as("every clone gets a copy")
        .doesNotContain("tpmstate0");
    assertThat(param(plan("image=debian-12", "storage=thin", "tpm=yes"), "tpmstate0"))
        .isEqualTo("thin:1,version=v2.0");
    assertThat(refused("image=debian-12", "tpm-storage=thin")).hasSize(1);
    assertThat(refused("image=debian-12", "tpm=yes", "tpm-storage=iso").stream().map(Problem::slug))
        .containsExactly("storage-without-images");
  }

  @Test
  void aCpuTypeThatNotEveryNodeHasIsLookedForBeforeTheDownload() {
    assertThat(expected(plan("image=debian-12", "cpu=EPYC-Genoa"), "check"))
        .contains("[name=EPYC-Genoa] is there");
    for (String usual : List.of("host", "x86-64-v3", "max")) {
      assertThat(expected(plan("image=debian-12", "cpu=" + usual), "check"))
          .doesNotContain("name=");
    }
  }

  @Test
  void hardwareIsAsItWasAskedFor() {
    Plan plan =
        plan(
            "image=debian-12",
            "memory=4G",
            "balloon=0",
            "numa=yes",
            "hotplug=network,memory",
            "display=virtio",
            "os-type=other");
    assertThat(param(plan, "balloon")).isEqualTo("0");
    assertThat(param(plan, "numa")).isEqualTo("1");
    assertThat(param(plan, "hotplug")).isEqualTo("network,memory");
    assertThat(param(plan, "vga")).isEqualTo("virtio");
    assertThat(param(plan, "ostype")).isEqualTo("other");
    assertThat(refused("image=debian-12", "hotplug=memory")).hasSize(1);
    assertThat(refused("image=debian-12", "balloon=3G", "memory=2G")).hasSize(1);
  }
}
