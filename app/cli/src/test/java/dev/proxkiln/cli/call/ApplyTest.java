package dev.proxkiln.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.TinyNode;
import dev.proxkiln.config.JacksonTreeText;
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

/** {@code apply}, from the command line. */
class ApplyTest {
  private static final String WANTED =
      """
      image: tiny-0
      vmid: 300
      notes: for the web
      ssh-keys: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFfooooooooooooooooooooooooooooooooooooooooo me
      ---
      command: template create
      image: tiny-1
      name: blue
      storage: local-lvm
      tags: [web, blue]
      disk-size: 2G
      firmware: uefi
      ---
      image: [tiny-2, tiny-3]
      firmware: uefi
      tpm: true
      ipv4: 10.0.0.5/24
      gateway: 10.0.0.1
      vlan: 7
      dns: [10.0.0.1, 10.0.0.2]
      """;

  @TempDir Path root;
  private TinyNode node;

  @BeforeEach
  void start() throws Exception {
    node = TinyNode.open(root, List.of("tiny-0", "tiny-1", "tiny-2", "tiny-3", "bad-4"));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private InProcess.Ended call(String... words) {
    return new InProcess(root).onSandbox(words);
  }

  private InProcess.Ended apply(String documents, String... more) throws IOException {
    Files.writeString(root.resolve("wanted.yaml"), documents);
    return call(
        Stream.concat(Stream.of("apply", "-f", "wanted.yaml"), Stream.of(more))
            .toArray(String[]::new));
  }

  private static Object summary(InProcess.Ended ended) {
    return new JacksonTreeText().read(ended.out().lines().toList().getLast());
  }

  private int runs() {
    return new InProcess(root).wiring().runs().ids().size();
  }

  @Test
  void makesWhatIsMissingAndChangesNothingThatIsRight() throws IOException {
    InProcess.Ended check = apply(WANTED, "--check");
    assertThat(check.code()).as(check.err()).isEqualTo(8);
    assertThat(check.out().lines().filter(l -> l.contains("missing"))).hasSize(4);
    assertThat(runs()).isZero();

    InProcess.Ended first = apply(WANTED, "--yes");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out().lines().filter(l -> l.contains("created"))).hasSize(4);
    assertThat(runs()).isEqualTo(4);

    InProcess.Ended second = apply(WANTED, "--no-input");
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out().lines().filter(l -> l.contains("right")))
        .as(second.out() + second.err())
        .hasSize(4);
    assertThat(runs()).isEqualTo(4);
    assertThat(apply(WANTED, "--check").code()).isZero();
  }

  @Test
  void saysWhatDiffersWithBothValuesAndLeavesIt() throws IOException {
    assertThat(apply(WANTED, "--yes").code()).isZero();
    String other =
        WANTED
            .replace("vmid: 300", "vmid: 300\nmemory: 96M")
            .replace("[web, blue]", "[web, green]")
            .replace("disk-size: 2G", "disk-size: 4G")
            .replace("vlan: 7", "vlan: 8")
            .replace("for the web", "for the mail")
            .replace("dns: [10.0.0.1, 10.0.0.2]", "")
            .replace("firmware: uefi", "");
    InProcess.Ended ended = apply(other, "--check");
    assertThat(ended.code()).as(ended.err()).isEqualTo(8);
    assertThat(ended.err())
        .contains("'tiny-0' differs from what is wanted:")
        .contains("  memory is '2048', wanted '96'")
        .contains("  notes is 'for the web', wanted 'for the mail'")
        .contains("  tag green is not set, wanted 'set'")
        .contains("  scsi0 size is '2G', wanted '4G'")
        .contains("  net0 tag is '7', wanted '8'")
        .contains("  nameserver is '10.0.0.1 10.0.0.2', and should not be set")
        .containsPattern("  efidisk0 is 'local-lvm:.*', and should not be set");
    Object json = summary(apply(other, "--diff", "-o", "json"));
    assertThat(Tree.text(json, "results[name=blue].result")).isEqualTo("differs");
    assertThat(Tree.list(json, "results[name=blue].differences")).hasSize(4);
    assertThat(apply(other, "--no-input").code()).isZero();
    assertThat(runs()).isEqualTo(4);
  }

  @Test
  void makesTheRestWhenOneFailsOrIsInTheWay() throws IOException {
    assertThat(
            call("template", "create", "tiny-1", "--name", "other", "--vmid", "300", "--yes")
                .code())
        .isZero();
    InProcess.Ended ended = apply(WANTED + "---\nimage: bad-4\n", "--yes");
    assertThat(ended.code()).as(ended.err()).isEqualTo(7);
    assertThat(ended.out())
        .containsPattern("tiny-0 +failed.*template-in-the-way")
        .containsPattern("bad-4 +failed.*checksum-mismatch");
    assertThat(ended.out().lines().filter(l -> l.contains("created"))).hasSize(3);
    assertThat(ended.err()).contains("VM ID '300' is that of 'other'");
  }

  @Test
  void everythingThatIsWrongIsSaidBeforeAnythingBegins() throws IOException {
    InProcess.Ended ended =
        apply(
            """
            image: tiny-0
            memery: 1G
            ---
            image: nothing
            target: local
            ---
            command: template test
            template: tiny-0
            ---
            image: tiny-1
            name: same
            ---
            image: tiny-2
            name: same
            """,
            "--yes");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("target in wanted.yaml, document 2");
    ended = apply("image: tiny-0\nmemery: 1G\n---\nimage: nothing\n", "--yes");
    assertThat(ended.err()).contains("memery in wanted.yaml, document 1").contains("nothing");
    ended = apply("image: tiny-1\nname: same\n---\nimage: tiny-2\nname: same\n", "--yes");
    assertThat(ended.err())
        .contains("'same' is wanted 2 times")
        .contains("name in wanted.yaml, document 1; name in wanted.yaml, document 2");
    ended =
        apply(
            "image: tiny-1\nvmid: 700\n---\nimage: tiny-2\nvmid: 700\n---\nname: bare\n---\n"
                + "command: template delete\ntemplate: '1'\n",
            "--yes");
    assertThat(ended.err())
        .contains("'700' is wanted 2 times")
        .contains("vmid in wanted.yaml, document 1; vmid in wanted.yaml, document 2")
        .contains("image in wanted.yaml, document 3: Image is missing")
        .contains("command in wanted.yaml, document 4: 'template delete' makes nothing");
    assertThat(runs()).isZero();
  }

  @Test
  void runsExactlyThePlanThatWasPrinted() {
    InProcess.Ended planned =
        call("plan", "template", "create", "tiny-0", "--format", "json", "-o", "tiny.plan.json");
    assertThat(planned.code()).as(planned.err()).isZero();
    InProcess.Ended shown = new InProcess(root).run("apply", "tiny.plan.json", "--dry-run");
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(runs()).isZero();
    assertThat(new InProcess(root).run("apply", "tiny.plan.json").err())
        .contains("without consent");

    InProcess.Ended applied = new InProcess(root).run("apply", "tiny.plan.json", "--yes");
    assertThat(applied.code()).as(applied.err()).isZero();
    assertThat(applied.out()).contains("TemplateCreated").contains("tiny-0");
    assertThat(call("template", "list").out()).contains("tiny-0");

    String run = new InProcess(root).wiring().runs().ids().getFirst();
    InProcess.Ended undone = new InProcess(root).run("undo", run, "--yes");
    assertThat(undone.code()).as(undone.err()).isZero();
    assertThat(call("template", "list").out()).doesNotContain("tiny-0");
  }

  @Test
  void aPlanIsNoDocument() throws IOException {
    Files.writeString(root.resolve("wanted.yaml"), WANTED);
    assertThat(call("apply", "wanted.yaml").err()).contains("proxkiln apply -f wanted.yaml");
    assertThat(call("apply").err()).contains("There is nothing to apply");
    assertThat(apply("# nothing\n").err()).contains("There is nothing in it");
  }
}
