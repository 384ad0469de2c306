package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.sandbox.boot.BootMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SandboxTest {
  @TempDir Path dir;
  private Sandbox sandbox;

  @BeforeEach
  void open() throws IOException {
    sandbox = Sandbox.open(SandboxOptions.in(dir).withBootMode(BootMode.SIMULATED));
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  @Test
  void saysItsVersionToWhoeverIsLoggedIn() {
    assertThat(Api.root(sandbox).get("/version").data().path("release").asString())
        .isEqualTo("9.2");
  }

  @Test
  void answersWithoutLoginWithStatus401AndNoBody() {
    Api.Answer answer = Api.of(sandbox).get("/version");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.contentType()).isEmpty();
  }

  @Test
  void refusesWrongPassword() {
    Api.Answer answer =
        Api.of(sandbox).post("/access/ticket", "username", "root@pam", "password", "nonsense");
    assertThat(answer.status()).isEqualTo(401);
  }

  @Test
  void demandsTheCsrfTokenForWritesWithATicket() {
    Api root = Api.root(sandbox);
    String ticket =
        Api.of(sandbox)
            .post("/access/ticket", "username", "root@pam", "password", sandbox.password())
            .data()
            .path("ticket")
            .asString();
    Api noCsrf = root.with("Cookie", "PVEAuthCookie=" + ticket);
    assertThat(noCsrf.get("/version").status()).isEqualTo(200);
    assertThat(noCsrf.post("/access/users", "userid", "a@pve").status()).isEqualTo(401);
    assertThat(root.post("/access/users", "userid", "a@pve").status()).isEqualTo(200);
  }

  @Test
  void keepsTheConnectionOfARefusedWriteFitForTheNext() {
    Api nobody = Api.of(sandbox);
    for (int i = 0; i < 300; i++) {
      assertThat(nobody.post("/access/users", "userid", "c" + i + "@pve").status()).isEqualTo(401);
    }
  }

  @Test
  void renewsALoginWithTheTicketAsPassword() {
    Api api = Api.of(sandbox);
    String ticket =
        api.post("/access/ticket", "username", "root@pam", "password", sandbox.password())
            .data()
            .path("ticket")
            .asString();
    Api.Answer renewed = api.post("/access/ticket", "username", "root@pam", "password", ticket);
    assertThat(renewed.data().path("ticket").asString()).startsWith("PVE:root@pam:");
    assertThat(
            api.post("/access/ticket", "username", "root@pam", "password", ticket + "x").status())
        .isEqualTo(401);
  }

  @Test
  void givesATokenOnlyTheRightsOfItsOwn() {
    Api root = Api.root(sandbox);
    String secret = root.post("/access/users/root@pam/token/ci").data().path("value").asString();
    Api token = root.with("Authorization", "PVEAPIToken=root@pam!ci=" + secret);
    assertThat(token.get("/version").status()).isEqualTo(200);
    Api.Answer refused = token.post("/access/users", "userid", "b@pve");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message()).startsWith("Permission check failed");
    root.put("/access/acl", "path", "/", "roles", "Administrator", "tokens", "root@pam!ci");
    assertThat(token.get("/access/permissions").data().path("/").has("VM.Allocate")).isTrue();
    assertThat(root.with("Authorization", "PVEAPIToken=root@pam!ci=wrong").get("/version").status())
        .isEqualTo(401);
  }

  @Test
  void answersBadParametersWithOneReasonEach() {
    Api.Answer answer =
        Api.root(sandbox).post("/access/users", "userid", "nobody", "colour", "red");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).isEqualTo("Parameter verification failed.");
    assertThat(answer.error("colour")).startsWith("property is not defined in schema");
    assertThat(answer.error("userid")).contains("does not look like a valid user name");
    assertThat(answer.data().isNull()).isTrue();
  }

  @Test
  void tellsAnUnknownMethodFromOneTheSandboxLacks() {
    Api root = Api.root(sandbox);
    assertThat(root.get("/nosuch").status()).isEqualTo(501);
    assertThat(root.get("/nosuch").message()).isEqualTo("Method 'GET /nosuch' not implemented");
    Api.Answer lacking = root.get("/cluster/sdn");
    assertThat(lacking.status()).isEqualTo(501);
    assertThat(lacking.message()).contains("the sandbox node does not have 'GET /cluster/sdn'");
  }

  @Test
  void cutsAFormValueAtTheSecondEqualsSignAsANodeDoes() {
    Api.Answer answer =
        Api.root(sandbox)
            .raw(
                "POST",
                "/access/users",
                "userid=c@pve&comment=a=b",
                "application/x-www-form-urlencoded");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(Api.root(sandbox).get("/access/users").body()).contains("\"comment\":\"a\"");
  }

  @Test
  void refusesBodiesAndPathsThatANodeDoesNotKnow() {
    Api root = Api.root(sandbox);
    assertThat(root.raw("POST", "/access/users", "<userid/>", "text/xml").status()).isEqualTo(501);
    assertThat(root.raw("DELETE", "/access/users/a@pve", "x=1", "text/plain").status())
        .isEqualTo(501);
    assertThat(
            root.put("/access/acl", "path", "/nowhere", "roles", "PVEAuditor", "users", "root@pam")
                .error("path"))
        .isEqualTo("invalid ACL path '/nowhere'");
  }

  @Test
  void takesJsonBodies() {
    Api root = Api.root(sandbox);
    assertThat(
            root.json("POST", "/access/users", Map.of("userid", "d@pve", "enable", false)).status())
        .isEqualTo(200);
    assertThat(root.get("/access/users").body()).contains("d@pve");
  }

  @Test
  void refusesASecondServerOnTheSameFolder() {
    assertThatThrownBy(() -> Sandbox.open(SandboxOptions.in(dir)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another sandbox runs on");
  }

  @Test
  void keepsPasswordCertificateAndTokensOverARestart() throws IOException {
    String password = sandbox.password();
    String fingerprint = sandbox.fingerprint();
    Api.root(sandbox).post("/access/users/root@pam/token/keep");
    sandbox.close();
    assertThat(RunningSandbox.find(dir)).isEmpty();
    sandbox = Sandbox.open(SandboxOptions.in(dir).withBootMode(BootMode.SIMULATED));
    assertThat(sandbox.password()).isEqualTo(password);
    assertThat(sandbox.fingerprint()).isEqualTo(fingerprint);
    assertThat(Api.root(sandbox).get("/access/users/root@pam/token").body()).contains("keep");
  }

  @Test
  void saysWhereItRunsAndKeepsSecretsReadableByTheOwnerOnly() throws IOException {
    RunningSandbox running = RunningSandbox.find(dir).orElseThrow();
    assertThat(running.uri()).isEqualTo(sandbox.url());
    assertThat(running.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(RunningSandbox.credentials(dir).orElseThrow().password())
        .isEqualTo(sandbox.password());
    for (String secret : new String[] {"credentials.json", "access.json", "pki/pve-ssl.key"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve(secret))))
          .isEqualTo("rw-------");
    }
  }
}
