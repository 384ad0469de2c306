package dev.proxkiln.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.TinyNode;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.PlanTree;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.host.run.BatchStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a batch that wait for one another. */
class BatchChainTest {
  @TempDir Path root;
  private TinyNode node;

  @BeforeEach
  void start() throws Exception {
    node = TinyNode.open(root, List.of("tiny", "small", "bad"));
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private InProcess.Ended proxkiln(String... words) {
    return new InProcess(root).run(words);
  }

  private Plan plan(String image, String name) {
    InProcess.Ended ended =
        proxkiln(
            "plan",
            "template",
            "create",
            image,
            "--name",
            name,
            "--target",
            "sandbox",
            "--format",
            "json");
    assertThat(ended.code()).as(ended.err()).isZero();
    return PlanTree.read(new InProcess(root).wiring().json().read(ended.out()));
  }

  /** A chain of plans, and one beside it. */
  private BatchStore.Batch batch(String first) {
    Wiring wiring = new InProcess(root).wiring();
    List<BatchStore.Member> members = new ArrayList<>();
    members.add(member(wiring, first, "one", ""));
    members.add(member(wiring, "tiny", "two", "one"));
    members.add(member(wiring, "small", "three", "two"));
    members.add(member(wiring, "small", "beside", ""));
    return wiring.batches().create(members);
  }

  private BatchStore.Member member(Wiring wiring, String image, String name, String after) {
    Batch.Entry entry = new Batch.Entry(name, plan(image, name), Map.of(), "");
    try (RunFolder run = Batch.folder(wiring, entry)) {
      return new BatchStore.Member(name, run.id(), after);
    }
  }

  private static List<String> words(InProcess.Ended ended, String word) {
    return ended
        .out()
        .lines()
        .filter(line -> line.contains(word))
        .map(l -> l.split(" ")[0])
        .toList();
  }

  @Test
  void oneStartsOnlyWhenTheOneBeforeItWentThrough() {
    BatchStore.Batch batch = batch("tiny");
    InProcess.Ended ended = proxkiln("resume", batch.id(), "--jobs", "4");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(words(ended, " done ")).containsExactlyInAnyOrder("one", "two", "three", "beside");
    List<String> chain = words(ended, " done ").stream().filter(n -> !n.equals("beside")).toList();
    assertThat(chain).containsExactly("one", "two", "three");
  }

  @Test
  void whatWaitsForAFailureIsNotStartedAndNotResumedAlone() {
    BatchStore.Batch batch = batch("bad");
    InProcess.Ended ended = proxkiln("resume", batch.id(), "--on-error", "undo");
    assertThat(ended.code()).as(ended.err()).isEqualTo(7);
    assertThat(words(ended, "not started")).containsExactly("two", "three");
    assertThat(words(ended, " done ")).containsExactly("beside");
    assertThat(proxkiln("resume", batch.id()).err()).contains("No run of batch");
    String two = batch.members().get(1).run();
    assertThat(proxkiln("resume", two).err())
        .contains("waits for run '" + batch.members().getFirst().run() + "'");
    assertThat(proxkiln("resume").err()).contains("No run can be resumed");
  }
}
