package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real image gets packages and more offline, by both ways: first in a container, then, on top of
 * that, in libguestfs; a clone of the template boots and says through its agent what it has.
 */
@Tag("real")
class RealCustomisationTest {
  private static final long CLONE = 9100;

  @TempDir Path root;
  private RealNode node;

  @BeforeEach
  void open() throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "mounting an image needs root");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/virt-customize"))
            && List.of(Objects.requireNonNull(new File("/boot").list()))
                .toString()
                .contains("vmlinuz"),
        "libguestfs or a kernel for it is missing: ./dev setup installs both");
    node = RealNode.in(root);
  }

  @AfterEach
  void close() {
    if (node != null) {
      node.stop(CLONE);
      node.close();
    }
  }

  private void create(String... settings) {
    node.run(
        "template create",
        Stream.concat(Stream.of("image", "debian-12-made-here"), Stream.of(settings))
            .toArray(String[]::new));
  }

  @Test
  void aCloneHasWhatBothWaysPutIntoItsImage() throws Exception {
    create(
        "vmid", "9001",
        "storage", "local",
        "disk-size", "3G",
        "packages", "jq,tree",
        "customize-with", "block",
        "copy-file", "/etc/proxkiln/it's here:0640:base64:aGVsbG8K",
        "run-command", "id -u >/root/who; mount -t tmpfs x /mnt && touch /root/mounted; true");
    node.imageIs(theDisk());
    create(
        "vmid", "9002",
        "storage", "local",
        "name", "twice",
        "packages", "raw:bc",
        "timezone", "Europe/Berlin",
        "lock-root", "true",
        "ipv4", "192.168.77.20/24",
        "gateway", "192.168.77.1");
    try (var left = Files.list(root.resolve("cache"))) {
      assertThat(left).isEmpty();
    }
    node.boot(9002, CLONE, "web1");
    assertThat(
            node.inside(
                CLONE,
                "dpkg-query",
                "-W",
                "-f",
                "${Package} ${db:Status-Status}\\n",
                "jq",
                "tree",
                "bc"))
        .isEqualTo("bc installed\njq installed\ntree installed\n");
    assertThat(node.inside(CLONE, "cat", "/etc/proxkiln/it's here", "/root/who"))
        .isEqualTo("hello\n0\n");
    // In the container nothing can be mounted.
    assertThat(node.inside(CLONE, "ls", "/root")).doesNotContain("mounted");
    assertThat(node.inside(CLONE, "readlink", "/etc/localtime")).contains("Europe/Berlin");
    assertThat(node.inside(CLONE, "passwd", "-S", "root")).startsWith("root L ");
    assertThat(node.inside(CLONE, "cat", "/etc/machine-id")).matches("[0-9a-f]{32}\n");
    assertThat(node.inside(CLONE, "cloud-init", "status", "--wait")).contains("status: done");
    assertThat(node.inside(CLONE, "ls", "/etc/ssh")).contains("ssh_host_ed25519_key");
    assertThat(node.inside(CLONE, "hostname", "-I")).contains("192.168.77.20");
  }

  /** The disk of the first template, as a file. */
  private Path theDisk() throws Exception {
    try (var files = Files.walk(root.resolve("node"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("base-9001-disk-0"))
          .findFirst()
          .orElseThrow();
    }
  }
}
