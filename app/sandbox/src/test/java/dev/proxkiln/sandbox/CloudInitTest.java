package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cloud-init is told, text for text, and the drive that tells it. */
final class CloudInitTest extends NodeFixture {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfYBqRkMvOa3l3d1RFl0wzQ3K0S1mY1l1WcJ0VQ6vS me@host";

  private String dump(int vmid, String type) {
    return api.get(guest(vmid) + "/cloudinit/dump", "type", type).data().asString();
  }

  @Test
  void writesTheUsersText() {
    create(
        100,
        "name",
        "web.example.org",
        "ciuser",
        "admin",
        "sshkeys",
        KEY.replace(" ", "%20").replace("@", "%40") + "%0A",
        "ciupgrade",
        "0");
    assertThat(dump(100, "user"))
        .isEqualTo(
            """
            #cloud-config
            hostname: web
            manage_etc_hosts: true
            fqdn: web.example.org
            user: admin
            ssh_authorized_keys:
              - %s
            chpasswd:
              expire: False
            users:
              - default
            """
                .formatted(KEY));
    create(101, "ciuser", "root", "searchdomain", "lan");
    assertThat(dump(101, "user"))
        .isEqualTo(
            """
            #cloud-config
            hostname: VM101
            manage_etc_hosts: true
            fqdn: VM101.lan
            user: root
            disable_root: False
            chpasswd:
              expire: False
            package_upgrade: true
            """);
  }

  @Test
  void writesTheNetworksText() {
    create(
        100,
        "net0",
        "virtio=BC:24:11:00:00:0A,bridge=vmbr0",
        "net1",
        "virtio=BC:24:11:00:00:0B,bridge=vmbr0",
        "net2",
        "virtio=BC:24:11:00:00:0C,bridge=vmbr0",
        "ipconfig0",
        "ip=10.0.0.5/22,gw=10.0.0.1,ip6=fd00::5/64,gw6=fd00::1",
        "ipconfig1",
        "ip=dhcp,ip6=auto",
        "nameserver",
        "9.9.9.9 1.1.1.1",
        "searchdomain",
        "example.org");
    assertThat(dump(100, "network"))
        .isEqualTo(
            """
            version: 1
            config:
                - type: physical
                  name: eth0
                  mac_address: 'bc:24:11:00:00:0a'
                  subnets:
                  - type: static
                    address: '10.0.0.5'
                    netmask: '255.255.252.0'
                    gateway: '10.0.0.1'
                  - type: static6
                    address: 'fd00::5/64'
                    gateway: 'fd00::1'
                - type: physical
                  name: eth1
                  mac_address: 'bc:24:11:00:00:0b'
                  subnets:
                  - type: dhcp4
                  - type: ipv6_slaac
                - type: nameserver
                  address:
                  - '9.9.9.9'
                  - '1.1.1.1'
                  search:
                  - 'example.org'
            """);
  }

  @Test
  void namesTheInstanceByWhatItIsTold() {
    create(100, "name", "a", "ipconfig0", "ip=dhcp", "net0", "virtio,bridge=vmbr0");
    String before = dump(100, "meta");
    assertThat(before).matches("instance-id: [0-9a-f]{40}\n");
    api.put(guest(100) + "/config", "cores", "2");
    assertThat(dump(100, "meta")).isEqualTo(before);
    api.put(guest(100) + "/config", "name", "b");
    assertThat(dump(100, "meta")).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local-lvm", "local-zfs", "lvm"})
  void putsAnIsoOnTheDriveAtEachStart(String storage) throws IOException {
    create(
        100,
        "name",
        "web",
        "scsi1",
        storage + ":cloudinit",
        "net0",
        "virtio",
        "ipconfig0",
        "ip=dhcp");
    Api.Answer started = api.post(guest(100) + "/status/start");
    ok(started);
    assertThat(api.log(started)).contains("generating cloud-init ISO");
    Path file =
        Path.of(
            api.get("/nodes/pve/storage/" + storage + "/content/" + volume(100, "scsi1"))
                .data()
                .path("path")
                .asString());
    Path iso = dir.resolve("seed.iso");
    String format = storage.equals("local") ? "qcow2" : "raw";
    run("qemu-img", "convert", "-f", format, "-O", "raw", file.toString(), iso.toString());
    assertThat(Files.size(iso)).isEqualTo(4 << 20);
    for (String name : new String[] {"user-data", "network-config", "meta-data", "vendor-data"}) {
      Path out = dir.resolve(name);
      run(
          "xorriso",
          "-osirrox",
          "on",
          "-indev",
          iso.toString(),
          "-extract",
          "/" + name,
          out.toString());
    }
    assertThat(dir.resolve("user-data")).hasContent(dump(100, "user").stripTrailing());
    assertThat(dir.resolve("meta-data")).hasContent(dump(100, "meta").stripTrailing());
    assertThat(run("xorriso", "-indev", iso.toString(), "-pvd_info")).contains("cidata");
    assertThat(dir.resolve("state/tmp")).isEmptyDirectory();
  }

  @Test
  void takesVendorTextFromASnippetAndRefusesAMissingOne() throws IOException {
    create(100, "scsi1", "local-lvm:cloudinit", "cicustom", "vendor=local:snippets/agent.yaml");
    assertThat(api.await(api.post(guest(100) + "/status/start")))
        .isEqualTo("volume 'local:snippets/agent.yaml' does not exist");
    Path snippets = Path.of(api.get("/storage/local").data().path("path").asString(), "snippets");
    Files.writeString(snippets.resolve("agent.yaml"), "#cloud-config\npackages: [x]\n");
    ok(api.post(guest(100) + "/status/start"));
    create(101, "scsi1", "local-lvm:cloudinit", "cicustom", "vendor=local:iso/a.iso");
    assertThat(api.await(api.post(guest(101) + "/status/start")))
        .isEqualTo("local:iso/a.iso is not in the snippets directory");
  }
}
