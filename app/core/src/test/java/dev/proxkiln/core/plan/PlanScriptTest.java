package dev.proxkiln.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs printed scripts with stand-ins for {@code qm} and {@code pvesh} that write down their
 * arguments.
 */
class PlanScriptTest {
  private static final Problem PROBLEM =
      new Problem("p", Kind.HOST, "", "local takes no images.", "", "Choose another.");
  private static final Text VMID = Text.output("vmid", "value");

  @TempDir Path folder;

  /** How a script ended and what it printed and called. */
  private record Ran(int exit, String out, String calls) {}

  @BeforeEach
  void makeStandIns() throws Exception {
    tool("qm", "printf 'qm'; printf ' [%s]' \"$@\"; echo");
    tool(
        "pvesh",
        """
        printf 'pvesh'; printf ' [%s]' "$@"; echo
        case "$2" in
          /cluster/nextid) echo 'a line of a log' >&3; echo '"101"' >&3 ;;
          */status) echo '{"active":1,"content":"iso,images","avail":"5000000000"}' >&3 ;;
          *) exit 1 ;;
        esac
        """);
  }

  private void tool(String name, String body) throws Exception {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/bash\nexec 3>&1 >>" + folder + "/calls\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ran run(Step... steps) throws Exception {
    Plan plan = new Plan("test", "Test", "local", "pve", List.of(steps));
    Path script = folder.resolve("plan.sh");
    // The script sets PATH to the system's folders; the stand-ins go in front of them.
    Files.writeString(
        script, PlanText.script(plan).replace("PATH=/usr/sbin:", "PATH=" + folder + ":/usr/sbin:"));
    Process bash = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true).start();
    bash.getOutputStream().close();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Path calls = folder.resolve("calls");
    return new Ran(bash.waitFor(), out, Files.exists(calls) ? Files.readString(calls) : "");
  }

  private static Step.Require storage(String content) {
    return new Step.Require(
        "check",
        "check",
        List.of(
            new Check.Api(
                "storage",
                PveCall.get("/nodes/pve/storage/local/status"),
                List.of(
                    Expect.of("content", Expect.Test.HAS_WORD, content),
                    Expect.of("avail", Expect.Test.AT_LEAST_IF_KNOWN, "4000000000")),
                PROBLEM)),
        false);
  }

  @Test
  void usesTheAnswerOfOneCallInTheNext() throws Exception {
    Ran ran =
        run(
            storage("images"),
            Step.Call.read("vmid", "find", PveCall.get("/cluster/nextid"), Map.of("value", "")),
            Step.Call.of(
                "create",
                "create",
                PveCall.post("/nodes/pve/qemu")
                    .with("vmid", VMID)
                    .with("description", "it's \"$HOME\" `x`\nand more"),
                Probe.never()));
    assertThat(ran.exit()).as(ran.out()).isZero();
    assertThat(ran.calls())
        .contains("qm [create] [101] [--description] [it's \"$HOME\" `x`\nand more]");
  }

  @Test
  void stopsAtACheckThatDoesNotHold() throws Exception {
    Ran ran =
        run(
            storage("snippets"),
            Step.Call.of(
                "start", "start", PveCall.post("/nodes/pve/qemu/1/status/start"), Probe.never()));
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).contains("error: local takes no images. Choose another.");
    assertThat(ran.calls()).doesNotContain("qm");
  }

  @Test
  void giveUpWaitingAtTheDeadline() throws Exception {
    Ran ran =
        run(
            new Step.Await(
                "ping",
                "wait for the agent",
                PveCall.get("/nodes/pve/none"),
                List.of(),
                Map.of(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Optional.empty(),
                1));
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).contains("timed out: wait for the agent");
  }

  @Test
  void softChecksGiveAVerdict() throws Exception {
    Ran ran =
        run(
            new Step.Require(
                "checks",
                "check",
                List.of(
                    new Check.Matches(
                        "user", Text.of("user=ops\nkey=yes"), Text.of("(?m)^key=yes$"), PROBLEM),
                    new Check.Differ("ids", Text.of("a"), Text.of("a"), PROBLEM)),
                true),
            new Step.Record(
                "record", "record", "Tested", Map.of("verdict", Text.output("checks", "verdict"))));
    assertThat(ran.exit()).as(ran.out()).isZero();
    assertThat(ran.out()).contains("verdict failed");
  }

  @Test
  void downloadsVerifyAndUnpack() throws Exception {
    Path image = folder.resolve("image.qcow2");
    Path sums = folder.resolve("SHA512SUMS");
    tool(
        "curl",
        """
        while [ $# -gt 1 ]; do [ "$1" = -o ] && to=$2; shift; done
        cp "%s/$(basename "$1")" "$to"
        """
            .formatted(folder));
    tool("qemu-img", "echo '{\"virtual-size\":1048576}' >&3");
    Files.writeString(image, "image");
    Process sum = new ProcessBuilder("sha512sum", "image.qcow2").directory(folder.toFile()).start();
    Files.write(sums, sum.getInputStream().readAllBytes());
    Fetch fetch =
        new Fetch(
            "https://example.org/image.qcow2",
            new Fetch.Published(
                "sha512", "https://example.org/SHA512SUMS", "gnu", "image.qcow2", Optional.empty()),
            "none",
            Optional.empty(),
            "qcow2",
            false);
    Step show =
        new Step.Record(
            "record",
            "record",
            "Made",
            Map.of(
                "size",
                Text.join(
                    Text.output("image", "size"), "/", Text.output("image", "virtual-size"))));
    Ran good = run(new Step.Download("image", "fetch", fetch, 1), show);
    assertThat(good.exit()).as(good.out()).isZero();
    assertThat(good.out()).contains("size 5/1048576");

    Files.writeString(sums, "0".repeat(128) + "  image.qcow2\n");
    Ran bad = run(new Step.Download("image", "fetch", fetch, 1), show);
    assertThat(bad.exit()).isEqualTo(1);
    assertThat(bad.out()).contains("does not have the digest");
  }

  @Test
  void picksByPatternComparesNumbersAndRemovesWhatIsOurs() throws Exception {
    tool(
        "pvesh",
        """
        printf 'pvesh'; printf ' [%s]' "$@"; echo
        case "$2" in
          */101/config) echo '{"boot":"order=virtio0;net0","name":"mine"}' >&3 ;;
          *) exit 1 ;;
        esac
        """);
    PveCall config = PveCall.get("/nodes/pve/qemu/101/config");
    PveCall gone = PveCall.get("/nodes/pve/qemu/102/config");
    Ran ran =
        run(
            Step.Call.read("config", "read", config, Map.of("disk", "boot ~ order=(\\w+)")),
            new Step.Require(
                "fits",
                "fits",
                List.of(new Check.AtMost("size", Text.of("9"), Text.of("10"), PROBLEM)),
                false),
            new Step.Discard(
                "discard",
                "remove",
                List.of(
                    new Undo.Api(
                        PveCall.delete("/nodes/pve/qemu/101"),
                        Probe.api(config),
                        Probe.api(config, Expect.equal("name", "mine"))),
                    new Undo.Api(
                        PveCall.delete("/nodes/pve/qemu/102"), Probe.api(gone), Probe.never()))),
            new Step.Record(
                "record", "record", "Made", Map.of("disk", Text.output("config", "disk"))),
            new Step.Discard(
                "foreign",
                "remove",
                List.of(
                    new Undo.Api(
                        PveCall.delete("/nodes/pve/qemu/101"),
                        Probe.api(config),
                        Probe.api(config, Expect.equal("name", "other"))))));
    assertThat(ran.out()).contains("disk virtio0").contains("not ours: qm destroy 101");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.calls()).containsOnlyOnce("qm [destroy] [101]").doesNotContain("[102]\nqm");
  }

  /** The forms that publishers use; the catalogue has all of them. */
  @ParameterizedTest
  @CsvSource({
    "gnu, '$ABC  image.qcow2'",
    "gnu, '$ABC *image.qcow2'",
    "gnu, '# MD5 HASH|d41d8cd98f00b204e9800998ecf8427e  image.qcow2|# SHA512 HASH|$ABC  image.qcow2'",
    "gnu, '$XYZ  other-image.qcow2|$ABC  ./folder/image.qcow2'",
    "bsd, '# image.qcow2: 3 bytes|SHA512 (image.qcow2) = $ABC'",
    "single, '$ABC'",
    "lone, '$ABC  images/quite-another.qcow2'",
    "lone, 'SHA512 (quite-another) = $ABC'",
  })
  void aScriptFindsTheDigestInEveryFormOfChecksumFile(String form, String lines) throws Exception {
    String sum =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-512").digest(new byte[] {'a', 'b', 'c'}));
    String text = lines.replace("$ABC", sum).replace("$XYZ", "0".repeat(128)).replace('|', '\n');
    Path script = folder.resolve("digest.sh");
    Files.writeString(
        script,
        DownloadScript.FUNCTIONS.replaceAll("(?m)^(work=|trap ).*$", "")
            + "digest_of image.qcow2 128 "
            + form
            + " <<'END'\n"
            + text
            + "\nEND\n");
    Process bash = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(out.strip()).isEqualTo(sum);
  }
}
