package dev.proxkiln.template.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.template.FolderResources;
import dev.proxkiln.template.cloudinit.Kind;
import dev.proxkiln.template.cloudinit.Multipart;
import dev.proxkiln.template.cloudinit.Schemas;
import dev.proxkiln.template.cloudinit.YamlReader;
import dev.proxkiln.template.cloudinit.YamlWriter;
import dev.proxkiln.template.customise.Customisation;
import dev.proxkiln.template.customise.GuestFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VendorConfigTest {
  private static final String CERTIFICATE =
      "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

  @TempDir Path folder;

  private static Customisation everything(String manager, List<String> repositories) {
    return new Customisation(
        manager,
        repositories,
        List.of("htop", "jq"),
        List.of(new GuestFile("/etc/motd", 0644, "SGVsbG8K")),
        List.of("date > /root/when; echo 'a: b'"),
        Optional.of("Europe/Berlin"),
        Optional.of("de_DE.UTF-8"),
        Optional.of(Customisation.Keyboard.parse("de:nodeadkeys")),
        true,
        true,
        List.of(CERTIFICATE),
        Optional.of("http://192.0.2.1:3128"),
        Optional.of("http://192.0.2.2:3142"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"apt", "dnf", "zypper", "pacman", "apk"})
  void isWhatTheSchemaAllows(String manager) {
    for (List<String> repositories : List.of(List.<String>of(), List.of("more-packages"))) {
      Map<String, Object> tree = VendorConfig.of(everything(manager, repositories), "any");
      String text = YamlWriter.cloudConfig(tree);
      assertThat(new Schemas(new FolderResources()::read).cloudConfig(YamlReader.read(text)))
          .as(text)
          .isEmpty();
      assertThat(tree)
          .doesNotContainKeys(
              new Login("x", List.of("k"), true, true).said().toArray(String[]::new));
    }
  }

  @Test
  void installsRepositoriesBeforeWhatComesFromThem() {
    Map<String, Object> tree = VendorConfig.of(everything("dnf", List.of("epel-release")), "rhel");
    assertThat(tree).doesNotContainKey("packages");
    assertThat(tree.get("runcmd"))
        .isEqualTo(
            List.of(
                List.of("dnf", "-y", "install", "epel-release"),
                List.of("dnf", "-y", "install", "htop", "jq", "qemu-guest-agent"),
                List.of("systemctl", "enable", "--now", "qemu-guest-agent"),
                List.of("passwd", "-l", "root"),
                "date > /root/when; echo 'a: b'"));
  }

  @Test
  void sendsAptThroughTheCacheAndTheRestThroughTheProxy() {
    assertThat(VendorConfig.of(everything("apt", List.of()), "debian"))
        .containsEntry(
            "apt",
            Map.of("http_proxy", "http://192.0.2.2:3142", "https_proxy", "http://192.0.2.1:3128"));
    assertThat(VendorConfig.of(everything("dnf", List.of()), "rhel")).doesNotContainKey("apt");
    assertThat(VendorConfig.of(Customisation.NOTHING, "debian")).isEmpty();
  }

  @Test
  void cloudInitItselfTakesIt() throws Exception {
    for (String manager : List.of("apt", "dnf")) {
      taken(YamlWriter.cloudConfig(VendorConfig.of(everything(manager, List.of()), "any")));
    }
    taken(YamlWriter.cloudConfig(new Login("ops", List.of("k"), false, true).missingIn(Map.of())));
  }

  @Test
  void cloudInitItselfUnpacksAnArchive() throws Exception {
    Path archive =
        Files.writeString(
            folder.resolve("archive"),
            Multipart.of(
                List.of(
                    new Multipart.Part(Kind.CLOUD_CONFIG, "ours", "#cloud-config\npackages: [a]\n"),
                    new Multipart.Part(Kind.CLOUD_CONFIG, "own", "#cloud-config\npackages: [b]\n"),
                    new Multipart.Part(Kind.SCRIPT, "script", "#!/bin/sh\necho größe\n"))));
    String script =
        """
        import sys
        from cloudinit import handlers, helpers, user_data
        from cloudinit.handlers.cloud_config import CloudConfigPartHandler

        paths = helpers.Paths({"cloud_dir": sys.argv[2], "run_dir": sys.argv[2]})
        message = user_data.UserDataProcessor(paths).process(open(sys.argv[1], "rb").read())
        merged = CloudConfigPartHandler(paths)
        merged.cloud_fn = sys.argv[2] + "/merged"
        merged.handle_part(None, handlers.CONTENT_START, None, None, None, None)

        def each(data, name, payload, headers):
            kind = headers["Content-Type"]
            print(kind)
            if "cloud-config" in kind:
                merged.handle_part(None, "text/cloud-config", name, payload, None, headers)
            else:
                print(payload)

        handlers.walk(message, each, data={})
        merged.handle_part(None, handlers.CONTENT_END, None, None, None, None)
        print(open(sys.argv[2] + "/merged").read())
        """;
    String out =
        run("/usr/bin/python3", "-c", script, archive.toString(), folder.resolve("out").toString());
    assertThat(out)
        .contains("packages:\n- a\n- b\n")
        .contains("text/x-shellscript")
        .contains("größe");
  }

  private void taken(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("vendor.yaml"), text);
    assertThat(run("cloud-init", "schema", "--config-file", file.toString()))
        .contains("Valid cloud-config");
  }

  /** Runs a program of Debian's package cloud-init, which the build machine has. */
  private String run(String... argv) throws IOException, InterruptedException {
    boolean there = Files.isExecutable(Path.of("/usr/bin/cloud-init"));
    Assumptions.assumeTrue(
        there || "true".equals(System.getenv("CI")), "cloud-init is not installed here");
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }
}
