package dev.proxkiln.pve.pvesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The transports over ssh, with a stand-in that does to arguments what ssh and sshd do. */
class SshTest {

  /** Joins what follows the host with spaces and gives it to the user's shell. */
  private static final String SSH =
      "while [ \"$1\" != -- ]; do shift; done; shift; shift\nexec sh -c \"$*\"\n";

  @TempDir Path folder;
  private StandIn node;
  private SshPveshTransport pvesh;
  private SshNodeFiles files;

  @BeforeEach
  void setUp() {
    node = new StandIn(folder).program("ssh", SSH);
    pvesh = new SshPveshTransport(node.commands(), "root", "pve.example", 22);
    files = new SshNodeFiles(node.commands(), "root", "pve.example", 22);
  }

  private static Problem problemOf(Runnable work) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, work::run);
    assertThat(thrown).as("a problem").isNotNull();
    return thrown.first();
  }

  @Test
  void passesNastyValuesThroughTwoShells() {
    node.program("pvesh", "echo '{\"version\":\"9.2\"}'\n");
    String nasty = "a 'b' \"c\" $(touch " + folder + "/pwned) `id`; # \\ *";
    assertThat(
            Tree.text(
                pvesh.send(ResolvedCall.get("/version", "description", nasty)).value(), "version"))
        .isEqualTo("9.2");
    assertThat(node.calls().get(1))
        .containsExactly(
            "pvesh C.UTF-8", "get", "/version", "--description", nasty, "--output-format", "json");
    assertThat(folder.resolve("pwned")).doesNotExist();
  }

  @Test
  void neverAsksAndKeepsTheCheckOfHostKeys() {
    node.program("pvesh", "echo 1\n");
    pvesh.send(ResolvedCall.get("/version"));
    assertThat(node.calls().getFirst())
        .containsSequence("-o", "BatchMode=yes")
        .containsSequence("-p", "22", "--", "root@pve.example")
        .noneMatch(argument -> argument.contains("StrictHostKeyChecking"));
  }

  @Test
  void setsThePasswordThroughSshByStandardInput() throws IOException {
    node.program("pvesh", "echo '[{\"type\":\"node\",\"name\":\"pve\",\"local\":1}]'\n");
    node.program("qm", "cat > '" + folder + "/stdin'\n");
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    params.put("cipassword", List.of("s3cret"));
    pvesh.send(
        new ResolvedCall(
            Verb.POST,
            "/nodes/pve/qemu/100/config",
            params,
            Set.of("cipassword"),
            Optional.empty()));
    assertThat(Files.readString(node.file("stdin"))).isEqualTo("s3cret\ns3cret\n");
    assertThat(Files.readString(node.file("calls"))).doesNotContain("s3cret");
  }

  @Test
  void uploadsByScp() throws IOException {
    String upid = "UPID:pve:0012D687:0123ABCD:6500AB12:imgcopy::root@pam:";
    Path image = Files.writeString(folder.resolve("x.qcow2"), "QFI");
    node.program("scp", "").program("pvesh", "echo '\"" + upid + "\"'\n");
    assertThat(
            pvesh
                .send(
                    new ResolvedCall(
                        Verb.POST,
                        "/nodes/pve/storage/local/upload",
                        new LinkedHashMap<>(),
                        Set.of(),
                        Optional.of(image)))
                .task())
        .contains(upid);
    assertThat(node.calls().getFirst())
        .containsSequence("-P", "22", "--", image.toString())
        .last()
        .asString()
        .startsWith("root@pve.example:/var/tmp/pveupload-");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Host key verification failed.                              | 255 | host-key-unknown
          root@pve.example: Permission denied (publickey,password).  | 255 | login-failed
          ssh: connect to host pve.example port 22: Connection refused | 255 | node-unreachable
          ssh: Could not resolve hostname pve.example: Name unknown  | 255 | node-unreachable
          Connection closed by 10.0.0.1 port 22                      | 255 | node-unreachable
          VM 100 is running - destroy failed                         | 255 | guest-running
          """)
  void tellsTroubleOfTheWayFromTroubleOfTheCommand(String words, int code, String slug) {
    node.program("ssh", "echo '" + words + "' >&2; exit " + code + "\n");
    assertThat(problemOf(() -> pvesh.send(ResolvedCall.get("/version"))).slug()).isEqualTo(slug);
  }

  @Test
  void writesAFileWholeWithItsModeAndMakesItsFolder() throws IOException {
    Path file = folder.resolve("snippets/it's a \"file\".yaml");
    files.write(file.toString(), "#cloud-config\nüber: $HOME 'x'\n", 0640);
    assertThat(file).content().isEqualTo("#cloud-config\nüber: $HOME 'x'\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    files.write(file.toString(), "second", 0600);
    assertThat(file).content().isEqualTo("second");
    try (var left = Files.list(file.getParent())) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void seesAndDeletesFiles() throws IOException {
    Path file = Files.writeString(folder.resolve("a b"), "");
    assertThat(files.exists(file.toString())).isTrue();
    files.delete(file.toString());
    files.delete(file.toString());
    assertThat(file).doesNotExist();
    assertThat(files.exists(file.toString())).isFalse();
  }

  @Test
  void saysWhyAFileCannotBeWritten() throws IOException {
    Path notAFolder = Files.writeString(folder.resolve("plain"), "");
    Problem problem = problemOf(() -> files.write(notAFolder + "/x", "", 0600));
    assertThat(problem.slug()).isEqualTo("file-unwritable");
    assertThat(problem.where()).isEqualTo("root@pve.example:" + notAFolder + "/x");
    assertThat(problem.why()).contains("mkdir:");
  }
}
