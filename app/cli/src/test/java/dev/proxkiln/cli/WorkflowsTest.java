package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The shape of the workflows of GitHub Actions: what can be told without running them. That they
 * run is seen only there.
 */
class WorkflowsTest {
  private static final Path HOME = Path.of(System.getProperty("proxkiln.home"));
  private static final Map<String, Map<String, Object>> WORKFLOWS = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve(".github/workflows"))) {
      for (Path file : files.toList()) {
        WORKFLOWS.put(
            file.getFileName().toString(),
            Tree.map(new YAMLMapper().readValue(Files.readString(file), Map.class), ""));
      }
    }
  }

  private static Map<String, Map<String, Object>> jobs() {
    Map<String, Map<String, Object>> jobs = new TreeMap<>();
    WORKFLOWS.forEach(
        (name, workflow) ->
            Tree.map(workflow, "jobs")
                .forEach((job, tree) -> jobs.put(name + " " + job, Tree.map(tree, ""))));
    return jobs;
  }

  private static List<Object> steps() {
    List<Object> steps = new ArrayList<>();
    jobs().values().forEach(job -> steps.addAll(Tree.list(job, "steps")));
    return steps;
  }

  @Test
  void areAllThere() {
    assertThat(WORKFLOWS).containsOnlyKeys("lint.yml", "release.yml", "scan.yml", "test.yml");
    for (Map.Entry<String, Map<String, Object>> workflow : WORKFLOWS.entrySet()) {
      assertThat(workflow.getValue()).as(workflow.getKey()).containsKeys("name", "on", "jobs");
      assertThat(Tree.map(workflow.getValue(), "permissions"))
          .as("what every job of " + workflow.getKey() + " may do")
          .isEqualTo(Map.of("contents", "read"));
    }
  }

  @Test
  void everyJobEnds() {
    for (Map.Entry<String, Map<String, Object>> job : jobs().entrySet()) {
      if (!job.getValue().containsKey("uses")) {
        assertThat(job.getValue()).as(job.getKey()).containsKeys("runs-on", "timeout-minutes");
      }
    }
  }

  @Test
  void everyActionIsPinnedByItsCommitAndSaysItsVersion() throws IOException {
    int pinned = 0;
    try (Stream<Path> files = Files.list(HOME.resolve(".github/workflows"))) {
      for (Path file : files.toList()) {
        for (String line : Files.readAllLines(file)) {
          if (line.matches("\\s*(- )?uses: (?!\\./).*")) {
            assertThat(line).matches(".*uses: [\\w./-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");
            pinned++;
          }
        }
      }
    }
    assertThat(pinned).isGreaterThan(5);
  }

  /** The image of a container has neither Git nor GnuPG; what runs on the host has both. */
  @Test
  void aContainerHasWhatItsActionsStart() {
    int containers = 0;
    for (Map.Entry<String, Map<String, Object>> job : jobs().entrySet()) {
      if (job.getValue().containsKey("container")) {
        String installed = Tree.text(Tree.list(job.getValue(), "steps").getFirst(), "run");
        assertThat(installed).as(job.getKey()).contains("apt-get", " git ", "ca-certificates");
        assertThat(installed + " ").as(job.getKey()).contains(" gnupg ");
        containers++;
      }
    }
    assertThat(containers).isEqualTo(3);
  }

  @Test
  void noScriptHoldsWhatSomebodyElseWrote() {
    for (Object step : steps()) {
      // Expressions are pasted into scripts before a shell reads them.
      assertThat(Tree.text(step, "run")).doesNotContain("${{");
      if (Tree.text(step, "uses").startsWith("actions/checkout@")) {
        assertThat(Tree.flag(step, "with.persist-credentials")).isFalse();
        assertThat(Tree.text(step, "with.persist-credentials")).isEqualTo("false");
      }
    }
  }

  @Test
  void theSigningKeyIsSeenByOneStepOfAGuardedJob() {
    List<Object> seeing = steps().stream().filter(s -> s.toString().contains("secrets.")).toList();
    assertThat(seeing).hasSize(1);
    assertThat(Tree.text(seeing.getFirst(), "run")).contains("./dev release");
    assertThat(jobs().get("release.yml publish"))
        .containsEntry("environment", "release")
        .containsEntry("needs", "test");
  }

  @Test
  void everyCommandOfTheContributorsScriptExists() throws IOException {
    String script = Files.readString(HOME.resolve("dev"));
    Matcher called =
        Pattern.compile("\\./dev ([a-z-]+)")
            .matcher(String.join("\n", steps().stream().map(Object::toString).toList()));
    int count = 0;
    while (called.find()) {
      assertThat(script).contains("\n    " + called.group(1) + ")");
      count++;
    }
    assertThat(count).isGreaterThan(2);
  }
}
