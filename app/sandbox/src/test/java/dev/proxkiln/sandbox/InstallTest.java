package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A system that is installed from an ISO, as far as a simulated guest can. */
final class InstallTest extends NodeFixture {

  @Override
  SandboxOptions options() {
    return super.options().withSimulatedBoot(Duration.ofMillis(300));
  }

  private void createFromIso() throws IOException {
    ok(api.upload("local", Files.writeString(dir.resolve("i"), "ISO"), "i.iso", "content", "iso"));
    create(
        100,
        "scsi0",
        "local-lvm:1",
        "ide2",
        "local:iso/i.iso,media=cdrom",
        "boot",
        "order=scsi0;ide2",
        "reboot",
        "0");
  }

  private String status() {
    return api.get(guest(100) + "/status/current").data().path("status").asString();
  }

  @Test
  void switchesItselfOffWhenTheSystemIsInstalledAndNotAgain() throws Exception {
    createFromIso();
    ok(api.post(guest(100) + "/status/start"));
    assertThat(api.get(guest(100) + "/status/current").data().path("diskwrite").asLong())
        .isPositive();
    assertThat(api.post(guest(100) + "/agent/ping").status()).isEqualTo(500);
    await().until(() -> status().equals("stopped"));
    ok(api.post(guest(100) + "/status/start"));
    assertThat(api.await(api.post(guest(100) + "/status/stop"))).isEqualTo("OK");
    assertThat(api.put(guest(100) + "/config", "delete", "ide2,reboot").status()).isEqualTo(200);
    assertThat(option(100, "boot")).isEqualTo("order=scsi0");
    assertThat(config(100).has("ide2")).isFalse();
    assertThat(api.get("/nodes/pve/storage/local/content/local:iso%2Fi.iso").status())
        .isEqualTo(200);
  }
}
