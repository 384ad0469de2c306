package dev.proxkiln.pve.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.port.PvePort.Answer;
import dev.proxkiln.core.port.PvePort.TaskWatch;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.rest.FakeNode.Reply;
import dev.proxkiln.pve.wire.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestTransportTest {

  private static final String UPID =
      "UPID:pve:0012D687:0123ABCD:6500AB12:qmcreate:9000:root@pam!kiln:";
  private static final Credentials TOKEN =
      new Credentials.ApiToken("root@pam!kiln", "11111111-2222-3333-4444-555555555555");

  private final FakeNode node = new FakeNode();
  private Instant now = Instant.parse("2026-11-20T12:00:00Z");
  private final List<Duration> pauses = new ArrayList<>();

  @AfterEach
  void close() {
    node.close();
  }

  private RestTransport transport(Credentials credentials) {
    return transport(credentials, Trust.Pinned.parse(node.fingerprint()));
  }

  private RestTransport transport(Credentials credentials, Trust trust) {
    return new RestTransport(
        node.uri(), credentials, trust, () -> now, Duration.ofMillis(1), pauses::add);
  }

  private static ResolvedCall call(Verb verb, String path, Map<String, List<String>> params) {
    return new ResolvedCall(verb, path, new LinkedHashMap<>(params), Set.of(), Optional.empty());
  }

  private static Problem problemOf(Runnable work) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, work::run);
    assertThat(thrown).as("a problem").isNotNull();
    return thrown.first();
  }

  @Test
  void sendsTheTokenAndReadsTheAnswer() {
    node.onData("GET /version", "{\"version\":\"9.2.3\",\"release\":\"9.2\"}");
    try (RestTransport rest = transport(TOKEN)) {
      Answer answer = rest.send(ResolvedCall.get("/version"));
      assertThat(Tree.text(answer.value(), "version")).isEqualTo("9.2.3");
      assertThat(answer.task()).isEmpty();
    }
    assertThat(node.requests).hasSize(1);
    assertThat(node.requests.getFirst().header("Authorization"))
        .isEqualTo("PVEAPIToken=root@pam!kiln=11111111-2222-3333-4444-555555555555");
  }

  @Test
  void sendsAJsonBodySoThatEqualSignsAndArraysArriveWhole() {
    node.onData("POST /nodes/pve/qemu", "\"" + UPID + "\"");
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    params.put("vmid", List.of("9000"));
    params.put("net0", List.of("virtio,bridge=vmbr0"));
    params.put("command", List.of("echo", "a=b", "ü"));
    try (RestTransport rest = transport(TOKEN)) {
      Answer answer = rest.send(call(Verb.POST, "/nodes/pve/qemu", params));
      assertThat(answer.task()).contains(UPID);
    }
    FakeNode.Request request = node.requests.getFirst();
    assertThat(request.header("Content-type")).isEqualTo("application/json");
    Object body =
        Json.read(
            new String(
                request.body().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                java.nio.charset.StandardCharsets.UTF_8));
    assertThat(body)
        .isEqualTo(
            Map.of(
                "vmid", "9000",
                "net0", "virtio,bridge=vmbr0",
                "command", List.of("echo", "a=b", "ü")));
  }

  @Test
  void sendsNoBodyAtAllWithoutParameters() {
    node.onData("POST /nodes/pve/qemu/100/status/start", "\"" + UPID + "\"");
    try (RestTransport rest = transport(TOKEN)) {
      rest.send(call(Verb.POST, "/nodes/pve/qemu/100/status/start", Map.of()));
    }
    assertThat(node.requests.getFirst().body()).isEmpty();
    assertThat(node.requests.getFirst().header("Content-type")).isEmpty();
  }

  @Test
  void encodesParametersOfDeleteIntoTheQueryAndTheVolumeIntoOneSegment() {
    node.onData("DELETE /nodes/pve/storage/local/content/local:import%2Fa%20b.qcow2", "null");
    try (RestTransport rest = transport(TOKEN)) {
      rest.send(
          call(
              Verb.DELETE,
              "/nodes/pve/storage/local/content/local:import/a b.qcow2",
              Map.of("x", List.of("a=b;c&d+e ü"))));
    }
    assertThat(node.requests.getFirst().line())
        .isEqualTo(
            "DELETE /api2/json/nodes/pve/storage/local/content/local:import%2Fa%20b.qcow2"
                + "?x=a%3Db%3Bc%26d%2Be%20%C3%BC");
  }

  @Test
  void tellsEveryRefusedParameterAndDoesNotRetry() {
    node.on(
        "POST /nodes/pve/qemu",
        new Reply(
            400,
            "{\"data\":null,\"message\":\"Parameter verification failed.\\n\",\"errors\":{"
                + "\"net0.tag\":\"value must have a maximum value of 4094\","
                + "\"foo\":\"property is not defined in schema\\n\"}}"));
    try (RestTransport rest = transport(TOKEN)) {
      Problem problem =
          problemOf(
              () -> rest.send(call(Verb.POST, "/nodes/pve/qemu", Map.of("foo", List.of("1")))));
      assertThat(problem.slug()).isEqualTo("parameter-refused");
      assertThat(problem.why())
          .contains("net0.tag: value must have a maximum value of 4094")
          .contains("foo: property is not defined in schema");
    }
    assertThat(node.requests).hasSize(1);
  }

  @Test
  void fallsBackToTheCodeWhereABodyIsMissing() {
    node.on("GET /version", new Reply(401, ""));
    try (RestTransport rest = transport(TOKEN)) {
      assertThat(problemOf(() -> rest.send(ResolvedCall.get("/version"))).slug())
          .isEqualTo("login-failed");
    }
  }

  @Test
  void retriesReadsWhenTheOtherNodeIsAwayButNeverAWriteThatMayHaveBegun() {
    node.on("GET /nodes/b/qemu", new Reply(596, ""), new Reply(599, ""), Reply.data("[]"));
    node.on("POST /nodes/b/qemu", new Reply(596, ""), Reply.data("\"" + UPID + "\""));
    try (RestTransport rest = transport(TOKEN)) {
      assertThat(rest.send(ResolvedCall.get("/nodes/b/qemu")).value()).isEqualTo(List.of());
      assertThat(problemOf(() -> rest.send(call(Verb.POST, "/nodes/b/qemu", Map.of()))).slug())
          .isEqualTo("node-unreachable");
    }
    assertThat(node.requests("GET")).hasSize(3);
    assertThat(node.requests("POST")).hasSize(1);
  }

  @Test
  void retriesAWriteThatOnlyMissedALock() {
    node.on(
        "POST /nodes/pve/qemu/100/clone",
        new Reply(
            500,
            "{\"data\":null,\"message\":\"can't lock file"
                + " '/var/lock/qemu-server/lock-100.conf' - got timeout\\n\"}"),
        Reply.data("\"" + UPID + "\""));
    try (RestTransport rest = transport(TOKEN)) {
      assertThat(
              rest.send(
                      call(Verb.POST, "/nodes/pve/qemu/100/clone", Map.of("newid", List.of("101"))))
                  .task())
          .contains(UPID);
    }
    assertThat(node.requests).hasSize(2);
  }

  @Test
  void givesUpOnALockAfterSomeTries() {
    node.on(
        "PUT /nodes/pve/qemu/100/config",
        new Reply(
            500,
            "{\"message\":\"can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout\\n\"}"));
    try (RestTransport rest = transport(TOKEN)) {
      Problem problem =
          problemOf(
              () ->
                  rest.send(
                      call(Verb.PUT, "/nodes/pve/qemu/100/config", Map.of("name", List.of("a")))));
      assertThat(problem.slug()).isEqualTo("lock-timeout");
      assertThat(problem.where()).isEqualTo("PUT /nodes/pve/qemu/100/config");
    }
    assertThat(node.requests).hasSize(5);
  }

  @Test
  void logsInOnceAndSendsTheCsrfTokenWithWritesOnly() {
    node.onData(
        "POST /access/ticket", "{\"ticket\":\"PVE:root@pam:A\",\"CSRFPreventionToken\":\"C\"}");
    node.onData("GET /version", "{}");
    node.onData("PUT /nodes/pve/qemu/100/config", "null");
    try (RestTransport rest = transport(new Credentials.Password("root", "s3cret"))) {
      rest.send(ResolvedCall.get("/version"));
      rest.send(call(Verb.PUT, "/nodes/pve/qemu/100/config", Map.of("name", List.of("a"))));
    }
    assertThat(node.requests("POST /api2/json/access/ticket")).hasSize(1);
    assertThat(Json.read(node.requests.getFirst().body()))
        .isEqualTo(Map.of("username", "root@pam", "password", "s3cret"));
    FakeNode.Request read = node.requests("GET").getFirst();
    assertThat(read.header("Cookie")).isEqualTo("PVEAuthCookie=PVE:root@pam:A");
    assertThat(read.header("Csrfpreventiontoken")).isEmpty();
    assertThat(node.requests("PUT").getFirst().header("Csrfpreventiontoken")).isEqualTo("C");
  }

  @Test
  void renewsTheTicketByTheTicketBeforeItRunsOut() {
    node.on(
        "POST /access/ticket",
        Reply.data("{\"ticket\":\"PVE:one\",\"CSRFPreventionToken\":\"C\"}"),
        Reply.data("{\"ticket\":\"PVE:two\",\"CSRFPreventionToken\":\"D\"}"));
    node.onData("GET /version", "{}");
    try (RestTransport rest = transport(new Credentials.Password("root@pam", "s3cret"))) {
      rest.send(ResolvedCall.get("/version"));
      now = now.plus(Duration.ofMinutes(89));
      rest.send(ResolvedCall.get("/version"));
      assertThat(node.requests("POST")).hasSize(1);
      now = now.plus(Duration.ofMinutes(2));
      rest.send(ResolvedCall.get("/version"));
    }
    assertThat(node.requests("POST")).hasSize(2);
    assertThat(Tree.text(Json.read(node.requests("POST").getLast().body()), "password"))
        .isEqualTo("PVE:one");
    assertThat(node.requests("GET").getLast().header("Cookie")).isEqualTo("PVEAuthCookie=PVE:two");
  }

  @Test
  void logsInAgainWhenTheTicketIsRefused() {
    node.on(
        "POST /access/ticket",
        Reply.data("{\"ticket\":\"PVE:one\",\"CSRFPreventionToken\":\"C\"}"),
        Reply.data("{\"ticket\":\"PVE:two\",\"CSRFPreventionToken\":\"D\"}"));
    node.on("GET /version", new Reply(401, ""), Reply.data("{}"));
    try (RestTransport rest = transport(new Credentials.Password("root@pam", "s3cret"))) {
      rest.send(ResolvedCall.get("/version"));
    }
    assertThat(Tree.text(Json.read(node.requests("POST").getLast().body()), "password"))
        .isEqualTo("s3cret");
  }

  @Test
  void saysThatASecondFactorCannotBeAnswered() {
    node.onData("POST /access/ticket", "{\"ticket\":\"PVE:!tfa!x\",\"NeedTFA\":1}");
    try (RestTransport rest = transport(new Credentials.Password("root@pam", "s3cret"))) {
      Problem problem = problemOf(() -> rest.send(ResolvedCall.get("/version")));
      assertThat(problem.slug()).isEqualTo("second-factor-needed");
      assertThat(problem.next()).contains("API token");
    }
  }

  @Test
  void saysThatTheLoginWasRefusedWithoutShowingThePassword() {
    node.on("POST /access/ticket", new Reply(401, ""));
    try (RestTransport rest = transport(new Credentials.Password("root@pam", "s3cret"))) {
      Problem problem = problemOf(() -> rest.send(ResolvedCall.get("/version")));
      assertThat(problem.slug()).isEqualTo("login-failed");
      assertThat(problem.toString()).doesNotContain("s3cret");
    }
    assertThat(new Credentials.Password("root@pam", "s3cret").toString()).doesNotContain("s3cret");
    assertThat(TOKEN.toString()).doesNotContain("1111");
  }

  @Test
  void refusesAnUnknownCertificateAndShowsHowToPinIt() {
    node.onData("GET /version", "{}");
    try (RestTransport rest = transport(TOKEN, new Trust.PublicAuthorities())) {
      Problem problem = problemOf(() -> rest.send(ResolvedCall.get("/version")));
      assertThat(problem.slug()).isEqualTo("certificate-unknown");
      assertThat(problem.why()).contains(node.fingerprint());
      assertThat(problem.next()).contains("--fingerprint " + node.fingerprint());
    }
    assertThat(node.requests).isEmpty();
  }

  @Test
  void refusesACertificateOtherThanThePinnedOne() {
    try (RestTransport rest = transport(TOKEN, new Trust.Pinned("ab".repeat(32)))) {
      Problem problem = problemOf(() -> rest.send(ResolvedCall.get("/version")));
      assertThat(problem.slug()).isEqualTo("certificate-changed");
      assertThat(problem.why()).contains(node.fingerprint());
    }
    assertThat(node.requests).isEmpty();
  }

  @Test
  void trustsAPinnedCertificateThatNamesAnotherHost() {
    try (FakeNode other = new FakeNode("pve.example")) {
      other.onData("GET /version", "{}");
      try (RestTransport rest =
          new RestTransport(other.uri(), TOKEN, Trust.Pinned.parse(other.fingerprint()))) {
        assertThat(rest.send(ResolvedCall.get("/version")).value()).isEqualTo(Map.of());
      }
    }
  }

  @Test
  void trustsTheClustersAuthorityForTheHostItNames(@TempDir Path folder) {
    node.onData("GET /version", "{}");
    try (RestTransport rest = transport(TOKEN, new Trust.Authority(node.pem(folder)))) {
      assertThat(rest.send(ResolvedCall.get("/version")).value()).isEqualTo(Map.of());
    }
  }

  @Test
  void refusesACertificateOfTheAuthorityForAnotherHost(@TempDir Path folder) {
    try (FakeNode other = new FakeNode("pve.example");
        RestTransport rest =
            new RestTransport(other.uri(), TOKEN, new Trust.Authority(other.pem(folder)))) {
      assertThat(problemOf(() -> rest.send(ResolvedCall.get("/version"))).slug())
          .isEqualTo("certificate-unknown");
    }
  }

  @Test
  void readsFingerprintsInEveryUsualForm() {
    String colons = node.fingerprint();
    Trust.Pinned plain = Trust.Pinned.parse(colons.replace(":", ""));
    assertThat(Trust.Pinned.parse(colons)).isEqualTo(plain);
    assertThat(Trust.Pinned.parse(" sha256:" + colons + "\n")).isEqualTo(plain);
    assertThatThrownBy(() -> Trust.Pinned.parse("AB:CD"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("AB:CD");
  }

  @Test
  void readsApiTokens() {
    assertThat(Credentials.ApiToken.parse("root@pam!kiln=abc").name()).isEqualTo("root@pam!kiln");
    assertThat(Credentials.ApiToken.parse("PVEAPIToken=a@pve!tk=x-y").secret()).isEqualTo("x-y");
    assertThatThrownBy(() -> Credentials.ApiToken.parse("root@pam=topsecret"))
        .isInstanceOf(ProblemException.class)
        .extracting(e -> ((ProblemException) e).first().toString())
        .asString()
        .doesNotContain("topsecret");
  }

  @Test
  void saysWhatIsWrongWhereNobodyListens() throws IOException {
    URI nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = URI.create("https://localhost:" + socket.getLocalPort());
    }
    try (RestTransport rest =
        new RestTransport(
            nobody,
            TOKEN,
            new Trust.PublicAuthorities(),
            () -> now,
            Duration.ofMillis(1),
            pauses::add)) {
      Problem problem = problemOf(() -> rest.send(ResolvedCall.get("/version")));
      assertThat(problem.slug()).isEqualTo("node-unreachable");
      assertThat(problem.what()).contains(nobody.toString());
    }
  }

  @Test
  void saysThatAnAnswerIsNotOfProxmox() {
    node.on("GET /version", new Reply(200, "<html>welcome</html>"));
    try (RestTransport rest = transport(TOKEN)) {
      assertThat(problemOf(() -> rest.send(ResolvedCall.get("/version"))).slug())
          .isEqualTo("answer-unreadable");
    }
  }

  @Test
  void endsAWaitWithStoppedWhenTheThreadIsInterrupted() {
    try (RestTransport rest = transport(TOKEN)) {
      Thread.currentThread().interrupt();
      Problem problem = problemOf(() -> rest.send(ResolvedCall.get("/version")));
      assertThat(problem.slug()).isEqualTo("stopped");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void followsATaskWithItsLogAndProgress() {
    String at = "/nodes/pve/tasks/" + UPID.replace("!", "%21");
    node.on(
        "GET " + at + "/status",
        Reply.data("{\"status\":\"running\"}"),
        Reply.data("{\"status\":\"running\"}"),
        Reply.data("{\"status\":\"stopped\",\"exitstatus\":\"WARNINGS: 2\"}"));
    node.on(
        "GET " + at + "/log",
        Reply.data("[{\"n\":1,\"t\":\"no content\"}]"),
        Reply.data("[{\"n\":1,\"t\":\"transferred 2.0 MiB of 40.0 MiB (5.00%)\"}]"),
        Reply.data("[{\"n\":2,\"t\":\"TASK WARNINGS: 2\"}]"));
    List<String> seen = new ArrayList<>();
    TaskWatch watch =
        new TaskWatch() {
          @Override
          public void line(String text) {
            seen.add(text);
          }

          @Override
          public void progress(long done, long total) {
            seen.add(done + "/" + total);
          }
        };
    try (RestTransport rest = transport(TOKEN)) {
      assertThat(rest.await(UPID, watch).warnings()).isEqualTo(2);
    }
    assertThat(seen)
        .containsExactly(
            "transferred 2.0 MiB of 40.0 MiB (5.00%)", "2097152/41943040", "TASK WARNINGS: 2");
    assertThat(node.requests("GET /api2/json" + at + "/log"))
        .extracting(FakeNode.Request::line)
        .map(line -> line.replaceFirst(".*start=(\\d+).*", "$1"))
        .containsExactly("0", "0", "1");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void uploadsAFileWithTheFilePartLast(@TempDir Path folder) throws IOException {
    node.onData("POST /nodes/pve/storage/local/upload", "\"" + UPID + "\"");
    Path file = Files.writeString(folder.resolve("x.qcow2"), "QFI and more");
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    params.put("filename", List.of("debian-12.qcow2"));
    params.put("checksum", List.of("aa"));
    params.put("checksum-algorithm", List.of("sha256"));
    params.put("content", List.of("import"));
    ResolvedCall call =
        new ResolvedCall(
            Verb.POST, "/nodes/pve/storage/local/upload", params, Set.of(), Optional.of(file));
    try (RestTransport rest = transport(TOKEN)) {
      assertThat(rest.send(call).task()).contains(UPID);
    }
    FakeNode.Request request = node.requests.getFirst();
    String boundary =
        request.header("Content-type").replaceFirst("multipart/form-data; boundary=", "");
    assertThat(request.body())
        .isEqualTo(
            ("--B\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nimport\r\n"
                    + "--B\r\nContent-Disposition: form-data; name=\"checksum-algorithm\"\r\n\r\n"
                    + "sha256\r\n"
                    + "--B\r\nContent-Disposition: form-data; name=\"checksum\"\r\n\r\naa\r\n"
                    + "--B\r\nContent-Disposition: form-data; name=\"filename\";"
                    + " filename=\"debian-12.qcow2\"\r\n"
                    + "Content-Type: application/octet-stream\r\n\r\nQFI and more\r\n--B--\r\n")
                .replace("--B", "--" + boundary));
    assertThat(request.header("Content-length"))
        .isEqualTo(Integer.toString(request.body().length()));
  }

  @Test
  void refusesAFileNameThatWouldBreakOutOfTheForm(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "");
    ResolvedCall call =
        new ResolvedCall(
            Verb.POST,
            "/nodes/pve/storage/local/upload",
            new LinkedHashMap<>(Map.of("filename", List.of("a\"\r\nX: y"))),
            Set.of(),
            Optional.of(file));
    try (RestTransport rest = transport(TOKEN)) {
      assertThat(problemOf(() -> rest.send(call)).slug()).isEqualTo("parameter-refused");
    }
  }

  @Test
  void knowsTheLengthOfALargeUploadWithoutReadingIt(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("big.raw");
    long size = 3L << 30;
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
    ResolvedCall call =
        new ResolvedCall(
            Verb.POST,
            "/nodes/pve/storage/local/upload",
            new LinkedHashMap<>(Map.of("content", List.of("import"))),
            Set.of(),
            Optional.of(file));
    assertThat(Upload.of(call, file).total()).isGreaterThan(size);
  }
}
