package dev.proxkiln.template.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.tree.Tree;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The answer files, by their own tools where Debian has them, and by their structure. */
class AnswerFilesTest {
  private static final String HASH = "$6$saltsalt$" + "a".repeat(86);

  @TempDir Path folder;

  private static Settings settings(boolean uefi, Optional<String> rootPassword) {
    return new Settings(
        "golden",
        "de_DE.UTF-8",
        "de",
        "Europe/Berlin",
        "sda",
        uefi,
        rootPassword,
        List.of("htop", "libstdc++6"),
        Optional.of(URI.create("http://mirror.example.org/linux/")),
        Optional.of(URI.create("http://mirror.example.org/debian-security")),
        Optional.of(URI.create("http://192.0.2.1:3128")),
        "Leap");
  }

  private static final Settings LOCKED = settings(true, Optional.empty());
  private static final Settings OPEN = settings(false, Optional.of("root"));

  /** As it is when the run has put the secret in. */
  private static String text(Text file) {
    return file.render(
        part ->
            switch (part) {
              case Text.Literal(String literal) -> literal;
              case Text.Output output -> throw new AssertionError(output.reference());
              case Text.Secret(String name) -> {
                assertThat(name).isEqualTo("root");
                yield HASH;
              }
            });
  }

  private static List<Text> files(Installer installer, Settings settings) {
    return java.util.stream.Stream.concat(
            installer.medium(settings).stream().flatMap(m -> m.files().values().stream()),
            installer.remaster(settings).stream()
                .flatMap(
                    r ->
                        java.util.stream.Stream.concat(
                            r.menus().values().stream(), r.initrd().values().stream())))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Installer.class)
  void theHashIsASecretThatOnlyTheRunPutsIn(Installer installer) {
    assertThat(files(installer, OPEN)).filteredOn(Text::isSecret).hasSize(1);
    assertThat(files(installer, LOCKED)).noneMatch(Text::isSecret);
    assertThat(files(installer, OPEN).toString())
        .contains("<secret root>")
        .doesNotContain("ROOT__PASSWORD__HASH");
  }

  @ParameterizedTest
  @EnumSource(Installer.class)
  void everyInstallerEndsWithTheSealAndThePowerOff(Installer installer) {
    String all = files(installer, settings(false, Optional.empty())).toString();
    assertThat(all).contains("/etc/machine-id").containsPattern("poweroff|<halt |\"questions\"");
    assertThat(all).contains("qemu-guest-agent").contains("cloud-init");
  }

  @Test
  void preseedIsOneQuestionALineAndDebconfTakesIt() throws Exception {
    for (Settings settings : List.of(LOCKED, OPEN)) {
      String file = text(Preseed.of(settings));
      Set<String> questions = new TreeSet<>();
      for (String line : file.lines().toList()) {
        String[] words = line.split(" ", 4);
        assertThat(words[2])
            .as(line)
            .isIn("string", "select", "multiselect", "boolean", "password", "note", "error");
        if (words[2].equals("boolean")) {
          assertThat(words[3]).isIn("true", "false");
        }
        assertThat(questions.add(words[1])).as("twice: " + words[1]).isTrue();
      }
      assertThat(questions)
          .contains(
              "partman-auto/disk",
              "passwd/root-password-crypted",
              "debian-installer/exit/poweroff");
      run(file, "/usr/bin/debconf-set-selections", "-c");
    }
    assertThat(text(Preseed.of(OPEN)))
        .contains("passwd/root-password-crypted password " + HASH + "\n")
        .contains("mirror/http/hostname string mirror.example.org\n")
        .contains("mirror/http/directory string /linux\n")
        .contains("apt-setup/security_host string mirror.example.org\n")
        .contains("default_label string msdos\n")
        .contains("partman-auto/disk string /dev/sda\n");
    assertThat(text(Preseed.of(LOCKED)))
        .contains("passwd/root-password-crypted password *\n")
        .contains("method{ efi }");
  }

  @Test
  void debianIsSealedAfterAllThatItsInstallerStillWrites() {
    Map<String, Text> initrd = Installer.PRESEED.remaster(LOCKED).orElseThrow().initrd();
    // finish-install takes what it finds there by name; logs are saved at 94, the disk leaves at
    // 95.
    assertThat(text(initrd.get("preseed.cfg")))
        .contains(
            "cp /" + Preseed.FINISH + " /usr/lib/finish-install.d/94zz-proxkiln && chmod 0755")
        .doesNotContain("late_command");
    assertThat(text(initrd.get(Preseed.FINISH)))
        .contains("cp /" + Seal.FILE + " /target/root/")
        .contains("in-target sh /root/" + Seal.FILE);
    assertThat(text(initrd.get(Seal.FILE))).isEqualTo(Seal.script());
  }

  @Test
  void preseedAsksForNoPasswordAndLeavesASourceOfPackages() {
    assertThat(text(Preseed.of(LOCKED)))
        // An exclamation mark is no answer to Debian 13's user-setup.
        .contains("passwd/root-password-crypted password *\n")
        .contains("apt-setup/use_mirror boolean true\n");
  }

  @Test
  void kickstartHasWholeSectionsAndEachCommandOnce() {
    for (Settings settings : List.of(LOCKED, OPEN)) {
      String file = text(Kickstart.of(settings));
      String section = "";
      Set<String> commands = new TreeSet<>();
      for (String line : file.lines().toList()) {
        if (line.equals("%end")) {
          assertThat(section).isNotEmpty();
          section = "";
        } else if (line.startsWith("%")) {
          assertThat(section).as("inside " + section).isEmpty();
          section = line.split(" ")[0];
        } else if (section.isEmpty() && !line.isBlank()) {
          String command = line.split(" ")[0];
          assertThat(commands.add(command)).as(line).isTrue();
        }
      }
      assertThat(section).isEmpty();
      assertThat(commands)
          .contains("cmdline", "lang", "rootpw", "clearpart", "reqpart", "part", "poweroff");
    }
    assertThat(text(Kickstart.of(OPEN)))
        .contains("rootpw --iscrypted " + HASH + "\n")
        .contains("url --url=http://mirror.example.org/linux/ --proxy=http://192.0.2.1:3128\n");
    assertThat(text(Kickstart.of(LOCKED))).contains("rootpw --lock\n");
  }

  @Test
  void autoinstallIsACloudConfigThatCloudInitTakes() throws Exception {
    for (Settings settings : List.of(LOCKED, OPEN)) {
      String file = text(Autoinstall.of(settings));
      Object tree = new YAMLMapper().readValue(file, Map.class);
      assertThat(file).startsWith("#cloud-config\nautoinstall:");
      assertThat(Tree.text(tree, "autoinstall.version")).isEqualTo("1");
      assertThat(Tree.text(tree, "autoinstall.storage.layout.match.path")).isEqualTo("/dev/sda");
      assertThat(Tree.text(tree, "autoinstall.storage.swap.size")).isEqualTo("0");
      assertThat(Tree.text(tree, "autoinstall.shutdown")).isEqualTo("poweroff");
      assertThat(Tree.text(tree, "autoinstall.apt.mirror-selection.primary[0].uri"))
          .isEqualTo("http://mirror.example.org/linux/");
      assertThat(Tree.text(tree, "autoinstall.apt.security[0].uri"))
          .isEqualTo("http://mirror.example.org/debian-security");
      List<?> late = Tree.list(tree, "autoinstall.late-commands");
      assertThat(((List<?>) late.getLast()).getLast()).isEqualTo(Seal.script());
      if (settings.rootPassword().isPresent()) {
        assertThat(late.getFirst().toString()).endsWith("-p, " + HASH + ", root]");
      }
      Path path = Files.writeString(folder.resolve("user-data"), file);
      run("", "/usr/bin/cloud-init", "schema", "--config-file", path.toString());
    }
  }

  @Test
  void autoYastIsWellFormedAndSaysWhatItMust() throws Exception {
    for (Settings settings : List.of(LOCKED, OPEN)) {
      String file = text(AutoYast.of(settings));
      Document document =
          DocumentBuilderFactory.newDefaultNSInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(file)));
      assertThat(document.getDocumentElement().getNamespaceURI())
          .isEqualTo("http://www.suse.com/1.0/yast2ns");
      assertThat(at(document, "general/mode/halt")).isEqualTo("true");
      assertThat(at(document, "general/mode/second_stage")).isEqualTo("false");
      assertThat(at(document, "partitioning/drive/device")).isEqualTo("/dev/sda");
      assertThat(at(document, "software/products/product")).isEqualTo("Leap");
      assertThat(at(document, "scripts/chroot-scripts/script/source")).isEqualTo(Seal.script());
      assertThat(at(document, "users/user/user_password"))
          .isEqualTo(settings.rootPassword().isPresent() ? HASH : "*");
      run(file, "/usr/bin/xmllint", "--noout", "-");
    }
  }

  private static String at(Document document, String path) throws Exception {
    XPath xpath = XPathFactory.newDefaultInstance().newXPath();
    String any = "/*[local-name()='profile']";
    for (String step : path.split("/")) {
      any += "/*[local-name()='" + step + "']";
    }
    return xpath.evaluate(any, document);
  }

  @Test
  void agamaIsJsonOfTheSectionsThatItsSchemaHas() {
    for (Settings settings : List.of(LOCKED, OPEN)) {
      Object tree = JsonMapper.shared().readValue(text(AgamaProfile.of(settings)), Map.class);
      // Sections of the published profile schema; it allows no others.
      assertThat(
              List.of(
                  "files",
                  "scripts",
                  "bootloader",
                  "dasd",
                  "zfcp",
                  "hostname",
                  "proxy",
                  "ntp",
                  "security",
                  "software",
                  "questions",
                  "product",
                  "network",
                  "user",
                  "root",
                  "l10n",
                  "storage",
                  "iscsi",
                  "access"))
          .containsAll(Tree.map(tree, "").keySet());
      assertThat(Tree.text(tree, "product.id")).isEqualTo("Leap");
      assertThat(Tree.text(tree, "root.hashedPassword")).isEqualTo("true");
      assertThat(Tree.text(tree, "root.password"))
          .isEqualTo(settings.rootPassword().isPresent() ? HASH : "*");
      assertThat(Tree.text(tree, "scripts.post[0].content")).isEqualTo(Seal.script());
      assertThat(Tree.text(tree, "storage.drives[0].search")).isEqualTo("/dev/sda");
      assertThat(Tree.text(tree, "questions.policy")).isEqualTo("auto");
    }
  }

  @Test
  void whatCannotBeQuotedIsRefused() {
    for (String bad :
        List.of("a b", "a\"b", "a'b", "a\\b", "a\nb", "a;b", "a$b", "a`b", "", "-a")) {
      assertThatThrownBy(
              () ->
                  new Settings(
                      "golden",
                      "de_DE.UTF-8",
                      "de",
                      "UTC",
                      "sda",
                      false,
                      Optional.empty(),
                      List.of(bad),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      ""))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Settings.fits(URI.create("http://user:pw@mirror.example.org/x"))).isFalse();
    assertThat(Settings.fits(URI.create("http://mirror.example.org/x?y=z"))).isFalse();
    assertThat(Settings.fits(URI.create("https://[2001:db8::1]:8080/x"))).isTrue();
  }

  @Test
  void aHashIsKnownFromAPassword() {
    for (String hash :
        List.of(
            HASH,
            "$5$rounds=5000$salt$" + "b".repeat(43),
            "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$" + "c".repeat(43),
            "$2b$12$" + "d".repeat(53))) {
      assertThat(hash).containsPattern(Settings.CRYPT_HASH);
    }
    for (String clear :
        List.of("secret", "$6$short", HASH + "\nrm -rf", "$1$old$" + "e".repeat(22))) {
      assertThat(clear).doesNotContainPattern(Settings.CRYPT_HASH);
    }
  }

  @Test
  void theSealIsAShellScript() throws Exception {
    run(Seal.script(), "/bin/sh", "-n");
    run(Seal.script(), "/usr/bin/shellcheck", "-s", "sh", "-");
  }

  @Test
  void eachInstallerSaysWhatItNeeds() {
    assertThat(Installer.KICKSTART.remaster(OPEN)).isEmpty();
    assertThat(Installer.KICKSTART.medium(OPEN).orElseThrow().label()).isEqualTo("OEMDRV");
    assertThat(Installer.AGAMA.remaster(OPEN)).isEmpty();
    assertThat(Installer.AUTOINSTALL.medium(OPEN).orElseThrow().files())
        .containsOnlyKeys("user-data", "meta-data");
    assertThat(Installer.AUTOINSTALL.remaster(OPEN).orElseThrow().menus().toString())
        .contains("autoinstall");
    Installer.Remaster debian = Installer.PRESEED.remaster(OPEN).orElseThrow();
    assertThat(debian.initrd()).containsOnlyKeys("preseed.cfg", Preseed.FINISH, Seal.FILE);
    assertThat(debian.menus().toString())
        .contains("initrd /install.amd/initrd.gz /proxkiln/answers.img")
        .contains("initrd=/install.amd/initrd.gz,/proxkiln/answers.img ");
  }

  /** Feeds a tool; passes where it is not installed. */
  private static void run(String input, String... command)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of(command[0])), command[0] + " is not installed");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
