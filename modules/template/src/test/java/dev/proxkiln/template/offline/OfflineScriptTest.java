package dev.proxkiln.template.offline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.template.customise.Customisation;
import dev.proxkiln.template.customise.GuestFile;
import dev.proxkiln.template.customise.Offline;
import dev.proxkiln.template.customise.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the scripts, with stand-ins for what opens an image and for what works inside it. */
class OfflineScriptTest {
  private static final String NASTY =
      "it's $(touch no) `touch no`; \"x\" \\ \n'\nPROXKILN-TEXT\n$HOME";

  @TempDir Path folder;

  private static Customisation everything(String text) {
    return new Customisation(
        "apt",
        List.of("epel-release"),
        List.of("curl", "g++"),
        List.of(
            new GuestFile(
                "/etc/it's $(x)/a b",
                0640,
                Base64.getEncoder().encodeToString(text.getBytes(UTF_8)))),
        List.of(text),
        Optional.of("Europe/Berlin"),
        Optional.of("de_DE.UTF-8"),
        Optional.of(Customisation.Keyboard.parse("de:nodeadkeys")),
        true,
        true,
        List.of(text),
        Optional.of("http://u:p'$(x)@192.0.2.1:3128"),
        Optional.of("http://192.0.2.2:3142"));
  }

  private record Ran(int exit, String out, String err) {}

  private Ran run(String path, String script, String... argv) throws Exception {
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(argv).directory(folder.toFile());
    builder.redirectError(err.toFile());
    builder.environment().put("PATH", path);
    Process process = builder.start();
    process.getOutputStream().write(script.getBytes(UTF_8));
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(err));
  }

  private static String path() {
    return System.getenv("PATH");
  }

  @Test
  void whatTheUserWroteReachesTheGuestAsItIs() throws Exception {
    StringBuilder stubs = new StringBuilder();
    for (String name :
        List.of(
            "begin",
            "grow",
            "trust_certificates",
            "proxy",
            "apt_cache",
            "repositories",
            "install_packages",
            "timezone",
            "locale",
            "keyboard",
            "agent",
            "lock_root",
            "sysprep")) {
      stubs.append(name).append("() { printf '%s' ").append(name);
      stubs.append("; printf ' [%s]' \"$@\"; echo; }\n");
    }
    for (String name : List.of("certificate", "put", "command_line")) {
      stubs.append(name).append("() { printf '%s [' ").append(name);
      stubs.append("; tr -d '\\n ' | base64 -d; printf '] %s\\n' \"$*\"; }\n");
    }
    Ran ran = run(path(), stubs + GuestScript.calls(everything(NASTY)), "sh", "-eus");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            begin [apt]
            grow []
            certificate [NASTY] proxkiln-1
            trust_certificates []
            proxy [http://u:p'$(x)@192.0.2.1:3128]
            apt_cache [http://192.0.2.2:3142]
            put [NASTY] 0640 L2V0Yy9pdCdzICQoeCkvYSBi
            repositories [epel-release]
            install_packages [curl] [g++] [qemu-guest-agent]
            timezone [Europe/Berlin]
            locale [de_DE.UTF-8]
            keyboard [de] [nodeadkeys]
            agent []
            command_line [NASTY]\040
            lock_root []
            sysprep []
            """
                .replace("NASTY", NASTY));
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void nothingIsCalledThatNobodyAskedFor() {
    assertThat(GuestScript.calls(Customisation.NOTHING)).isEqualTo("begin ''\ngrow\nsysprep\n");
  }

  private static String script(Tool tool) {
    return OfflinePlan.script(new Offline(everything(NASTY), tool, 0, List.of()));
  }

  private Path tools(String customize) throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    executable(bin.resolve("virt-customize"), customize);
    return bin;
  }

  private static void executable(Path file, String body) throws Exception {
    Files.writeString(file, "#!/bin/bash\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ran customise(Path bin, String image) throws Exception {
    return run(
        bin + ":" + path(),
        script(Tool.LIBGUESTFS),
        "bash",
        "-s",
        "--",
        "libguestfs",
        image,
        "qcow2",
        folder + "/copy of it.qcow2",
        "no",
        "16777216");
  }

  private String image() throws Exception {
    Path image = folder.resolve("image.qcow2");
    Process made =
        new ProcessBuilder("qemu-img", "create", "-q", "-f", "qcow2", image.toString(), "8M")
            .start();
    assertThat(made.waitFor()).isZero();
    return image.toString();
  }

  @Test
  void worksOnACopyAndSaysWhereItIs() throws Exception {
    Path bin =
        tools(
            "printf '%s\\n' \"$@\" >\"$0.args\"; for f; do :; done; cp \"$f\" \"$0.script\";"
                + " echo chatter");
    String image = image();
    byte[] before = Files.readAllBytes(Path.of(image));
    Ran ran = customise(bin, image);
    assertThat(ran.err()).isEqualTo("chatter\n");
    assertThat(ran.out())
        .isEqualTo("path=" + folder + "/copy of it.qcow2\nvirtual-size=16777216\n");
    assertThat(ran.exit()).isZero();
    assertThat(folder.resolve("copy of it.qcow2")).exists();
    assertThat(folder.resolve("copy of it.qcow2.d")).doesNotExist();
    assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
    assertThat(Files.readString(bin.resolve("virt-customize.args")))
        .contains("--no-network\n", "--format\nqcow2\n", "--no-logfile\n");
    // It is a script that a shell can read to its end.
    Ran read = run(path(), "", "sh", "-n", bin.resolve("virt-customize.script").toString());
    assertThat(read).isEqualTo(new Ran(0, "", ""));
  }

  @Test
  void aFailureLeavesNothingBehind() throws Exception {
    Ran ran = customise(tools("echo broken >&2; exit 3"), image());
    assertThat(ran.exit()).isNotZero();
    assertThat(ran.err()).contains("broken");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("bin", "image.qcow2", "err");
    }
  }

  @Test
  void whatAKilledRunLeftIsThrownAway() throws Exception {
    Files.writeString(folder.resolve("copy of it.qcow2"), "half");
    Files.createDirectories(folder.resolve("copy of it.qcow2.d/root"));
    assertThat(customise(tools(""), image()).exit()).isZero();
    assertThat(Files.size(folder.resolve("copy of it.qcow2"))).isGreaterThan(4);
  }

  @Test
  void whatIsMissingIsSaidWithThePackageThatBringsIt() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bare"));
    for (String tool : List.of("bash", "rm", "mkdir", "cat", "chmod")) {
      for (String where : List.of("/usr/bin/", "/bin/")) {
        if (Files.exists(Path.of(where + tool))) {
          executable(bin.resolve(tool), "exec " + where + tool + " \"$@\"");
        }
      }
    }
    Ran ran =
        run(
            bin.toString(),
            script(Tool.LIBGUESTFS),
            "/bin/bash",
            "-s",
            "--",
            "libguestfs",
            image(),
            "qcow2",
            folder + "/copy",
            "no",
            "0");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .contains("missing here: qemu-img flock virt-customize", "libguestfs-tools");
  }

  @Test
  void theScriptOfTheContainerIsReadable() throws Exception {
    assertThat(run(path(), script(Tool.BLOCK), "bash", "-n")).isEqualTo(new Ran(0, "", ""));
  }
}
