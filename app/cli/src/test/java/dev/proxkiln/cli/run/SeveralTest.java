package dev.proxkiln.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.TinyNode;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code template create A B C}: several plans side by side, from the command line. */
class SeveralTest {
  private static final List<String> TEN =
      IntStream.range(0, 10).mapToObj(i -> i == 4 ? "bad-4" : "tiny-" + i).toList();

  @TempDir Path root;
  private TinyNode node;

  @BeforeEach
  void start() throws Exception {
    node = TinyNode.open(root, TEN);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private InProcess.Ended call(String... words) {
    return new InProcess(root).onSandbox(words);
  }

  /** The settings that every run keeps. */
  private List<String> answers() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> runs = Files.list(new InProcess(root).layout().runs())) {
      for (Path run : runs.toList()) {
        texts.add(Files.readString(run.resolve("answers.yaml")));
      }
    }
    return texts;
  }

  private InProcess.Ended create(List<String> ids, String... more) {
    return call(
        Stream.of(Stream.of("template", "create"), ids.stream(), Stream.of(more))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }

  /** Names and digests of the templates, without what differs from run to run. */
  private Map<String, String> templates() {
    Map<String, String> all = new TreeMap<>();
    Object rows = new JacksonTreeText().read(call("template", "list", "-o", "json").out());
    for (Object row : Tree.list(rows, "")) {
      all.put(Tree.text(row, "name"), Tree.text(row, "vmid"));
    }
    return all;
  }

  @Test
  void oneThatFailsDoesNotStopTheRest() {
    InProcess.Ended ended = create(TEN, "--yes");
    assertThat(ended.code()).as(ended.err()).isEqualTo(7);
    assertThat(ended.out().lines().filter(l -> l.contains("  done"))).hasSize(9);
    assertThat(ended.out()).containsPattern("bad-4 +failed +[0-9.]+ s +checksum-mismatch");
    assertThat(ended.err()).contains("proxkiln explain checksum-mismatch");
    assertThat(templates()).hasSize(9).doesNotContainKey("bad-4");
    assertThat(templates().values()).doesNotHaveDuplicates();
    assertThat(call("runs", "-o", "json").out()).contains("UNDONE").doesNotContain("STOPPED");
    for (String id : TEN) {
      assertThat(node.images().requests("/" + id + ".qcow2")).as(id).hasSize(1);
    }
  }

  @Test
  void sideBySideMakesTheSameAsOneAfterTheOther() {
    assertThat(create(TEN, "--yes", "--jobs", "10", "--vmid", "200").code()).isEqualTo(7);
    Map<String, String> together = templates();
    List<String> words = new ArrayList<>(together.keySet());
    words.forEach(name -> assertThat(call("template", "delete", name, "--yes").code()).isZero());
    assertThat(templates()).isEmpty();
    assertThat(create(TEN, "--yes", "--jobs", "1", "--vmid", "200").code()).isEqualTo(7);
    assertThat(templates()).isEqualTo(together).containsEntry("tiny-9", "209");
  }

  @Test
  void settingsCountForAllAndNamesAreMadeOfTheImage() throws IOException {
    InProcess.Ended ended =
        create(
            List.of("tiny-0", "tiny-1"),
            "--name",
            "tpl-{image}",
            "--memory",
            "96M",
            "-o",
            "json",
            "--yes");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(templates()).containsOnlyKeys("tpl-tiny-0", "tpl-tiny-1");
    assertThat(answers())
        .hasSize(2)
        .allMatch(text -> text.contains("memory: 96M"))
        .anyMatch(text -> text.contains("image: tiny-0"))
        .anyMatch(text -> text.contains("image: tiny-1"));
    String last = ended.out().lines().toList().getLast();
    Object summary = new JacksonTreeText().read(last);
    assertThat(Tree.text(summary, "event")).isEqualTo("summary");
    assertThat(Tree.text(summary, "exit")).isEqualTo("0");
    assertThat(Tree.list(summary, "results")).hasSize(2);
    assertThat(Tree.text(summary, "results[0].announced.TemplateCreated.image"))
        .startsWith("tiny-");
  }

  @Test
  void whatIsWrongIsSaidBeforeAnythingBegins() {
    InProcess.Ended ended = create(List.of("tiny-0", "nothing", "tiny-0"), "--yes");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("Image 'tiny-0' is named twice");
    ended = create(List.of("tiny-0", "nothing", "tiny-1"), "--name", "same", "--yes");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("Name 'same' would be that of 3 templates");
    ended = create(List.of("tiny-0", "nothing", "tiny-1"), "--bridge", "vmbr9", "--yes");
    assertThat(ended.code()).isEqualTo(3);
    assertThat(ended.err()).contains("nothing").containsOnlyOnce("error: --bridge");
    assertThat(templates()).isEmpty();
    assertThat(node.images().requests()).isEmpty();
  }

  @Test
  void plansOfSeveralArePrintedTogether() {
    InProcess.Ended text = create(List.of("tiny-0", "tiny-1"), "--dry-run");
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out()).contains("Create template tiny-0").contains("Create template tiny-1");
    InProcess.Ended json = create(List.of("tiny-0", "tiny-1"), "--dry-run", "-o", "json");
    assertThat(Tree.list(new JacksonTreeText().read(json.out()), "plans")).hasSize(2);
    InProcess.Ended help = call("template", "create", "--help");
    assertThat(help.out()).contains("[IMAGE...]").contains("--jobs");
  }
}
