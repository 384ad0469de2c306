package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Checkpoint;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates as files, with the real tar, zstd and qemu-img. */
class CarryTest {
  @TempDir Path folder;
  private Rig rig;
  private Path archive;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder);
    archive = folder.resolve("web.tar.zst");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private String make(String storage, String firmware) {
    Outcome made =
        rig.run(
            rig.plan(
                "template create",
                "image",
                "tiny-1",
                "name",
                "web",
                "storage",
                storage,
                "firmware",
                firmware,
                "disk-size",
                "1G",
                "tags",
                "blue",
                "notes",
                "A note: 'quoted', \"twice\"; 100 %."));
    assertThat(made.problems()).isEmpty();
    return made.announced().get("TemplateCreated").get("vmid");
  }

  private Plan plan(String survey, String... settings) {
    Survey.Found found = rig.look(survey, List.of(), settings);
    assertThat(found.problems()).isEmpty();
    return found.jobs().getFirst().plans().getFirst();
  }

  private Outcome export(String vmid) {
    return rig.run(plan("template export", "template", vmid, "to", archive.toString()));
  }

  private Map<String, String> config(String vmid) {
    Map<String, String> config = new TreeMap<>();
    Tree.map(rig.pve.send(ResolvedCall.get("/nodes/pve/qemu/" + vmid + "/config")).value(), "")
        .forEach((key, value) -> config.put(key, Tree.text(value)));
    List.of("digest", "meta", "smbios1", "vmgenid").forEach(config::remove);
    config.replaceAll(
        (key, value) ->
            value
                .replaceAll(
                    "(?:local|local-lvm|local-zfs|lvm):\\S*?(cloudinit|disk-\\d)[^,]*", "$1")
                .replaceAll("(?:[0-9A-F]{2}:){5}[0-9A-F]{2}", "MAC")
                .replaceAll("run-[a-z0-9]+", "RUN"));
    return config;
  }

  private static int exit(Object... argv) {
    return new ProcessCommands()
        .run(Commands.Command.of(Stream.of(argv).map(String::valueOf).toList()))
        .exit();
  }

  @ParameterizedTest
  @CsvSource({"local,uefi,local-lvm", "local-zfs,bios,local"})
  void anArchiveBecomesTheSameTemplate(String from, String firmware, String to) {
    String vmid = make(from, firmware);
    String before = rig.world();
    Outcome out = export(vmid);
    assertThat(out.problems()).isEmpty();
    assertThat(out.announced().get("TemplateExported"))
        .containsEntry("file", archive.toString())
        .hasEntrySatisfying("sha256", sum -> assertThat(sum).matches("[0-9a-f]{64}"));
    assertThat(rig.world()).isEqualTo(before);
    assertThat(folder.resolve("scratch")).isEmptyDirectory();

    Outcome in = rig.run(plan("template import", "archive", archive.toString(), "storage", to));
    assertThat(in.problems()).isEmpty();
    String copy = in.announced().get("TemplateImported").get("vmid");
    Map<String, String> was = config(vmid);
    Map<String, String> is = config(copy);
    assertThat(is).containsOnlyKeys(was.keySet());
    was.forEach(
        (key, value) -> {
          if (key.equals("tags")) {
            assertThat(is.get(key).split(";")).contains("blue", "proxkiln", "tiny-1", "RUN");
          } else {
            assertThat(is.get(key)).as(key).isEqualTo(value);
          }
        });
    assertThat(folder.resolve("scratch")).isEmptyDirectory();
    assertThat(rig.run(rig.plan("template test", "template", copy)).problems()).isEmpty();
    assertThat(rig.undo(in.run()).left()).isEmpty();
    assertThat(rig.undo(out.run()).left()).isEmpty();
    assertThat(archive).doesNotExist();
  }

  @Test
  void aFileThatIsThereStays() throws Exception {
    String vmid = make("local", "bios");
    Plan late = plan("template export", "template", vmid, "to", archive.toString());
    Files.writeString(archive, "mine");
    assertThatThrownBy(() -> export(vmid)).hasMessageContaining("archive-not-written");
    // It may also come after the look.
    assertThat(rig.run(late).problems().getFirst())
        .satisfies(
            problem -> {
              assertThat(problem.slug()).isEqualTo("archive-not-written");
              assertThat(problem.what()).contains(archive.toString());
              assertThat(problem.next()).contains("--to");
            });
    assertThat(archive).hasContent("mine");
  }

  @Test
  void aChangedArchiveMakesNothing() throws Exception {
    export(make("local", "bios"));
    String before = rig.world();
    Path open = Files.createDirectory(folder.resolve("open"));
    assertThat(exit("tar", "-x", "--zstd", "-f", archive, "-C", open)).isZero();
    byte[] disk = Files.readAllBytes(open.resolve("scsi0.qcow2"));
    disk[disk.length - 1] ^= 1;
    Files.write(open.resolve("scsi0.qcow2"), disk);
    pack(open);
    Outcome in = rig.run(plan("template import", "archive", archive.toString()));
    assertThat(in.problems()).extracting("slug").containsOnly("archive-unreadable");
    assertThat(in.exitCode()).isEqualTo(4);
    assertThat(rig.world()).isEqualTo(before);
    assertThat(folder.resolve("scratch")).isEmptyDirectory();

    Files.writeString(
        open.resolve("manifest.json"),
        Files.readString(open.resolve("manifest.json")).replace("\"web\"", "\"www\""));
    pack(open);
    refused("does not have the digest");
    Files.writeString(open.resolve("manifest.json"), "{}");
    pack(open);
    refused("it holds no template");
    Files.writeString(archive, "no archive");
    refused("");
  }

  private void importFails(String what) {
    String before = rig.world();
    Outcome in = rig.run(plan("template import", "archive", archive.toString()));
    assertThat(in.problems().getFirst())
        .satisfies(
            problem -> {
              assertThat(problem.slug()).isEqualTo("archive-unreadable");
              assertThat(problem.what()).contains(what);
            });
    assertThat(rig.world()).isEqualTo(before);
    assertThat(folder.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void anArchiveThatIsCutOffOrHoldsAnotherDiskMakesNothing() throws Exception {
    export(make("local", "bios"));
    Path open = Files.createDirectory(folder.resolve("open"));
    assertThat(exit("tar", "-x", "--zstd", "-f", archive, "-C", open)).isZero();
    byte[] whole = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(whole, 20));
    refused("");
    // Behind what the look reads.
    byte[] large = new byte[1 << 20];
    new Random(7).nextBytes(large);
    Files.write(open.resolve("scsi0.qcow2"), large);
    pack(open);
    byte[] packed = Files.readAllBytes(archive);
    Files.write(archive, Arrays.copyOf(packed, packed.length - 1000));
    importFails("No template can be made");

    Files.write(open.resolve("scsi0.qcow2"), Images.qcow2(4 << 20));
    pack(open);
    importFails("is not the one that was exported");
    // Even one that leads to the very bytes that are stated.
    Path elsewhere = folder.resolve("elsewhere.qcow2");
    Files.write(archive, whole);
    assertThat(exit("tar", "-x", "--zstd", "-f", archive, "-C", open)).isZero();
    Files.move(open.resolve("scsi0.qcow2"), elsewhere);
    Files.createSymbolicLink(open.resolve("scsi0.qcow2"), elsewhere);
    pack(open);
    importFails("holds a link");
  }

  @Test
  void aStorageThatIsFullTakesNothing() throws Exception {
    export(make("local", "bios"));
    String before = rig.world();
    rig.sandbox.setFull("local", true);
    Outcome in = rig.run(plan("template import", "archive", archive.toString()));
    assertThat(in.problems()).extracting("slug").containsExactly("storage-full");
    assertThat(rig.world()).isEqualTo(before);
    assertThat(folder.resolve("scratch")).isEmptyDirectory();
  }

  private void pack(Path open) {
    assertThat(
            exit(
                "tar",
                "-c",
                "--zstd",
                "-f",
                archive,
                "-C",
                open,
                "manifest.json",
                "SHA256SUMS",
                "scsi0.qcow2"))
        .isZero();
  }

  private void refused(String why) {
    assertThatThrownBy(() -> plan("template import", "archive", archive.toString()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo("archive-unreadable");
              assertThat(e.first().why()).contains(why);
            });
  }

  @Test
  void killedExportsAndImportsGoOn() {
    String vmid = make("local", "bios");
    for (String step : List.of("pack", "name")) {
      for (Checkpoint.Moment moment : Checkpoint.Moment.values()) {
        Plan plan = plan("template export", "template", vmid, "to", archive.toString());
        String run = rig.killed(plan, step, moment);
        assertThat(rig.resume(run).problems()).as(step + " " + moment).isEmpty();
        assertThat(archive).isNotEmptyFile();
        assertThat(rig.undo(run).left()).isEmpty();
        assertThat(archive).doesNotExist();
      }
    }
    export(vmid);
    String before = rig.world();
    for (String step : List.of("unpack", "create")) {
      for (Checkpoint.Moment moment : List.of(Checkpoint.Moment.BEFORE, Checkpoint.Moment.AFTER)) {
        Plan plan = plan("template import", "archive", archive.toString());
        String run = rig.killed(plan, step, moment);
        assertThat(rig.resume(run).problems()).as(step + " " + moment).isEmpty();
        assertThat(rig.undo(run).left()).isEmpty();
        assertThat(rig.world()).as(step + " " + moment).isEqualTo(before);
      }
    }
  }
}
