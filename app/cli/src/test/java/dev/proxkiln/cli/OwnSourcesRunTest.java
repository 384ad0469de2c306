package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Templates of what is not in the catalogue, made on a sandbox node by the whole program. */
class OwnSourcesRunTest {
  @TempDir Path root;
  private Sandbox sandbox;

  @BeforeEach
  void start() throws IOException {
    Path state = new InProcess(root).layout().state().resolve("sandbox");
    Files.createDirectories(state);
    sandbox = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED));
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private InProcess.Ended create(String... more) {
    String[] words = {"template", "create", "--target", "sandbox", "--yes", "--storage"};
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return new InProcess(root).run(all);
  }

  private void created(InProcess.Ended ended) {
    assertThat(ended.err() + ended.out()).contains("TemplateCreated");
    assertThat(ended.code()).isZero();
  }

  private String shown(String template) {
    return new InProcess(root).run("template", "show", template, "--target", "sandbox").out();
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void aPackedFileThenTheDiskOfWhatWasMadeOfIt() throws IOException {
    Path file = Files.write(root.resolve("own disk.img.gz"), packed(Images.raw(8 << 20)));
    created(
        create("local-lvm", "--image-file", file.toString(), "--vmid", "900", "--disk-size", "1G"));
    assertThat(shown("900")).contains("own-disk", "sha256:", "a file of this machine");
    created(create("local", "--volume", "local-lvm:base-900-disk-0", "--name", "again"));
    assertThat(shown("again")).contains("local-lvm:base-900-disk-0");
  }

  @Test
  void anAddressIsTakenUnverifiedOnlyWhereTheUserSaysSo() {
    try (FaultServer server = FaultServer.http()) {
      server.serve("/appliance.qcow2", Images.qcow2(1L << 30));
      String[] settings = {
        "local",
        "--url",
        server.url("/appliance.qcow2"),
        "--allow-http",
        "true",
        "--provisioning",
        "none"
      };
      InProcess.Ended refused = create(settings);
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).contains("--allow-unverified");
      String[] allowed = Arrays.copyOf(settings, settings.length + 2);
      allowed[settings.length] = "--allow-unverified";
      allowed[settings.length + 1] = "true";
      created(create(allowed));
      assertThat(shown("appliance")).contains("not at all");
    }
  }

  /**
   * The image that the other tests boot was made by the same builder with these settings, so this
   * builds again only where the archive has something newer.
   */
  @Test
  @Tag("real")
  void debianIsBuiltFromItsPackages() throws IOException {
    String built = System.getenv("PROXKILN_TEST_IMAGE");
    Assumptions.assumeTrue(built != null, "PROXKILN_TEST_IMAGE is not set, see ./dev image");
    Path images = new InProcess(root).layout().images();
    Files.createDirectories(images.getParent());
    Files.createSymbolicLink(images, Path.of(built));
    String[] settings = {
      "local-lvm",
      "--from-packages",
      "debian-12",
      "--kernel-options",
      "mitigations=off",
      "--host-keys",
      "ed25519"
    };
    created(create(settings));
    assertThat(shown("debian-12-built"))
        .contains("packages of Debian 12", "by the signature of the archive");
  }
}
