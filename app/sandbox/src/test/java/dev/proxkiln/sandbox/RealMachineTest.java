package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.sandbox.boot.QemuMachines;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Machines without an operating system: that QEMU takes every command line we make. Seconds. */
@Tag("real")
final class RealMachineTest extends NodeFixture {

  @Override
  SandboxOptions options() {
    return super.options().withBootMode(BootMode.QEMU);
  }

  @BeforeEach
  void needsQemu() {
    Assumptions.assumeTrue(QemuMachines.available(), "QEMU is not installed");
  }

  @AfterEach
  void stopGuest() {
    if (api.get(guest(100) + "/config").status() == 200) {
      api.await(api.post(guest(100) + "/status/stop"));
    }
  }

  private void starts(String... parameters) {
    create(100, parameters);
    Api.Answer started = api.post(guest(100) + "/status/start");
    assertThat(api.await(started)).as(() -> String.join("\n", api.log(started))).isEqualTo("OK");
    assertThat(api.get(guest(100) + "/status/current").data().path("pid").asLong()).isPositive();
  }

  @Test
  void startsResetsAndStopsAMachineWithEveryBus() {
    starts(
        "scsihw", "virtio-scsi-pci",
        "scsi0", "local-lvm:0.01",
        "scsi1", "local-lvm:0.01,discard=on,ssd=1",
        "sata0", "local:0.01,format=qcow2",
        "virtio0", "local-zfs:0.01,serial=abc",
        "ide0", "lvm:0.01",
        "ide2", "local:cloudinit",
        "net0", "virtio,bridge=vmbr0",
        "net1", "e1000,bridge=vmbr0",
        "ipconfig0", "ip=10.66.0.2/24,gw=10.66.0.1",
        "rng0", "source=/dev/urandom",
        "serial0", "socket",
        "agent", "1");
    assertThat(api.post(guest(100) + "/agent/ping").message())
        .isEqualTo("QEMU guest agent is not running");
    ok(api.post(guest(100) + "/status/reset"));
    assertThat(api.await(api.post(guest(100) + "/status/shutdown", "timeout", "1")))
        .isEqualTo("VM quit/powerdown failed - got timeout");
    ok(api.post(guest(100) + "/status/shutdown", "timeout", "1", "forceStop", "1"));
    assertThat(api.get(guest(100) + "/status/current").data().path("status").asString())
        .isEqualTo("stopped");
    ok(api.delete(guest(100)));
  }

  @Test
  void startsQ35WithFirmwareAndWithoutAnEfiDisk() {
    starts(
        "machine",
        "q35",
        "bios",
        "ovmf",
        "ide2",
        "none,media=cdrom",
        "vga",
        "serial0",
        "sata5",
        "local-lvm:0.01");
    assertThat(dir.resolve("state/run/100.efivars")).exists();
  }

  @Test
  void findsAGuestAgainWhoseFolderIsTooDeepForSockets() throws Exception {
    sandbox.close();
    Path deep = dir.resolve("d".repeat(60)).resolve("e".repeat(40));
    Files.createDirectories(deep);
    sandbox = Sandbox.open(options().withStateDir(deep));
    api = Api.root(sandbox);
    starts("serial0", "socket", "net0", "virtio,bridge=vmbr0");
    sandbox.close();
    sandbox = Sandbox.open(options().withStateDir(deep));
    api = Api.root(sandbox);
    assertThat(api.get(guest(100) + "/status/current").data().path("status").asString())
        .isEqualTo("running");
    assertThat(api.sandbox("GET", "/guests/100", "").data().path("sshPort").asInt()).isPositive();
    Path sockets = Path.of(api.sandbox("GET", "/guests/100", "").data().path("sockets").asString());
    assertThat(sockets).isNotEmptyDirectory();
    sandbox.close();
    assertThat(SandboxProcess.endGuests(deep)).isEqualTo(1);
    assertThat(sockets).doesNotExist();
    sandbox = Sandbox.open(options().withStateDir(deep));
    api = Api.root(sandbox);
    assertThat(api.get(guest(100) + "/status/current").data().path("status").asString())
        .isEqualTo("stopped");
  }
}
