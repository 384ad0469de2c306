package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API token may do with which privileges. */
final class RightsTest extends NodeFixture {
  private static final List<String> NEEDED =
      List.of(
          "VM.Allocate",
          "VM.Clone",
          "VM.Audit",
          "VM.Config.Disk",
          "VM.Config.CDROM",
          "VM.Config.CPU",
          "VM.Config.Memory",
          "VM.Config.Options",
          "VM.Config.HWType",
          "VM.Config.Network",
          "VM.Config.Cloudinit",
          "Datastore.AllocateSpace",
          "Datastore.Audit",
          "SDN.Use");

  private Api token;

  @BeforeEach
  void makeToken() {
    String secret = api.post("/access/users/root@pam/token/build").data().path("value").asString();
    token = api.with("Authorization", "PVEAPIToken=root@pam!build=" + secret);
  }

  private void grant(List<String> privileges) {
    api.post("/access/roles", "roleid", "Build", "privs", String.join(",", privileges));
    api.put("/access/acl", "path", "/", "roles", "Build", "tokens", "root@pam!build");
  }

  private Api.Answer create(String source) {
    String[] template = template("local-lvm", source);
    String[] all = new String[template.length + 2];
    all[0] = "vmid";
    all[1] = "100";
    System.arraycopy(template, 0, all, 2, template.length);
    return token.post(QEMU, all);
  }

  @Test
  void buildsATemplateWithTheDocumentedPrivileges() {
    ok(api.upload("local", image("d.qcow2", 16), "d.qcow2", "content", "import"));
    grant(NEEDED);
    assertThat(token.await(create("local:import/d.qcow2"))).isEqualTo("OK");
    assertThat(token.await(token.post(guest(100) + "/template"))).isEqualTo("OK");
    assertThat(token.await(token.post(guest(100) + "/clone", "newid", "101"))).isEqualTo("OK");
    assertThat(token.await(token.delete(guest(101)))).isEqualTo("OK");
    assertThat(token.post(guest(100) + "/status/start").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VM.Allocate",
        "VM.Config.Options",
        "VM.Config.CPU",
        "VM.Config.Memory",
        "VM.Config.HWType",
        "VM.Config.Disk",
        "VM.Config.Network",
        "Datastore.AllocateSpace",
        "SDN.Use"
      })
  void refusesToBuildWithoutAnyOneOfThem(String missing) {
    grant(NEEDED.stream().filter(privilege -> !privilege.equals(missing)).toList());
    Api.Answer answer = create("local:import/none.qcow2");
    assertThat(answer.status()).as(answer.body()).isEqualTo(403);
    assertThat(answer.message()).startsWith("Permission check failed");
  }

  @Test
  void refusesAbsolutePathsToRootsTokens() {
    grant(NEEDED);
    Api.Answer answer = create(image("d.qcow2", 16).toString());
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.message()).isEqualTo("Only root can pass arbitrary filesystem paths.");
  }

  @Test
  void refusesOptionsThatAreRootsAlone() {
    api.put("/access/acl", "path", "/", "roles", "Administrator", "tokens", "root@pam!build");
    assertThat(token.post(QEMU, "vmid", "100", "args", "-device x").message())
        .isEqualTo("only root can set 'args' config");
    assertThat(token.post(QEMU, "vmid", "100", "serial0", "/dev/ttyS0").message())
        .isEqualTo("only root can set 'serial0' config for real devices");
    assertThat(token.delete(QEMU + "/100", "skiplock", "1").status()).isIn(400, 500);
  }

  @Test
  void showsATokenWithoutRightsNothing() {
    create(100);
    assertThat(token.get(QEMU).data().size()).isZero();
    assertThat(token.get("/nodes/pve/storage").data().size()).isZero();
    assertThat(token.get(guest(100) + "/config").status()).isEqualTo(403);
    assertThat(token.get("/nodes/pve/tasks").data().size()).isZero();
    assertThat(token.get("/access/permissions").data().size()).isZero();
  }

  @Test
  void keepsPrivilegesToTheirPath() {
    create(100);
    create(101);
    api.put("/access/acl", "path", "/vms/100", "roles", "PVEVMUser", "tokens", "root@pam!build");
    assertThat(token.get(guest(100) + "/config").status()).isEqualTo(200);
    assertThat(token.get(guest(101) + "/config").status()).isEqualTo(403);
    assertThat(token.get(QEMU).data().size()).isEqualTo(1);
  }
}
