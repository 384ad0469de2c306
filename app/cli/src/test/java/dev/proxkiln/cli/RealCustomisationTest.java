package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Consoles;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.port.Time;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.run.Checkpoint;
import dev.proxkiln.core.run.Executor;
import dev.proxkiln.core.run.Outcome;
import dev.proxkiln.core.run.Policy;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.core.run.Stop;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.file.LocalFiles;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.run.FileRunStore;
import dev.proxkiln.pve.FactsReader;
import dev.proxkiln.pve.rest.Credentials;
import dev.proxkiln.pve.rest.RestTransport;
import dev.proxkiln.pve.rest.Trust;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.template.TemplateModule;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
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
  private static final Duration BOOT = Duration.ofMinutes(10);
  private static final String IMAGE = "debian-12-genericcloud-amd64.qcow2";
  private static final String CATALOGUE =
      """
      distribution: debian
      family: debian
      publisher: nobody
      images:
        - id: debian-12-made-here
          title: Debian 12, made here
          version: "12"
          user: debian
          packages: apt
          agent: true
          memory: 512M
          min-disk: 3G
          virtual-size: 3G
          firmware: both
          downloads:
            - url: http://192.0.2.1/x.qcow2
              insecure: true
              pinned: {url: "http://192.0.2.1/x.qcow2", digest: "sha256:%s"}
      """;

  @TempDir Path root;
  private Sandbox sandbox;
  private RestTransport pve;
  private final TemplateModule module = new TemplateModule();
  private Path image = Path.of("/");

  @BeforeEach
  void open() throws Exception {
    String folder = System.getenv("PROXKILN_TEST_IMAGE");
    Assumptions.assumeTrue(
        folder != null,
        "PROXKILN_TEST_IMAGE is not set: ./dev image makes a cloud image and prints its folder");
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "mounting an image needs root");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/virt-customize"))
            && List.of(Objects.requireNonNull(new File("/boot").list()))
                .toString()
                .contains("vmlinuz"),
        "libguestfs or a kernel for it is missing: ./dev setup installs both");
    image = Path.of(folder, IMAGE);
    sandbox = Sandbox.open(SandboxOptions.in(root.resolve("node")).withBootMode(BootMode.QEMU));
    pve =
        new RestTransport(
            sandbox.url(),
            new Credentials.Password(sandbox.user(), sandbox.password()),
            Trust.Pinned.parse(sandbox.fingerprint()));
    Path own = Files.createDirectories(root.resolve("config/templates/images"));
    Files.writeString(own.resolve("mine.yaml"), CATALOGUE.formatted("a".repeat(64)));
    Files.createDirectories(root.resolve("cache"));
    module.open(
        new HomeResources(
            root.resolve("config/templates"),
            Path.of(System.getProperty("proxkiln.home"), "templates")));
  }

  @AfterEach
  void close() {
    if (sandbox != null) {
      try {
        task("POST", "/nodes/pve/qemu/9100/status/stop", Map.of());
      } catch (ProblemException e) {
        // It may never have been made.
      }
      pve.close();
      sandbox.close();
    }
  }

  private Downloads here() {
    return new Downloads() {
      @Override
      public Map<String, String> fetch(Fetch fetch, Watch watch) {
        return Map.of(
            "path",
            image.toString(),
            "digest",
            "sha256:" + "a".repeat(64),
            "size",
            "1",
            "format",
            "qcow2",
            "virtual-size",
            Long.toString(3L << 30),
            "url",
            fetch.url(),
            "verified",
            "by the test");
      }

      @Override
      public String folder() {
        return root.resolve("cache").toString();
      }

      @Override
      public String stated(Fetch fetch, Watch watch) {
        return "";
      }

      @Override
      public void dropPartial(Fetch fetch) {}
    };
  }

  private void create(String... settings) {
    Map<String, String> raw = new TreeMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      raw.put(settings[i], settings[i + 1]);
    }
    raw.put("image", "debian-12-made-here");
    Facts facts = FactsReader.read(pve, TargetKind.SANDBOX, "sandbox", Optional.empty(), true);
    Action<?> action =
        module.actions().stream()
            .filter(a -> a.name().equals("template create"))
            .findFirst()
            .orElseThrow();
    FileRunStore runs =
        new FileRunStore(
            root.resolve("runs"), new JacksonTreeText(), InstantSource.system(), new Random(7));
    Ports ports =
        new Ports(
            pve,
            new ProcessCommands(),
            new LocalFiles(),
            here(),
            Consoles.NONE,
            name -> "",
            Time.SYSTEM);
    try (RunFolder run =
        runs.create(action.plan(Values.of(raw, Origin.flag("")), facts).orRaise())) {
      Outcome outcome =
          new Executor(ports, new Events(), Checkpoint.NONE).execute(run, Policy.UNDO, new Stop());
      assertThat(outcome.problems()).isEmpty();
      assertThat(outcome.exitCode()).isZero();
    }
  }

  private Object call(String verb, String path, Map<String, List<String>> parameters) {
    return send(verb, path, parameters).value();
  }

  private PvePort.Answer send(String verb, String path, Map<String, List<String>> parameters) {
    return pve.send(
        new ResolvedCall(
            dev.proxkiln.core.call.Verb.valueOf(verb),
            path,
            new java.util.LinkedHashMap<>(parameters),
            java.util.Set.of(),
            Optional.empty()));
  }

  private void task(String verb, String path, Map<String, List<String>> parameters) {
    send(verb, path, parameters).task().ifPresent(upid -> pve.await(upid, PvePort.TaskWatch.NONE));
  }

  private String inGuest(String... command) throws InterruptedException {
    Object started =
        call("POST", "/nodes/pve/qemu/9100/agent/exec", Map.of("command", List.of(command)));
    Instant end = Instant.now().plus(BOOT);
    while (Instant.now().isBefore(end)) {
      Object status =
          pve.send(
                  ResolvedCall.get(
                      "/nodes/pve/qemu/9100/agent/exec-status", "pid", Tree.text(started, "pid")))
              .value();
      if (Tree.flag(status, "exited")) {
        return Tree.text(status, "out-data");
      }
      Thread.sleep(200);
    }
    throw new AssertionError("the guest does not answer");
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
    image = theDisk();
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
    task(
        "POST",
        "/nodes/pve/qemu/9002/clone",
        Map.of("newid", List.of("9100"), "name", List.of("web1")));
    task("POST", "/nodes/pve/qemu/9100/status/start", Map.of());
    awaitAgent();
    assertThat(
            inGuest(
                "dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", "jq", "tree", "bc"))
        .isEqualTo("bc installed\njq installed\ntree installed\n");
    assertThat(inGuest("cat", "/etc/proxkiln/it's here", "/root/who")).isEqualTo("hello\n0\n");
    // In the container nothing can be mounted.
    assertThat(inGuest("ls", "/root")).doesNotContain("mounted");
    assertThat(inGuest("readlink", "/etc/localtime")).contains("Europe/Berlin");
    assertThat(inGuest("passwd", "-S", "root")).startsWith("root L ");
    assertThat(inGuest("cat", "/etc/machine-id")).matches("[0-9a-f]{32}\n");
    assertThat(inGuest("cloud-init", "status", "--wait")).contains("status: done");
    assertThat(inGuest("ls", "/etc/ssh")).contains("ssh_host_ed25519_key");
    assertThat(inGuest("hostname", "-I")).contains("192.168.77.20");
  }

  private void awaitAgent() throws InterruptedException {
    Instant end = Instant.now().plus(BOOT);
    while (true) {
      try {
        call("POST", "/nodes/pve/qemu/9100/agent/ping", Map.of());
        return;
      } catch (ProblemException e) {
        assertThat(Instant.now()).isBefore(end);
        Thread.sleep(500);
      }
    }
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
