package dev.proxkiln.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTextTest {
  private static final Text VMID = Text.output("vmid", "value");
  private static final PveCall CONFIG = PveCall.get("/nodes/pve/qemu/", VMID, "/config");
  private static final Problem PROBLEM =
      new Problem("p", Kind.HOST, "w", "It's wrong.", "", "Mend it.");

  /** One of everything. */
  static Plan everything() {
    return new Plan(
        "template create",
        "Create it's template",
        "sandbox",
        "pve",
        List.of(
            new Step.Require(
                "check",
                "check",
                List.of(
                    new Check.Api(
                        "a",
                        PveCall.get("/cluster/status"),
                        List.of(
                            Expect.of("[type=cluster].quorate", Expect.Test.EQUALS_OR_ABSENT, "1")),
                        PROBLEM),
                    new Check.Refused("b", PveCall.get("/nodes/pve/qemu/7/config"), PROBLEM)),
                false),
            Step.Call.read("vmid", "find", PveCall.get("/cluster/nextid"), Map.of("value", "")),
            new Step.Download(
                "image",
                "fetch",
                new Fetch(
                    "https://example.org/i.tar.xz",
                    new Fetch.Published(
                        "sha512",
                        "https://example.org/SUMS",
                        "clearsigned",
                        "i.tar.xz",
                        Optional.of(new Fetch.Signed(Optional.empty(), "ABCD"))),
                    "tar.xz",
                    Optional.of("*.qcow2"),
                    "qcow2",
                    false),
                20),
            new Step.Download(
                "other",
                "fetch",
                new Fetch(
                    "https://example.org/i.raw",
                    new Fetch.Pinned("sha256", "ff"),
                    "none",
                    Optional.empty(),
                    "raw",
                    false),
                20),
            new Step.Write(
                "note",
                "write",
                Text.join("/s/", Text.output("run", "id"), ".yaml"),
                Text.of("a: 'b'\n"),
                0640),
            Step.Call.of(
                    "create",
                    "create",
                    PveCall.post("/nodes/pve/qemu")
                        .with("vmid", VMID)
                        .with("name", "a b")
                        .with("sshkeys", "ssh-ed25519%20AAAA%20me%0A")
                        .with(
                            "scsi0",
                            Text.join("local-lvm:0,import-from=", Text.output("image", "path"))),
                    Probe.api(CONFIG, Expect.equal("name", "x")),
                    new Undo.Api(
                        PveCall.delete("/nodes/pve/qemu/", VMID).with("purge", true),
                        Probe.api(CONFIG),
                        Probe.api(CONFIG, Expect.present("name"))))
                .retryingFrom("vmid")
                .weighing(9),
            Step.Call.of(
                "password",
                "password",
                PveCall.put("/nodes/pve/qemu/", VMID, "/config")
                    .with("cipassword", Text.secret("root pw")),
                Probe.never()),
            new Step.Run(
                "tool",
                "run",
                List.of(Text.of("echo"), Text.of("$HOME `x`")),
                Optional.of(Text.of("in")),
                Map.of("path", " ~ (?m)^path=(.*)$"),
                Duration.ofSeconds(9),
                new Probe.FileThere(Text.of("/x")),
                List.of(
                    new Undo.DeleteFile(Text.of("/x")),
                    Undo.Command.removing(Text.output("image", "path"))),
                2,
                Optional.of(PROBLEM)),
            new Step.Await(
                "ping",
                "wait",
                PveCall.get("/nodes/pve/qemu/", VMID, "/agent/ping"),
                List.of(Expect.present("")),
                Map.of("a", "b.c"),
                Duration.ofMinutes(2),
                Duration.ofSeconds(2),
                Optional.of(VMID),
                30,
                "own-deadline"),
            new Step.Require(
                "soft",
                "verdict",
                List.of(
                    new Check.Matches("m", Text.output("ping", "a"), Text.of("^x"), PROBLEM),
                    new Check.Differ("d", VMID, Text.of("1"), PROBLEM)),
                true),
            new Step.Record("record", "record", "Made", Map.of("vmid", VMID))),
        List.of(
            Step.Call.of(
                "sorry",
                "note",
                PveCall.put("/nodes/pve/qemu/1/config")
                    .with("description", Text.output("failure", "what")),
                Probe.never())));
  }

  @Test
  void documentAndBackIsTheSame() {
    Plan plan = everything();
    Map<String, Object> document = PlanTree.document(plan);
    assertThat(document.keySet())
        .containsExactly(
            "proxkiln-plan", "id", "command", "title", "target", "node", "steps", "aftermath");
    assertThat(PlanTree.read(document)).isEqualTo(plan);
    assertThat(PlanTree.read(document).id()).isEqualTo(plan.id()).hasSize(12);
  }

  @Test
  void refusesAPlanThatWasChangedByHand() {
    Map<String, Object> document = PlanTree.document(everything());
    document.put("node", "other");
    assertThatThrownBy(() -> PlanTree.read(document))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("plan-unreadable");
    assertThatThrownBy(() -> PlanTree.read(Map.of("proxkiln-plan", 99)))
        .hasMessageContaining("format version '99'");
    assertThatThrownBy(() -> PlanTree.read(Map.of())).hasMessageContaining("no plan");
  }

  @Test
  void printsCallsAsAnAdministratorWouldTypeThem() {
    assertThat(
            PlanText.command(
                PveCall.post("/nodes/pve/qemu").with("vmid", 100).with("name", "it's"), "pve"))
        .isEqualTo("qm create 100 --name 'it'\\''s'");
    assertThat(
            PlanText.command(
                PveCall.put("/nodes/pve/qemu/", VMID, "/resize")
                    .with("disk", "scsi0")
                    .with("size", "10G"),
                "pve"))
        .isEqualTo("qm disk resize \"${vmid}\" scsi0 10G");
    assertThat(
            PlanText.command(
                PveCall.post("/nodes/pve/qemu/9000/clone").with("newid", 101).with("full", true),
                "pve"))
        .isEqualTo("qm clone 9000 101 --full 1");
    assertThat(
            PlanText.command(
                PveCall.delete("/nodes/pve/storage/local/content/local:import/x.qcow2"), "pve"))
        .isEqualTo("pvesh delete /nodes/pve/storage/local/content/local:import/x.qcow2");
    assertThat(
            PlanText.command(
                PveCall.post("/nodes/pve/qemu")
                    .with("vmid", 1)
                    .with("sshkeys", "ssh-ed25519%20A%2BB%0A"),
                "pve"))
        .isEqualTo("qm create 1 --sshkeys <(printf '%s\\n' 'ssh-ed25519 A+B')");
  }

  @Test
  void qmKnowsOnlyTheGuestsOfItsNode() {
    assertThat(PlanText.command(PveCall.post("/nodes/pve2/qemu/9000/template"), "pve"))
        .isEqualTo("pvesh create /nodes/pve2/qemu/9000/template");
  }

  @Test
  void aFileOnAnotherNodeIsWrittenThere() {
    Text path = Text.join("pve2:/var/lib/vz/snippets/", Text.output("source", "vendor"));
    Plan plan =
        new Plan(
            "test",
            "Test",
            "local",
            "pve",
            List.of(new Step.Write("snippet", "Write it", path, Text.of("a: b"), 0644)));
    assertThat(PlanText.script(plan))
        .contains(
            "printf %s 'a: b' | ssh -e none -o BatchMode=yes -o HostKeyAlias=pve2 root@pve2"
                + " install -D -m 0644 /dev/stdin /var/lib/vz/snippets/\"${source_vendor}\"");
    assertThat(NodePath.parse("/a:b/c").node()).isEmpty();
    assertThat(NodePath.parse("pve-2:/a:b")).isEqualTo(new NodePath(Optional.of("pve-2"), "/a:b"));
  }

  @Test
  void aSecretNeverStandsOnACommandLine() {
    assertThat(
            PlanText.command(
                PveCall.put("/nodes/pve/qemu/1/config").with("cipassword", Text.secret("pw")),
                "pve"))
        .isEqualTo("printf '%s\\n%s\\n' \"${secret_pw}\" \"${secret_pw}\" | qm set 1 --cipassword");
  }

  @Test
  void theTextNamesEveryStepAndItsCall() {
    String text = PlanText.text(everything());
    everything().steps().forEach(step -> assertThat(text).contains(step.label()));
    assertThat(text)
        .contains("Nothing has been changed yet")
        .contains("qm create \"${vmid}\"")
        .contains("must be signed by OpenPGP key ABCD")
        .doesNotContain("root pw\n");
  }

  @Test
  void theScriptIsValidBash(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("plan.sh");
    Files.writeString(script, PlanText.script(everything()));
    Process bash =
        new ProcessBuilder("bash", "-n", script.toString()).redirectErrorStream(true).start();
    String said =
        new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
  }
}
