package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.TestCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A clone installs a package and more at its first boot, with UEFI and a static address, and says
 * through its agent what it has. The package comes from a repository on loopback, which stands in
 * for a cache of apt: nothing is asked of the world.
 */
@Tag("real")
class RealFirstBootTest {
  private static final long TEMPLATE = 9001;
  private static final long CLONE = 9100;

  @TempDir Path root;
  private RealNode node;
  private FaultServer cache;

  @BeforeEach
  void open() throws Exception {
    node = RealNode.in(root);
    cache = FaultServer.http();
    repository();
  }

  @AfterEach
  void close() {
    if (node != null) {
      node.stop(CLONE);
      node.close();
      cache.close();
    }
  }

  /** A repository with one package, which says hello. */
  private void repository() throws Exception {
    Path tree = root.resolve("proxkiln-hello");
    Files.createDirectories(tree.resolve("DEBIAN"));
    Files.createDirectories(tree.resolve("usr/bin"));
    String control =
        """
        Package: proxkiln-hello
        Version: 1.0
        Architecture: all
        Maintainer: nobody <nobody@example.org>
        Description: says hello
        """;
    Files.writeString(tree.resolve("DEBIAN/control"), control);
    Path program = tree.resolve("usr/bin/proxkiln-hello");
    Files.writeString(program, "#!/bin/sh\necho hello\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Path deb = root.resolve("proxkiln-hello.deb");
    run("dpkg-deb", "--root-owner-group", "--build", tree.toString(), deb.toString());
    byte[] bytes = Files.readAllBytes(deb);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    cache.serve("/repo/proxkiln-hello.deb", bytes);
    cache.serve(
        "/repo/Packages",
        (control
                + "Filename: repo/proxkiln-hello.deb\nSize: "
                + bytes.length
                + "\nSHA256: "
                + digest
                + "\n")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static void run(String... argv) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
  }

  @Test
  void aCloneDoesWhatWasWishedForItsFirstBoot() throws Exception {
    String authority = Files.readString(TestCertificate.in(root).pem());
    node.run(
        "template create",
        "image",
        "debian-12-made-here",
        "vmid",
        Long.toString(TEMPLATE),
        "name",
        "first-boot",
        "storage",
        "local-lvm",
        "firmware",
        "uefi",
        "ipv4",
        "192.168.77.20/24",
        "gateway",
        "192.168.77.1",
        "customize",
        "first-boot",
        "packages",
        "raw:proxkiln-hello",
        "copy-file",
        "/etc/proxkiln/it's here:0640:base64:aGVsbG8K",
        "run-command",
        "proxkiln-hello >/root/said\nid -u >>/root/said",
        "timezone",
        "Europe/Berlin",
        "lock-root",
        "true",
        "ca-certificates",
        authority,
        // The address at which a guest sees loopback of this machine.
        "apt-cache",
        "http://192.168.77.1:" + cache.port(),
        "vendor-data",
        """
        #cloud-config
        apt:
          preserve_sources_list: false
          sources_list: deb [trusted=yes] http://packages.example.org repo/
        write_files:
          - path: /root/own
            content: "yes"
        """);
    node.boot(TEMPLATE, CLONE, "web1");
    String status = node.inside(CLONE, "cloud-init", "status", "--wait", "--long");
    assertThat(status)
        .as(
            status.contains("status: done")
                ? ""
                : node.inside(CLONE, "tail", "-n", "80", "/var/log/cloud-init-output.log"))
        .contains("status: done");
    assertThat(
            node.inside(CLONE, "dpkg-query", "-W", "-f", "${db:Status-Status}", "proxkiln-hello"))
        .isEqualTo("installed");
    assertThat(node.inside(CLONE, "cat", "/root/said", "/root/own", "/etc/proxkiln/it's here"))
        .isEqualTo("hello\n0\nyeshello\n");
    assertThat(node.inside(CLONE, "stat", "-c", "%a %U", "/etc/proxkiln/it's here"))
        .isEqualTo("640 root\n");
    assertThat(node.inside(CLONE, "readlink", "/etc/localtime")).contains("Europe/Berlin");
    assertThat(node.inside(CLONE, "passwd", "-S", "root")).startsWith("root L ");
    assertThat(node.inside(CLONE, "hostname")).isEqualTo("web1\n");
    assertThat(node.inside(CLONE, "hostname", "-I")).contains("192.168.77.20");
    assertThat(node.inside(CLONE, "ls", "-d", "/sys/firmware/efi")).contains("efi");
    assertThat(node.inside(CLONE, "cat", "/etc/ssl/certs/ca-certificates.crt"))
        .contains(authority.lines().skip(1).findFirst().orElseThrow());
    // The guest's own cloud-init judges all that it was given.
    assertThat(node.inside(CLONE, "cloud-init", "schema", "--system"))
        .contains("Valid")
        .doesNotContain("Invalid");
  }
}
