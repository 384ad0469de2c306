package dev.proxkiln.pve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StorageLoadTest {
  private static Optional<String> load(PveCall call) {
    return StorageLoad.of(Step.Call.of("x", "x", call, Probe.never()));
  }

  @Test
  void importsUploadsAndCopiesKeepTheirStorageBusy() {
    Text source = Text.output("image", "path");
    assertThat(
            load(
                PveCall.post("/nodes/pve/qemu")
                    .with("vmid", Text.output("vmid", "value"))
                    .with("scsi0", Text.join("local-lvm:0,import-from=", source, ",ssd=1"))))
        .contains("local-lvm");
    assertThat(
            load(
                PveCall.post("/nodes/pve/qemu")
                    .with("scsi0", Text.join("zfs:0,discard=on,import-from=", source))))
        .contains("zfs");
    assertThat(load(PveCall.post("/nodes/pve/storage/local/upload").withFile(source)))
        .contains("local");
    assertThat(
            load(
                PveCall.post("/nodes/pve/qemu/", Text.output("vmid", "value"), "/clone")
                    .with("newid", 9)
                    .with("storage", "thick")))
        .contains("thick");
  }

  @Test
  void theRestIsDoneInNoTime() {
    assertThat(load(PveCall.post("/nodes/pve/qemu").with("scsi0", "local:32"))).isEmpty();
    assertThat(load(PveCall.post("/nodes/pve/qemu/100/clone").with("newid", 9))).isEmpty();
    assertThat(load(PveCall.post("/nodes/pve/qemu/100/template"))).isEmpty();
    assertThat(load(PveCall.get("/nodes/pve/storage/local/status"))).isEmpty();
  }
}
