package dev.proxkiln.template.ignition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnitionTest {
  private static final Path VALIDATOR = Path.of("/usr/bin/ignition-validate");

  private static final String EVERYTHING =
      """
      variant: flatcar
      version: 1.0.0
      ignition:
        timeouts: {http_total: 30}
        proxy: {http_proxy: "http://proxy.example:3128", no_proxy: [localhost]}
        security:
          tls:
            certificate_authorities:
              - source: https://example.com/ca.pem
                verification:
                  hash: sha512-%1$s
      passwd:
        users:
          - name: core
            ssh_authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG core@example]
          - name: deploy
            uid: 1500
            groups: [docker, sudo]
            no_create_home: false
            shell: /bin/bash
        groups:
          - {name: apps, gid: 2000}
      storage:
        disks:
          - device: /dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-scsi2
            wipe_table: true
            partitions:
              - {label: data, number: 1, size_mib: 0, start_mib: 0}
        filesystems:
          - path: /var/lib/my-data
            device: /dev/disk/by-partlabel/data
            format: ext4
            wipe_filesystem: true
            with_mount_unit: true
            mount_options: [noatime, nodev]
        directories:
          - {path: /opt/app, mode: 0755, user: {name: core}, group: {id: 500}}
        files:
          - path: /etc/motd
            mode: 0644
            contents:
              inline: |
                Grüße, 100%% "quoted"
          - path: /etc/large
            mode: 420
            contents:
              inline: "%2$s"
          - path: /opt/tool
            mode: 0o755
            contents:
              source: https://example.com/tool
              compression: gzip
              http_headers: [{name: X-Token, value: abc}]
        links:
          - {path: /etc/localtime, target: /usr/share/zoneinfo/Europe/Vienna, hard: false}
      systemd:
        units:
          - name: app.service
            enabled: true
            contents: |
              [Service]
              ExecStart=/opt/tool
              [Install]
              WantedBy=multi-user.target
          - name: update-engine.service
            mask: true
            dropins:
              - {name: 10-x.conf, contents: "[Service]"}
      kernel_arguments:
        should_exist: [quiet]
      """
          .formatted("ab".repeat(64), "x".repeat(3000));

  private static Ignition good(String text) {
    Checked<Ignition> read = Ignition.read(text, "--ignition");
    assertThat(read).isInstanceOf(Checked.Valid.class);
    return read.orRaise();
  }

  private static List<String> faults(String text) {
    Checked<Ignition> read = Ignition.read(text, "--ignition");
    assertThat(read).isInstanceOf(Checked.Invalid.class);
    return ((Checked.Invalid<Ignition>) read).problems().stream().map(Problem::what).toList();
  }

  private static String butane(String... lines) {
    return "variant: fcos\nversion: 1.4.0\n" + String.join("\n", lines) + "\n";
  }

  @Test
  void becomesWhatButaneMakesOfIt() {
    Object tree = good(EVERYTHING).tree();
    assertThat(Tree.text(tree, "ignition.version")).isEqualTo("3.3.0");
    assertThat(Tree.text(tree, "ignition.timeouts.httpTotal")).isEqualTo("30");
    assertThat(Tree.text(tree, "ignition.proxy.httpProxy")).isEqualTo("http://proxy.example:3128");
    assertThat(Tree.at(tree, "passwd.users[1].uid")).contains(1500L);
    assertThat(Tree.at(tree, "storage.disks[0].partitions[0].sizeMiB")).contains(0L);
    assertThat(Tree.at(tree, "storage.directories[0].mode")).contains(0755);
    assertThat(Tree.at(tree, "storage.files[1].mode")).contains(0644);
    assertThat(Tree.at(tree, "storage.files[2].mode")).contains(0755);
    assertThat(Tree.text(tree, "storage.files[0].contents.source"))
        .isEqualTo("data:,Gr%C3%BC%C3%9Fe,%20100%25%20%22quoted%22%0A");
    assertThat(Tree.text(tree, "storage.files[1].contents.source"))
        .startsWith("data:;base64,H4sI")
        .hasSizeLessThan(200);
    assertThat(Tree.text(tree, "storage.files[1].contents.compression")).isEqualTo("gzip");
    assertThat(Tree.text(tree, "kernelArguments.shouldExist[0]")).isEqualTo("quiet");
    assertThat(good(EVERYTHING).variant()).contains("flatcar");
    assertThat(good(EVERYTHING).admitsAnybody()).isTrue();
  }

  @Test
  void mountsAFileSystemByAUnitOfItsOwn() {
    Object unit = Tree.at(good(EVERYTHING).tree(), "systemd.units[2]").orElseThrow();
    assertThat(Tree.text(unit, "name")).isEqualTo("var-lib-my\\x2ddata.mount");
    assertThat(Tree.text(unit, "contents"))
        .contains(
            "Requires=systemd-fsck@dev-disk-by\\x2dpartlabel-data.service",
            "What=/dev/disk/by-partlabel/data",
            "Where=/var/lib/my-data",
            "Options=noatime,nodev",
            "RequiredBy=local-fs.target");
    assertThat(good(EVERYTHING).json()).doesNotContain("withMountUnit");
  }

  @ParameterizedTest
  @CsvSource({
    "fcos, 1.0.0, 3.0.0",
    "fcos, 1.4.0, 3.3.0",
    "fcos, 1.5.0, 3.4.0",
    "fcos, 1.6.0, 3.5.0",
    "flatcar, 1.0.0, 3.3.0",
    "flatcar, 1.1.0, 3.4.0"
  })
  void choosesTheSpecificationThatButaneChooses(String variant, String version, String wanted) {
    assertThat(good("variant: " + variant + "\nversion: " + version + "\n").version())
        .isEqualTo(wanted);
  }

  @Test
  void saysEveryFaultAtOnceWithItsPlace() {
    assertThat(
            faults(
                butane(
                    "passwd:",
                    "  users:",
                    "    - nam: core",
                    "storage:",
                    "  files:",
                    "    - path: /a",
                    "      mode: 999",
                    "      contents: {local: a.txt}",
                    "    - path: /b",
                    "      mode: rw",
                    "boot_device: {}")))
        .anySatisfy(f -> assertThat(f).contains("'passwd.users[0].nam'", "'name'"))
        .anySatisfy(f -> assertThat(f).contains("'storage.files[0].contents.local'", "inline"))
        .anySatisfy(f -> assertThat(f).contains("'storage.files[1].mode'", "0644"))
        .anySatisfy(f -> assertThat(f).contains("'boot_device'"))
        .hasSize(4);
  }

  @Test
  void saysWhatIgnitionWouldRefuse() {
    assertThat(
            faults(
                butane(
                    "passwd: {users: [{name: a}, {name: a}]}",
                    "storage:",
                    "  files: [{path: etc/motd}, {path: /x}]",
                    "  links: [{path: /x, target: /y}]",
                    "  filesystems: [{device: vdb, format: ntfs}]",
                    "systemd: {units: [{name: app}]}")))
        .anySatisfy(f -> assertThat(f).contains("passwd.users[1].name", "twice"))
        .anySatisfy(f -> assertThat(f).contains("'etc/motd', which is not absolute"))
        .anySatisfy(f -> assertThat(f).contains("storage.links[0].path", "twice"))
        .anySatisfy(f -> assertThat(f).contains("'vdb', which is not absolute"))
        .anySatisfy(f -> assertThat(f).contains("'ntfs'"))
        .anySatisfy(f -> assertThat(f).contains("'app', which is no name of a unit"));
    assertThat(faults("variant: fcos\nversion: 1.3.0\nkernel_arguments: {should_exist: [x]}"))
        .singleElement()
        .satisfies(f -> assertThat(f).contains("3.3.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "- a",
        "a: [",
        "#cloud-config\nusers: []",
        "variant: openshift\nversion: 4.12.0",
        "variant: fcos\nversion: 9.9.9",
        "{\"ignition\": {\"version\": \"2.2.0\"}}",
        "{}",
        "{\"a\":"
      })
  void refusesOtherFiles(String text) {
    assertThat(faults(text)).isNotEmpty();
  }

  @Test
  void takesJsonAsItIsAndAddsKeys() {
    String json =
        "{\"ignition\":{\"version\":\"3.1.0\"},\"passwd\":{\"users\":[{\"name\":\"core\","
            + "\"uid\":7,\"sshAuthorizedKeys\":[\"a\"]}]},\"storage\":{\"files\":[]}}";
    Ignition more = good(json).admitting("core", List.of("a", "b"));
    assertThat(Tree.at(more.tree(), "passwd.users[0].uid")).contains(7);
    assertThat(Tree.list(more.tree(), "passwd.users[0].sshAuthorizedKeys"))
        .isEqualTo(List.of("a", "b"));
    assertThat(Ignition.empty().admitsAnybody()).isFalse();
    assertThat(Ignition.empty().admitting("core", List.of("k")).json()).contains("\"k\"");
  }

  /** Debian's Ignition is 2.14, which knows 3.3 and calls 3.4 experimental. */
  @Test
  void ignitionItselfAcceptsWhatComesOut() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(VALIDATOR), "package ignition is not installed");
    for (Ignition one :
        Stream.of(
                good(EVERYTHING),
                good(EVERYTHING.replace("version: 1.0.0", "version: 1.1.0")),
                Ignition.empty())
            .map(i -> i.admitting("core", List.of("ssh-ed25519 AAAA x")))
            .toList()) {
      assertThat(validated(one.json().replace("\"3.4.0\"", "\"3.4.0-experimental\""))).isEmpty();
    }
    assertThat(validated("{\"ignition\":{\"version\":\"3.3.0\"},\"passwd\":3}")).isNotEmpty();
  }

  private static String validated(String json) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(VALIDATOR.toString(), "-").redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(json.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    return said + (exit == 0 ? "" : "exit " + exit);
  }
}
