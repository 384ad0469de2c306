package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.rest.Credentials;
import dev.proxkiln.pve.rest.RestTransport;
import dev.proxkiln.pve.rest.Trust;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.FaultServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Marked secrets go in by every door; afterwards they are looked for wherever somebody else could
 * read: screens, plans, journals, logs, settings of runs, notes of guests, the arguments and
 * environments of processes, the support bundle. None may be there.
 */
@Tag("real")
class PlantedSecretsTest {
  /** In every secret, so that one search finds all. */
  private static final String MARK = "canary";

  private static final String HASH =
      "$6$canarysalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2jctKu";
  private static final String BY_FILE = "canary-of-the-file";
  private static final String BY_ENVIRONMENT = "canary-of-the-environment";
  private static final String PROXY = "canary-of-the-proxy";
  private static final String IN_VAULT = "canary-of-the-vault";
  private static final String PRIVATE_KEY =
      """
      -----BEGIN OPENSSH PRIVATE KEY-----
      b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gt
      canaryOfThePrivateKeycanaryOfThePrivateKeycanaryOfThePrivateKeycanary
      -----END OPENSSH PRIVATE KEY-----
      """;

  @TempDir Path root;
  private Sandbox sandbox;
  private FaultServer images;
  private RestTransport pve;
  private final Map<String, String> screens = new TreeMap<>();

  @BeforeEach
  void start() throws Exception {
    Path state = new InProcess(root).layout().state().resolve("sandbox");
    Files.createDirectories(state);
    sandbox = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED));
    images = FaultServer.http();
    TinyImage.offer(images, new InProcess(root));
    pve =
        new RestTransport(
            sandbox.url(),
            new Credentials.Password(sandbox.user(), sandbox.password()),
            Trust.Pinned.parse(sandbox.fingerprint()));
    Path entry = new InProcess(root).layout().config().resolve("templates/images/tiny.yaml");
    Files.writeString(
        entry.resolveSibling("proxied.yaml"),
        Files.readString(entry)
            .replace(images.url(""), "http://images.example.org")
            .replace("distribution: own", "distribution: proxied")
            .replace("id: tiny", "id: proxied"));
    Path secrets =
        Files.createDirectories(new InProcess(root).layout().config().resolve("secrets"));
    Path file =
        Files.createFile(
            secrets.resolve("root-pw"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, BY_FILE + "\n");
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.faults().clear();
    pve.close();
    images.close();
    sandbox.close();
  }

  private InProcess program() {
    return new InProcess(root)
        .with("PROXKILN_SECRET_ENV_PW", BY_ENVIRONMENT)
        .with("https_proxy", "http://me:" + PROXY + "@127.0.0.1:9")
        .with("PROXKILN_NO_INPUT", "1");
  }

  private int run(InProcess program, String... words) {
    InProcess.Ended ended = program.run(words);
    screens.put(
        screens.size() + ": " + String.join(" ", words),
        ended.code() + "\n" + ended.out() + ended.err());
    return ended.code();
  }

  private void ok(InProcess program, String... words) {
    int code = run(program, words);
    assertThat(code).as(() -> String.join("\n", screens.values())).isZero();
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  private static String[] create(String password, String... more) {
    String[] words = {
      "template", "create", "tiny", "--target", "sandbox", "--yes", "--password", password
    };
    return with(words, more);
  }

  @Test
  void areNowhereButWhereTheyBelong() throws Exception {
    Sampler sampler = new Sampler();
    Thread sampling = Thread.ofPlatform().daemon().start(sampler);
    goodRuns();
    failingRuns();
    detachedRun();
    queue();
    documents();
    vault();
    privateKeys();
    tokens();
    String bundle = root.resolve("bundle.tar.gz").toString();
    ok(program(), "support-bundle", "--yes", "--to", bundle, "--target", "sandbox");
    sampler.stop = true;
    sampling.join();

    assertThat(sampler.seen.keySet()).as("processes that were looked at").isNotEmpty();
    assertThat(sampler.leaks).as("arguments and environments of processes").isEmpty();
    screens.forEach((call, text) -> assertThat(text).as(call).doesNotContain(MARK));
    assertThat(leaks()).as("files").isEmpty();
    assertThat(bundled(Path.of(bundle))).as("files in the bundle").hasSizeGreaterThan(20);
    assertThat(notes()).as("notes of guests").isNotEmpty().noneMatch(n -> n.contains(MARK));
    assertThat(Files.readString(program().wiring().logFile())).contains("started:", "step done:");
  }

  private void goodRuns() {
    ok(program(), create("secret:root-pw", "-vv"));
    ok(program(), create("secret:env-pw", "-o", "json"));
    ok(program(), create(HASH, "-v", "--save-answers", "answers.yaml"));
    ok(program(), create(HASH, "--dry-run"));
    String[] plan = {"plan", "template", "create", "tiny", "--target", "sandbox"};
    ok(program(), with(plan, "--format", "sh", "--password", "secret:root-pw"));
    ok(program(), with(plan, "--format", "text", "--password", HASH));
    ok(program(), with(plan, "--format", "json", "--password", HASH));
    for (String id : program().wiring().runs().ids()) {
      run(program(), "show", id, "--json");
    }
    run(program(), "logs", "--lines", "1000");
  }

  private void failingRuns() {
    sandbox.faults().failNext("qmcreate", 10, "storage broke with " + BY_FILE);
    assertThat(run(program(), create("secret:root-pw", "-vv"))).isNotZero();
    sandbox.faults().failNext("qmtemplate", 10, "and " + BY_FILE + " again");
    run(program(), create("secret:root-pw", "-v", "--on-error", "keep"));
    sandbox.faults().clear();
    // A clear password is refused, and not said again.
    assertThat(run(program(), create("canary-in-clear"))).isEqualTo(2);
    assertThat(run(program(), create("secret:no-such"))).isNotZero();
    // The image comes through a proxy whose password is in its address.
    String password = "http://me:" + PROXY + "@127.0.0.1:" + images.port();
    InProcess proxied = program().with("https_proxy", password).with("http_proxy", password);
    ok(proxied, "template", "create", "proxied", "--target", "sandbox", "--yes");
  }

  private void detachedRun() throws Exception {
    InProcess.Ended begun = new InProcess(root).run(create("secret:root-pw", "--detach"));
    assertThat(begun.code()).as(begun.err()).isZero();
    run(new InProcess(root), "attach", begun.out().strip());
  }

  private void queue() {
    ok(program(), withoutYes("queue", "add", create("secret:root-pw", "--name", "queued")));
    ok(program(), withoutYes("queue", "add", create(HASH, "--name", "hashed")));
    run(program(), "queue", "list", "--json");
    ok(program(), "queue", "run", "--yes", "--target", "sandbox");
  }

  /** Runs with a file that is not there any more when the search begins: it is the user's own. */
  private void fromFile(String name, String text, Consumer<String> use) throws IOException {
    Path file = Files.writeString(root.resolve(name), text);
    use.accept(file.toString());
    Files.delete(file);
  }

  private void documents() throws IOException {
    String wanted = "image: tiny\nname: %s\npassword: %s\n";
    String[] apply = {"--target", "sandbox", "apply", "-vv", "-f"};
    fromFile(
        "wanted.yaml",
        wanted.formatted("by-name", "secret:root-pw")
            + "---\n"
            + wanted.formatted("hashed-2", HASH),
        file -> {
          run(program(), with(apply, file, "--check"));
          ok(program(), with(apply, file, "--yes"));
          run(program(), with(apply, file, "--diff", "-o", "json"));
        });
    fromFile(
        "clear.yaml",
        wanted.formatted("clear", "canary-of-the-document"),
        file -> assertThat(run(program(), with(apply, file, "--yes"))).isEqualTo(2));
    // A file that is no YAML is not quoted either.
    fromFile(
        "broken.yaml",
        "image: tiny\npassword: [canary-of-the-broken-document\n",
        file -> assertThat(run(program(), with(apply, file, "--yes"))).isEqualTo(2));
  }

  /** What is kept in the vault, and the whole life of it. */
  private void vault() throws IOException {
    fromFile(
        "text.txt",
        IN_VAULT + "\n",
        file -> ok(program(), "secret", "set", "kept", "--from-file", file));
    ok(program(), create("secret:kept", "--name", "by-vault", "-vv"));
    ok(program(), "secret", "list", "--json");
    ok(program(), "secret", "rotate");
    InProcess scripted = program().with("PROXKILN_EXPORT_PASSPHRASE", "canary-of-the-export");
    ok(scripted, "config", "export", "carried.json");
    ok(scripted, "config", "import", "carried.json", "--yes");
    InProcess wrong = program().with("PROXKILN_EXPORT_PASSPHRASE", "canary-of-another-export");
    assertThat(run(wrong, "config", "import", "carried.json", "--yes")).isNotZero();
    InProcess phrased = program().with("PROXKILN_VAULT_PASSPHRASE", "canary-of-the-passphrase");
    ok(phrased, "secret", "rekey", "--with", "passphrase");
    ok(phrased, create("secret:kept", "--name", "by-passphrase", "-vv"));
    assertThat(run(program(), create("secret:kept", "--name", "locked"))).isNotZero();
    ok(phrased, "secret", "rekey", "--with", "key-file");
    ok(program(), "doctor", "--target", "sandbox");
    assertThat(phrased.run("secret", "get", "kept").out()).isEqualTo(IN_VAULT + "\n");
  }

  /** A private key where a public one belongs: by its file, in a document, and pasted. */
  private void privateKeys() throws IOException {
    String[] create = {"template", "create", "tiny", "--target", "sandbox", "--yes", "--ssh-keys"};
    fromFile(
        "id_ed25519",
        PRIVATE_KEY,
        file -> {
          assertThat(run(program(), with(create, file, "-vv"))).isEqualTo(2);
          ok(program(), "secret", "set", "ssh-key", "--from-file", file);
          ok(program(), "secret", "list");
        });
    assertThat(run(program(), with(create, PRIVATE_KEY))).isEqualTo(2);
    fromFile(
        "keyed.yaml",
        "image: tiny\nssh-keys: |\n" + PRIVATE_KEY.indent(2),
        file ->
            assertThat(run(program(), "--target", "sandbox", "apply", "-f", file, "--yes"))
                .isEqualTo(2));
    run(program(), "queue", "add", "template", "create", "tiny", "--ssh-keys", PRIVATE_KEY);
  }

  private static String[] withoutYes(String one, String two, String[] words) {
    List<String> all = new ArrayList<>(List.of(one, two));
    Stream.of(words).filter(word -> !word.equals("--yes")).forEach(all::add);
    return all.toArray(String[]::new);
  }

  /** A token of the node's own making, and one that is wrong. */
  private void tokens() {
    send(Verb.POST, "/access/users", "userid", "kiln@pve");
    Object made = send(Verb.POST, "/access/users/kiln@pve/token/look", "privsep", "0");
    send(Verb.PUT, "/access/acl", "path", "/", "users", "kiln@pve", "roles", "PVEAuditor");
    String token = Tree.text(made, "value");
    InProcess right = program().with("PROXKILN_TOKEN", "kiln@pve!look=" + token);
    String address = sandbox.url().toString();
    run(right, "facts", "--target", address, "--fingerprint", sandbox.fingerprint(), "-vv");
    run(right, "doctor", "--target", address, "--fingerprint", sandbox.fingerprint(), "-vv");
    InProcess wrong = program().with("PROXKILN_TOKEN", "kiln@pve!look=canary-of-the-token");
    assertThat(
            run(wrong, "facts", "--target", address, "--fingerprint", sandbox.fingerprint(), "-vv"))
        .isNotZero();
    screens.forEach((call, text) -> assertThat(text).as(call).doesNotContain(token));
  }

  private Object send(Verb verb, String path, String... params) {
    LinkedHashMap<String, List<String>> all =
        new LinkedHashMap<>(ResolvedCall.get(path, params).params());
    return pve.send(new ResolvedCall(verb, path, all, Set.of(), Optional.empty())).value();
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    String at = "/nodes/" + sandbox.nodes().getFirst() + "/qemu";
    for (Object guest : Tree.list(send(Verb.GET, at), "")) {
      Object config = send(Verb.GET, at + "/" + Tree.text(guest, "vmid") + "/config");
      notes.add(Tree.text(config, "description") + Tree.text(config, "tags"));
    }
    return notes;
  }

  /** Every file but the node's own and those that are made to hold secrets. */
  private Set<String> leaks() throws IOException {
    Set<String> leaks = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        boolean made = name.contains("/secrets/") || name.endsWith("/secrets");
        boolean kept = (made || name.contains("/queue/")) && isForItsOwnerAlone(file);
        boolean nodes = name.startsWith("var/lib/proxkiln/sandbox/");
        if (!kept && !nodes && !name.contains("/cache/")) {
          if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(MARK)) {
            leaks.add(name);
          }
        }
      }
    }
    return leaks;
  }

  private static boolean isForItsOwnerAlone(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).equals("rw-------");
  }

  private static List<String> bundled(Path bundle) throws IOException {
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(bundle)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
        String text = new String(tar.readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(text).as(entry.getName()).doesNotContain(MARK);
        assertThat(entry.getName()).doesNotEndWith("/secrets");
      }
    }
    assertThat(isForItsOwnerAlone(bundle)).isTrue();
    return names;
  }

  /** Looks at the processes below this one, as anybody on the machine can. */
  private static final class Sampler implements Runnable {
    /** A process is looked at when it is new and twice more: its program comes after its fork. */
    private static final int LOOKS = 3;

    private final Map<String, Integer> seen = new ConcurrentHashMap<>();
    private final Set<String> leaks = new ConcurrentSkipListSet<>();
    private volatile boolean stop;

    @Override
    public void run() {
      String own = String.valueOf(ProcessHandle.current().pid());
      while (!stop) {
        String[] pids =
            Path.of("/proc").toFile().list((folder, name) -> Character.isDigit(name.charAt(0)));
        for (String pid : pids == null ? new String[0] : pids) {
          if (!pid.equals(own) && seen.merge(pid, 1, Integer::sum) <= LOOKS) {
            look(pid);
          }
        }
        LockSupport.parkNanos(Duration.ofMillis(8).toNanos());
      }
    }

    private void look(String pid) {
      for (String what : List.of("cmdline", "environ")) {
        try {
          String text = Files.readString(Path.of("/proc", pid, what), StandardCharsets.ISO_8859_1);
          if (text.contains(MARK)) {
            leaks.add(what + " of " + text.replace('\0', ' '));
          }
        } catch (IOException e) {
          // It has ended, or belongs to somebody else.
        }
      }
    }
  }
}
