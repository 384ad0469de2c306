package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningSandboxTest {
  @TempDir Path folder;

  @Test
  void understandsWhatAReleaseOfOneNodeWrote() throws IOException {
    Files.writeString(
        folder.resolve("sandbox.json"),
        """
        {"pid": %d, "port": 1, "url": "https://127.0.0.1:1", "fingerprint": "AA", "version": "9.2",
         "node": "pve", "boot": "simulated", "accel": "none", "stateDir": "%s",
         "started": "2026-01-01T00:00:00Z"}
        """
            .formatted(ProcessHandle.current().pid(), folder));
    assertThat(RunningSandbox.find(folder).orElseThrow().nodes()).containsExactly("pve");
  }
}
