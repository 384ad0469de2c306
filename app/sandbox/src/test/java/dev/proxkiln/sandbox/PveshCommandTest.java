package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.pvesh.PveshCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the real command prints where, and its exit codes. */
final class PveshCommandTest extends NodeFixture {

  private record Ended(int exit, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }

    JsonNode last() {
      return Api.JSON.readTree(lines().getLast());
    }
  }

  private Ended pvesh(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        new PveshCommand(sandbox.stateDir())
            .run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Ended(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void printsPureJsonForReads() {
    Ended ended = pvesh("get", "/version", "--output-format", "json");
    assertThat(ended.exit()).isZero();
    assertThat(ended.lines()).hasSize(1);
    assertThat(ended.last().path("release").asString()).isEqualTo("9.2");
    assertThat(pvesh("get", "/cluster/nextid", "--output-format", "json").out())
        .isEqualTo("\"100\"\n");
    assertThat(pvesh("get", "/cluster/nextid").out()).isEqualTo("100\n");
  }

  @Test
  void printsTheTaskLogFirstAndTheUpidLast() {
    Ended ended =
        pvesh(
            "create",
            "/nodes/pve/qemu",
            "--vmid",
            "100",
            "--scsi0",
            "local-lvm:0,import-from=" + image("d.qcow2", 16),
            "--output-format",
            "json");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out())
        .contains("transferred 16.0 MiB of 16.0 MiB (100.00%)")
        .contains("scsi0: successfully created disk 'local-lvm:vm-100-disk-0,size=16M'");
    assertThat(ended.last().asString()).startsWith("UPID:pve:");
    assertThat(ended.out()).doesNotContain("TASK OK");
    assertThat(volume(100, "scsi0")).isEqualTo("local-lvm:vm-100-disk-0");
  }

  @Test
  void exitsZeroEvenWhenTheTaskFailed() {
    Ended ended =
        pvesh(
            "create",
            "/nodes/pve/qemu",
            "--vmid",
            "100",
            "--scsi0",
            "local-lvm:0,import-from=/nope",
            "--output-format=json");
    assertThat(ended.exit()).isZero();
    assertThat(ended.err()).isEqualTo("unable to create VM 100 - can't find file '/nope'\n");
    String upid = ended.last().asString();
    assertThat(
            pvesh("get", "/nodes/pve/tasks/" + upid + "/status", "--output-format", "json")
                .last()
                .path("exitstatus")
                .asString())
        .isEqualTo("unable to create VM 100 - can't find file '/nope'");
  }

  @Test
  void saysHowManyWarningsATaskHad() {
    sandbox.faults().warnNext("qmcreate", "look out");
    Ended ended = pvesh("create", "/nodes/pve/qemu", "--vmid", "100", "--output-format", "json");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).contains("WARN: look out");
    assertThat(ended.err()).isEqualTo("Task finished with 1 warning(s)!\n");
  }

  @Test
  void printsWhatItSetsAndNoJson() {
    create(100);
    Ended ended =
        pvesh(
            "set",
            "/nodes/pve/qemu/100/config",
            "--memory",
            "512",
            "--cipassword",
            "geheim",
            "--output-format",
            "json");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).isEqualTo("update VM 100: -cipassword <hidden> -memory 512\n");
  }

  @Test
  void namesEachBadParameterOnALineOfItsOwn() {
    Ended ended = pvesh("create", "/nodes/pve/qemu", "--vmid", "100", "--net0", "virtio,tag=5000");
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith("400 Parameter verification failed.\nnet0: invalid format - format error\n")
        .contains("net0.tag: value must have a maximum value of 4094");
  }

  @Test
  void refusesUnknownOptionsPathsAndCommands() {
    assertThat(pvesh("get", "/version", "--foo", "1"))
        .satisfies(
            ended -> {
              assertThat(ended.exit()).isEqualTo(255);
              assertThat(ended.err())
                  .isEqualTo("Unknown option: foo\n400 unable to parse option\n");
            });
    assertThat(pvesh("get", "/nosuch"))
        .satisfies(
            ended -> {
              assertThat(ended.exit()).isEqualTo(1);
              assertThat(ended.err()).isEqualTo("No 'get' handler defined for '/nosuch'\n");
            });
    assertThat(pvesh("frobnicate", "/version").exit()).isEqualTo(255);
    assertThat(pvesh("get").err()).isEqualTo("400 not enough arguments\n");
  }

  @Test
  void passesErrorsOfTheNodeOn() {
    create(100);
    Ended ended = pvesh("create", "/nodes/pve/qemu", "--vmid", "100");
    assertThat(ended.exit()).isEqualTo(255);
    assertThat(ended.err())
        .isEqualTo("unable to create VM 100 - VM 100 already exists on node 'pve'\n");
  }

  @Test
  void takesFlagsWithoutAValueAndWordsForThem() {
    create(100);
    assertThat(
            pvesh("delete", "/nodes/pve/qemu/100", "--purge", "--destroy-unreferenced-disks", "yes")
                .exit())
        .isZero();
    assertThat(sandbox.stateDir().resolve("nodes/pve/qemu-server/100.conf")).doesNotExist();
  }

  @Test
  void takesRepeatedOptionsForLists() {
    create(100, "agent", "1", "name", "web");
    pvesh("create", "/nodes/pve/qemu/100/status/start");
    String exec = "/nodes/pve/qemu/100/agent/exec";
    Ended ended =
        org.awaitility.Awaitility.await()
            .until(
                () ->
                    pvesh(
                        "create",
                        exec,
                        "--command",
                        "cat",
                        "--command",
                        "/etc/hostname",
                        "--output-format",
                        "json"),
                e -> e.exit() == 0);
    Ended status =
        pvesh(
            "get",
            "/nodes/pve/qemu/100/agent/exec-status",
            "--pid",
            ended.last().path("pid").asString(),
            "--output-format",
            "json");
    assertThat(status.last().path("out-data").asString()).isEqualTo("web\n");
    assertThat(status.last().path("exited").asInt()).isEqualTo(1);
  }

  @Test
  void uploadsWhatLiesInTheTemporaryFolder() throws IOException {
    Path upload = Path.of("/var/tmp/pveupload-" + Long.toHexString(System.nanoTime()));
    Files.copy(image("d.qcow2", 16), upload);
    try {
      Ended ended =
          pvesh(
              "create",
              "/nodes/pve/storage/local/upload",
              "--content",
              "import",
              "--filename",
              "d.qcow2",
              "--tmpfilename",
              upload.toString(),
              "--output-format",
              "json");
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out()).contains("finished file import successfully");
    } finally {
      Files.deleteIfExists(upload);
    }
    assertThat(api.get("/nodes/pve/storage/local/content", "content", "import").body())
        .contains("local:import/d.qcow2");
  }

  @Test
  void saysThatNothingListensWhenTheSandboxIsStopped() {
    sandbox.close();
    Ended ended = pvesh("get", "/version");
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.err()).contains("Connection refused");
  }
}
