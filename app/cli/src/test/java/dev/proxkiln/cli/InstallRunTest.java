package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.run.Checkpoint;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.Policy;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Installations from an ISO: real media, made by xorriso, and a guest that seems to be installed.
 */
class InstallRunTest {
  private static final String HASH = "$5$salt$" + "x".repeat(43);

  @TempDir Path folder;
  private Rig rig;
  private Path isos;

  @BeforeEach
  void makeIso() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/xorriso")), "xorriso is not installed");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/cpio")), "cpio is not installed");
    rig = new Rig(folder);
    Path tree = folder.resolve("tree");
    for (String file :
        List.of(
            "install.amd/vmlinuz",
            "install.amd/initrd.gz",
            "isolinux/isolinux.cfg",
            "boot/grub/grub.cfg")) {
      Files.createDirectories(tree.resolve(file).getParent());
      Files.writeString(tree.resolve(file), "the original " + file);
    }
    Object local = rig.pve.send(ResolvedCall.get("/storage/local")).value();
    isos = Path.of(Tree.text(local, "path"), "template/iso");
    Files.createDirectories(isos);
    run(
        "xorriso",
        "-as",
        "mkisofs",
        "-quiet",
        "-V",
        "Debian",
        "-r",
        "-o",
        isos.resolve("debian-13-test.iso").toString(),
        tree.toString());
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private Plan debian() {
    return rig.plan(
        "template create", "iso", "local:iso/debian-13-test.iso", "root-password", "secret:root");
  }

  private Object config(String vmid) {
    return rig.pve.send(ResolvedCall.get("/nodes/pve/qemu/" + vmid + "/config")).value();
  }

  /** Whatever a run leaves beside the guest: nothing. */
  private void nothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(isos)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("debian-13-test.iso");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(f -> f.contains("install-"));
    }
  }

  @Test
  void installsByItselfAndLeavesNothingButTheTemplate() throws Exception {
    Outcome outcome = rig.run(debian());
    assertThat(outcome.problems()).isEmpty();
    Object config = config(outcome.announced().get("TemplateCreated").get("vmid"));
    assertThat(Tree.text(config, "template")).isEqualTo("1");
    assertThat(Tree.text(config, "boot")).isEqualTo("order=scsi0");
    assertThat(Tree.text(config, "scsi1")).contains("cloudinit");
    assertThat(Tree.map(config, "")).doesNotContainKeys("ide0", "ide2", "reboot");
    nothingIsLeft();
  }

  @Test
  void theCopyHasAnotherMenuAndTheAnswersWithTheHash() throws Exception {
    Plan plan = debian();
    try (RunFolder run = rig.runs.create(plan)) {
      Checkpoint look =
          (step, moment) -> {
            if (step.equals("upload-installer") && moment == Checkpoint.Moment.values()[0]) {
              lookInside(folder.resolve("install-" + run.id()));
            }
          };
      assertThat(rig.executor(look).execute(run, Policy.UNDO, new Stop()).problems()).isEmpty();
    }
    try (Stream<Path> journals = Files.walk(folder.resolve("runs"))) {
      for (Path file : journals.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as(file.toString()).doesNotContain(HASH);
      }
    }
  }

  private void lookInside(Path made) {
    try {
      Path out = folder.resolve("out");
      run(
          "xorriso",
          "-osirrox",
          "on",
          "-indev",
          made.resolve("installer.iso").toString(),
          "-extract",
          "/",
          out.toString());
      assertThat(Files.readString(out.resolve("boot/grub/grub.cfg")))
          .contains("/proxkiln/answers.img");
      assertThat(Files.readString(out.resolve("isolinux/isolinux.cfg")))
          .contains("initrd=/install.amd/initrd.gz,/proxkiln/answers.img");
      assertThat(Files.readString(out.resolve("install.amd/vmlinuz"))).startsWith("the original");
      String packed = Files.readString(out.resolve("proxkiln/answers.img"));
      assertThat(packed)
          .contains("passwd/root-password-crypted password " + HASH)
          .contains("proxkiln-seal.sh");
      assertThat(Files.getPosixFilePermissions(made.resolve("initrd/preseed.cfg"))).hasSize(2);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"remaster, 1", "upload-installer, 1", "create, 1", "installed, 0", "drop-media, 1"})
  void isTakenBackFromAnyPoint(String step, int moment) throws Exception {
    String before = rig.world();
    String run = rig.killed(debian(), step, Checkpoint.Moment.values()[moment]);
    assertThat(rig.undo(run).left()).isEmpty();
    // A simulated guest remembers that it ran.
    assertThat(rig.world().replaceAll("(?m)^run/.*\\n", "")).isEqualTo(before);
    nothingIsLeft();
  }

  @Test
  void goesOnAfterACrashInTheMiddleOfTheInstallation() throws Exception {
    String run = rig.killed(debian(), "installed", Checkpoint.Moment.values()[0]);
    assertThat(rig.resume(run).problems()).isEmpty();
    nothingIsLeft();
  }

  @Test
  void whatAPersonInstalledIsFinished() throws Exception {
    Outcome started = rig.run(rig.plan("template install", "iso", "local:iso/debian-13-test.iso"));
    assertThat(started.problems()).isEmpty();
    String vmid = started.announced().get("InstallationStarted").get("vmid");
    assertThat(started.announced().get("InstallationStarted").get("next"))
        .endsWith("proxkiln template finish " + vmid);
    assertThat(Tree.text(config(vmid), "ide2")).contains("debian-13-test.iso");

    Outcome finished = rig.run(rig.plan("template finish", "guest", vmid));
    assertThat(finished.problems()).isEmpty();
    Object config = config(vmid);
    assertThat(Tree.text(config, "template")).isEqualTo("1");
    assertThat(Tree.text(config, "scsi1")).contains("cloudinit");
    assertThat(Tree.text(config, "boot")).isEqualTo("order=scsi0");
    assertThat(Tree.text(config, "tags")).contains("proxkiln").doesNotContain("proxkiln-install");
    assertThat(Tree.map(config, "")).doesNotContainKeys("ide2", "reboot");
    nothingIsLeft();
  }
}
