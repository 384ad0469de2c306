package dev.proxkiln.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchOrderTest {
  private static Batch.Entry entry(String name, String compression) {
    Fetch fetch =
        new Fetch(
            "https://images.example.org/" + name,
            new Fetch.Pinned("sha256", "0".repeat(64)),
            compression,
            Optional.empty(),
            "raw",
            false);
    Step step = new Step.Download("image", "Download", fetch, 1);
    Plan plan = new Plan("template create", name, "sandbox", "pve", List.of(step));
    return new Batch.Entry(name, plan, Map.of(), "");
  }

  @Test
  void downloadsFirstWhatTakesLongestToUnpack() {
    assertThat(
            Batch.ordered(
                List.of(
                    entry("a", "none"),
                    entry("b", "xz"),
                    entry("c", "zst"),
                    entry("d", "gz"),
                    entry("e", "tar.xz"))))
        .extracting(Batch.Entry::name)
        .containsExactly("b", "e", "d", "a", "c");
  }
}
