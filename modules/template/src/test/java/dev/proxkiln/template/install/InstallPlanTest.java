package dev.proxkiln.template.install;

import static dev.proxkiln.template.Fixtures.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanText;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.Fixtures;
import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.PlanCalls;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Kind;
import dev.proxkiln.template.catalogue.Listed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The plans of {@code template create --iso}, {@code template install}, {@code template finish}.
 */
class InstallPlanTest {

  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  private static Plan plan(String action, Facts facts, String... settings) {
    return Fixtures.action(action).plan(values(settings), facts).orRaise();
  }

  private static Plan create(String... settings) {
    return plan("template create", Fixtures.sandbox(), settings);
  }

  private static List<Problem> refused(Facts facts, String... settings) {
    return Fixtures.action("template create").plan(values(settings), facts)
            instanceof Checked.Invalid<Plan>(List<Problem> problems)
        ? problems
        : List.of();
  }

  private static List<String> steps(Plan plan) {
    return plan.steps().stream().map(Step::id).toList();
  }

  private static String param(Plan plan, String step, String name) {
    return PlanCalls.call(plan, step).params().get(name).getFirst().toString();
  }

  /** A guest that was made to be installed, stopped or running. */
  private static Facts withInstalled(boolean running) {
    Facts facts = Fixtures.sandbox();
    List<GuestFacts> guests = new ArrayList<>(facts.guests());
    guests.add(
        new GuestFacts(
            120,
            "golden",
            "pve",
            "qemu",
            false,
            running,
            List.of("proxkiln", InstallSource.TAG, "run-abc")));
    return new Facts(
        TargetKind.SANDBOX,
        facts.address(),
        facts.version(),
        facts.node(),
        facts.nodes(),
        true,
        facts.storages(),
        facts.bridges(),
        guests,
        facts.pools(),
        facts.nextId(),
        true);
  }

  static Stream<Plan> all() {
    return Stream.of(
        create("iso=debian-13-netinst", "root-password=secret:root"),
        create("iso=local:iso/ubuntu-24.04.4-live-server-amd64.iso", "disk-bus=virtio"),
        create("iso=almalinux-9-boot", "install-mirror=https://mirror.example.org/9"),
        create("iso=/srv/openSUSE-Leap-15.6-DVD-x86_64-Media.iso", "installer=autoyast"),
        create("iso=https://example.org/Leap-16.0.iso", "iso-digest=" + DIGEST),
        plan(
            "template create",
            Fixtures.rest(),
            "iso=far:iso/Rocky-9.6-x86_64-dvd.iso",
            "firmware=uefi"),
        plan("template install", Fixtures.sandbox(), "iso=local:iso/anything.iso"),
        plan("template install", Fixtures.rest(), "iso=debian-13-netinst"),
        plan("template finish", withInstalled(false), "guest=120"),
        plan("template finish", withInstalled(true), "guest=golden", "prepare=none"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.4", "9.1", "9.2"})
  void everyCallIsOneThatANodeTakes(String version) {
    all().forEach(plan -> assertThat(PlanCalls.violations(plan, version)).isEmpty());
  }

  static List<String> entries() {
    return new Catalogue(new FolderResources())
        .list().stream()
            .filter(i -> i.kind().equals(Kind.INSTALLER_ISO.word()))
            .filter(i -> i.arch().contains("amd64"))
            .map(Listed::id)
            .toList();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void everyIsoOfTheCatalogueIsInstalledOrLeftToAPersonWithTheReason(String id) {
    Image image = new Catalogue(new FolderResources()).find(id).orElseThrow();
    boolean verifiable = image.downloads().getFirst().verifiable();
    Plan attended =
        verifiable
            ? plan("template install", Fixtures.sandbox(), "iso=" + id)
            : plan("template install", Fixtures.sandbox(), "iso=" + id, "iso-digest=" + DIGEST);
    assertThat(PlanCalls.violations(attended, "9.2")).isEmpty();
    if (!verifiable) {
      assertThat(refused(Fixtures.sandbox(), "iso=" + id).toString()).contains("--iso-digest");
    } else if (Installer.find(image.nature().answers()).isPresent()) {
      assertThat(PlanCalls.violations(create("iso=" + id), "9.2")).isEmpty();
    } else {
      assertThat(refused(Fixtures.sandbox(), "iso=" + id).toString()).contains("template install");
    }
  }

  @Test
  void plansPrintAndComeBackAsTheyWere() {
    all()
        .forEach(
            plan -> {
              assertThat(PlanTree.read(PlanTree.document(plan))).isEqualTo(plan);
              assertThat(PlanText.script(plan)).startsWith("#!/bin/bash");
            });
  }

  @Test
  void debianGetsACopyOfItsIsoAndNoMedium() {
    Plan plan = create("iso=debian-13-netinst", "root-password=secret:root");
    assertThat(steps(plan))
        .containsExactly(
            "check",
            "iso",
            "write-preseed-cfg",
            "write-proxkiln-finish-sh",
            "write-proxkiln-seal-sh",
            "initrd",
            "write-grub-cfg",
            "write-isolinux-cfg",
            "remaster",
            "upload-installer",
            "drop-answers",
            "vmid",
            "create",
            "start",
            "installed",
            "eject",
            "drop-media",
            "disk",
            "filled",
            "drive",
            "verify",
            "convert",
            "converted",
            "record");
    assertThat(((Step.Await) plan.step("installed").orElseThrow()).setting())
        .isEqualTo("install-deadline");
    assertThat(param(plan, "create", "ide2"))
        .isEqualTo("iso:iso/proxkiln-${run.id}-installer.iso,media=cdrom");
    assertThat(param(plan, "create", "scsi0"))
        .isEqualTo("files:8,format=qcow2,discard=on,iothread=1,ssd=1");
    assertThat(param(plan, "create", "boot")).isEqualTo("order=scsi0;ide2");
    assertThat(param(plan, "create", "reboot")).isEqualTo("0");
    assertThat(PlanCalls.call(plan, "create").params()).doesNotContainKeys("scsi1", "ide0");
    assertThat(param(plan, "eject", "delete")).isEqualTo("ide2,reboot");
    assertThat(param(plan, "drive", "scsi1")).isEqualTo("files:cloudinit");
    assertThat(PlanText.script(plan)).contains("Secret root: ");
  }

  @Test
  void theRhelFamilyGetsAMediumAndItsIsoAsItIs() {
    Plan plan = create("iso=local:iso/Rocky-9.6-x86_64-dvd.iso");
    assertThat(steps(plan))
        .contains("write-ks-cfg", "medium", "upload-answers")
        .doesNotContain("iso", "remaster", "upload-installer");
    assertThat(param(plan, "create", "ide2"))
        .isEqualTo("local:iso/Rocky-9.6-x86_64-dvd.iso,media=cdrom");
    assertThat(param(plan, "create", "ide0"))
        .isEqualTo("iso:iso/proxkiln-${run.id}-answers.iso,media=cdrom");
    assertThat(param(plan, "create", "ciuser")).isEqualTo("cloud-user");
    assertThat(param(plan, "eject", "delete")).isEqualTo("ide2,ide0,reboot");
  }

  @Test
  void theDiskIsCalledAsItsBusDoes() {
    String virtio =
        create("iso=local:iso/Rocky-9.iso", "installer=kickstart", "disk-bus=virtio")
            .step("write-ks-cfg")
            .orElseThrow()
            .toString();
    assertThat(virtio).contains("--ondisk=vda").doesNotContain("sda");
  }

  @ParameterizedTest
  @CsvSource({
    "debian-13.1.0-amd64-netinst.iso, PRESEED",
    "ubuntu-24.04.4-live-server-amd64.iso, AUTOINSTALL",
    "AlmaLinux-10-latest-x86_64-boot.iso, KICKSTART",
    "Fedora-Server-netinst-x86_64-44-1.7.iso, KICKSTART",
    "CentOS-Stream-9-latest-x86_64-dvd1.iso, KICKSTART",
    "openSUSE-Leap-15.6-DVD-x86_64-Media.iso, AUTOYAST",
    "SLE-15-SP6-Full-x86_64-GM-Media1.iso, AUTOYAST",
    "Leap-16.0-offline-installer-x86_64.install.iso, AGAMA",
    "SLES-16.0-Online-x86_64-GM.install.iso, AGAMA"
  })
  void namesTellTheInstaller(String file, Installer installer) {
    assertThat(Installer.byName(file)).contains(installer);
  }

  @Test
  void whatCannotWorkIsSaidBeforehand() {
    Facts far = Fixtures.rest();
    assertThat(refused(far, "iso=far:iso/debian-13.1.0-amd64-netinst.iso").toString())
        .contains("cannot be read from here");
    assertThat(refused(far, "iso=local:iso/anything.iso").toString()).contains("--installer");
    assertThat(
            refused(Fixtures.sandbox(), "iso=opensuse-leap-15.6-net", "firmware=uefi").toString())
        .contains("cannot start by itself under uefi");
    assertThat(refused(Fixtures.sandbox(), "iso=https://example.org/debian-13.iso").toString())
        .contains("--iso-digest");
    assertThat(refused(Fixtures.sandbox(), "iso=debian-13").toString())
        .contains("is no installer ISO");
    assertThat(refused(Fixtures.sandbox(), "iso=no-such-iso").toString()).contains("no-such-iso");
    assertThat(refused(Fixtures.sandbox(), "iso=relative/x.iso").toString())
        .contains("says no ISO");
    assertThat(
            refused(
                    Fixtures.facts(
                        TargetKind.SANDBOX, true, List.of(Fixtures.storage("a", "dir", "images"))),
                    "iso=debian-13-netinst")
                .toString())
        .contains("No storage of the node takes ISO images");
  }

  @Test
  void anAttendedInstallationLeavesTheGuestRunning() {
    Plan plan = plan("template install", Fixtures.sandbox(), "iso=local:iso/anything.iso");
    assertThat(steps(plan)).containsExactly("check", "vmid", "create", "start", "record");
    assertThat(param(plan, "create", "tags")).contains(InstallSource.TAG);
    assertThat(plan.step("record").orElseThrow().toString()).contains("template finish");
  }

  @Test
  void finishingPreparesByTheAgentAndAddsTheDrive() {
    Plan plan = plan("template finish", withInstalled(false), "guest=golden");
    assertThat(steps(plan))
        .containsExactly(
            "check",
            "media",
            "eject",
            "start",
            "agent",
            "prepare",
            "prepared",
            "fit",
            "shutdown",
            "drop-iso",
            "drive",
            "verify",
            "convert",
            "converted",
            "record");
    assertThat(steps(plan("template finish", withInstalled(false), "guest=120", "prepare=none")))
        .containsExactly(
            "check",
            "media",
            "eject",
            "drop-iso",
            "drive",
            "verify",
            "convert",
            "converted",
            "record");
    assertThat(
            ((Checked.Invalid<Plan>)
                    Fixtures.action("template finish")
                        .plan(values("guest=100"), Fixtures.sandbox()))
                .problems())
        .extracting(Problem::slug)
        .containsExactly("not-made-by-proxkiln");
  }
}
