package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A real cloud image becomes a template whose clone really boots. Minutes under emulation. */
@Tag("real")
final class RealBootTest extends NodeFixture {
  private static final Duration BOOT = Duration.ofMinutes(10);

  @Override
  SandboxOptions options() {
    return super.options().withBootMode(BootMode.QEMU);
  }

  @AfterEach
  void stopGuests() {
    for (int vmid : new int[] {101, 102}) {
      if (api.get(guest(vmid) + "/config").status() == 200) {
        api.await(api.post(guest(vmid) + "/status/stop"));
      }
    }
  }

  private static Path image() {
    String folder = System.getenv("PROXKILN_TEST_IMAGE");
    Assumptions.assumeTrue(
        folder != null,
        "PROXKILN_TEST_IMAGE is not set: ./dev image makes a cloud image and prints its folder");
    return Path.of(folder, "debian-12-genericcloud-amd64.qcow2");
  }

  @Test
  void bootsALinkedCloneOfATemplateWithOvmfAndQ35() throws IOException {
    bootsALinkedClone(
        "local-lvm",
        "bios",
        "ovmf",
        "machine",
        "q35",
        "efidisk0",
        "local-lvm:1,efitype=4m,pre-enrolled-keys=0");
  }

  @Test
  void bootsALinkedCloneOfATemplateWithSeaBiosAndAStaticAddress() throws IOException {
    bootsALinkedClone("local-zfs", "ipconfig0", "ip=192.168.77.20/24,gw=192.168.77.1");
  }

  private void bootsALinkedClone(String storage, String... more) throws IOException {
    String[] parameters = template(storage, image().toString(), more);
    for (int i = 0; i < parameters.length; i += 2) {
      // A parameter given twice is a list, so the template's own address makes room.
      boolean replaced =
          i < parameters.length - more.length && java.util.List.of(more).contains(parameters[i]);
      if (replaced) {
        parameters[i] = "onboot";
        parameters[i + 1] = "0";
      }
    }
    create(100, parameters);
    ok(api.put(guest(100) + "/resize", "disk", "scsi0", "size", "6G"));
    ok(api.post(guest(100) + "/template"));
    ok(api.post(guest(100) + "/clone", "newid", "101", "name", "web1"));
    ok(api.post(guest(101) + "/status/start"));
    JsonNode about = api.sandbox("GET", "/guests/101", "").data();
    assertThat(about.path("boot").asString()).isEqualTo("qemu");
    Path console = Path.of(about.path("console").asString());
    awaitAgent(101, console);
    assertThat(agent(101, "get-host-name").path("host-name").asString()).isEqualTo("web1");
    assertThat(agent(101, "get-osinfo").path("id").asString()).isEqualTo("debian");
    assertThat(exec(101, "cloud-init", "status", "--wait")).contains("status: done");
    assertThat(exec(101, "getent", "passwd", "admin")).startsWith("admin:");
    assertThat(exec(101, "cat", "/etc/machine-id")).matches("[0-9a-f]{32}\n");
    assertThat(Long.parseLong(exec(101, "stat", "-f", "-c", "%b", "/").strip()) * 4096)
        .isGreaterThan(5L << 30);
    String addresses = agent(101, "network-get-interfaces").toString();
    assertThat(addresses).containsAnyOf("10.0.2.15", "192.168.77.20");
    assertThat(sshBanner(about.path("sshPort").asInt())).startsWith("SSH-2.0-");
    assertThat(Files.readString(console, StandardCharsets.ISO_8859_1)).contains("web1 login:");
    restart();
    assertThat(api.get(guest(101) + "/status/current").data().path("status").asString())
        .isEqualTo("running");
    assertThat(exec(101, "hostname").strip()).isEqualTo("web1");
    assertThat(api.await(api.post(guest(101) + "/status/shutdown", "timeout", "300")))
        .isEqualTo("OK");
    assertThat(api.get(guest(101) + "/status/current").data().path("status").asString())
        .isEqualTo("stopped");
    ok(api.delete(guest(101), "purge", "1"));
    ok(api.delete(guest(100), "purge", "1"));
    assertThat(volumes(storage)).isEmpty();
  }

  private void awaitAgent(int vmid, Path console) {
    Awaitility.await()
        .atMost(BOOT)
        .pollInterval(Duration.ofSeconds(1))
        .conditionEvaluationListener(
            condition -> {
              if (condition.getRemainingTimeInMS() <= 0) {
                System.err.println(tail(console));
              }
            })
        .until(() -> api.post(guest(vmid) + "/agent/ping").status() == 200);
  }

  private static String tail(Path console) {
    try {
      String text = Files.readString(console, StandardCharsets.ISO_8859_1);
      return text.substring(Math.max(0, text.length() - 4000));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private JsonNode agent(int vmid, String command) {
    return api.get(guest(vmid) + "/agent/" + command).data().path("result");
  }

  private String exec(int vmid, String... command) {
    JsonNode started =
        api.json("POST", guest(vmid) + "/agent/exec", java.util.Map.of("command", command)).data();
    String pid = started.path("pid").asString();
    return Awaitility.await()
        .atMost(BOOT)
        .until(
            () -> api.get(guest(vmid) + "/agent/exec-status", "pid", pid).data(),
            status -> status.path("exited").asInt() == 1)
        .path("out-data")
        .asString("");
  }

  private static String sshBanner(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      byte[] banner = socket.getInputStream().readNBytes(8);
      return new String(banner, StandardCharsets.US_ASCII);
    }
  }
}
