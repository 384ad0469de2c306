package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.module.Survey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What happens to templates on three nodes of a sandbox cluster. */
abstract class ThreeNodes {
  @TempDir Path folder;
  Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(folder, 3);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  /** Makes a template on the first node, with settings as {@code key, value, key, value ...}. */
  void make(String name, String... settings) {
    List<String> all =
        new ArrayList<>(List.of("image", "tiny-1", "name", name, "disk-size", "64M"));
    all.addAll(List.of(settings));
    assertThat(rig.run(rig.plan("template create", all.toArray(String[]::new))).problems())
        .isEmpty();
  }

  /** Runs every plan that a survey made; there must be no problem, and all must go well. */
  void run(Survey.Found found) {
    assertThat(found.problems()).isEmpty();
    found.jobs().stream()
        .flatMap(job -> job.plans().stream())
        .forEach(plan -> assertThat(rig.run(plan).problems()).isEmpty());
  }
}
