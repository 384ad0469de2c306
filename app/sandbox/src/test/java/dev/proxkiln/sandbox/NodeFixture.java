package dev.proxkiln.sandbox;

import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A fresh node with simulated guests for each test, and what most tests do with it. */
abstract class NodeFixture {
  static final String QEMU = "/nodes/pve/qemu";

  @TempDir Path dir;
  Sandbox sandbox;
  Api api;

  SandboxOptions options() {
    return SandboxOptions.in(dir.resolve("state")).withBootMode(BootMode.SIMULATED);
  }

  @BeforeEach
  void open() throws IOException {
    sandbox = Sandbox.open(options());
    api = Api.root(sandbox);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  void restart() throws IOException {
    sandbox.close();
    open();
  }

  /** A small qcow2 image with a little content; its virtual size in MiB. */
  Path image(String name, int mebibytes) {
    Path raw = dir.resolve(name + ".content");
    Path image = dir.resolve(name);
    try {
      byte[] content = new byte[256 * 1024];
      new java.util.Random(1).nextBytes(content);
      Files.write(raw, content);
      run("qemu-img", "create", "-q", "-f", "raw", raw + ".big", mebibytes + "M");
      try (var file = new java.io.RandomAccessFile(raw + ".big", "rw")) {
        file.write(content);
      }
      run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw + ".big", image.toString());
      Files.delete(Path.of(raw + ".big"));
      return image;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static String run(String... argv) {
    try {
      Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
      String out = new String(process.getInputStream().readAllBytes());
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IllegalStateException(String.join(" ", argv) + ": " + out);
      }
      return out;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Creates a guest and demands success. */
  void create(int vmid, String... parameters) {
    Api.Answer answer = tryCreate(vmid, parameters);
    Assertions.assertThat(api.await(answer))
        .as(() -> String.join("\n", api.log(answer)))
        .isEqualTo("OK");
  }

  Api.Answer tryCreate(int vmid, String... parameters) {
    List<String> all = new ArrayList<>(List.of("vmid", String.valueOf(vmid)));
    all.addAll(List.of(parameters));
    return api.post(QEMU, all.toArray(String[]::new));
  }

  /** Demands that a call's task succeeds. */
  void ok(Api.Answer answer) {
    Assertions.assertThat(api.await(answer)).isEqualTo("OK");
  }

  JsonNode config(int vmid) {
    return api.get(guest(vmid) + "/config").data();
  }

  String option(int vmid, String name) {
    return config(vmid).path(name).asString("");
  }

  /** A drive's volume ID. */
  String volume(int vmid, String slot) {
    return option(vmid, slot).replaceFirst(",.*", "");
  }

  static String guest(int vmid) {
    return QEMU + "/" + vmid;
  }

  /** Volume IDs of all images on a storage. */
  List<String> volumes(String storage) {
    List<String> ids = new ArrayList<>();
    api.get("/nodes/pve/storage/" + storage + "/content", "content", "images")
        .data()
        .forEach(row -> ids.add(row.path("volid").asString()));
    return ids;
  }

  /** What a template's create call usually says, for a storage and a source. */
  static String[] template(String storage, String source, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "name", "debian-12",
                "ostype", "l26",
                "memory", "1024",
                "cores", "2",
                "cpu", "x86-64-v2-AES",
                "scsihw", "virtio-scsi-single",
                "agent", "enabled=1",
                "serial0", "socket",
                "net0", "virtio,bridge=vmbr0",
                "scsi0", storage + ":0,import-from=" + source + ",discard=on",
                "scsi1", storage + ":cloudinit",
                "boot", "order=scsi0",
                "ciuser", "admin",
                "ipconfig0", "ip=dhcp",
                "ciupgrade", "0",
                "tags", "Debian;proxkiln"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  static String[] pairs(Map<String, String> map) {
    return Api.pairs(map);
  }
}
