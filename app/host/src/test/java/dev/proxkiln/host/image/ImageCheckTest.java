package dev.proxkiln.host.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Images;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCheckTest {
  @TempDir Path folder;
  private final ProcessCommands commands = new ProcessCommands();
  private final ImageCheck check = new ImageCheck(commands);

  /** Finds no program at all. */
  private final ImageCheck headerOnly =
      new ImageCheck(new ProcessCommands(Path.of("/"), "/nonexistent"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qcow2",
        "qcow2 -o compat=0.10",
        "qcow2 -o extended_l2=on,cluster_size=128k",
        "qcow2 -o compression_type=zstd",
        "vmdk",
        "vmdk -o subformat=streamOptimized",
      })
  void acceptsWhatQemuMakes(String how) throws IOException {
    List<String> options = List.of(how.split(" "));
    Path image = make(options, "4M");
    for (ImageCheck each : List.of(check, headerOnly)) {
      assertThat(each.check(image, options.getFirst(), "i"))
          .isEqualTo(new Disk(options.getFirst(), 4 << 20));
    }
  }

  @Test
  void agreesWithQemuOnTheImagesOfTheTestkit() throws IOException {
    Path image = Files.write(folder.resolve("i"), Images.qcow2(5L << 30));
    assertThat(check.check(image, "qcow2", "i")).isEqualTo(new Disk("qcow2", 5L << 30));
    Path raw = Files.write(folder.resolve("r"), Images.raw(1_000_001));
    assertThat(check.check(raw, "raw", "i")).isEqualTo(new Disk("raw", 1_000_001));
    Command whole = Command.of("qemu-img", "check", image.toString());
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/qemu-img")));
    assertThat(commands.run(whole).out()).contains("No errors were found");
  }

  @Test
  void refusesImagesThatNeedOtherFiles() throws IOException {
    Path base = make(List.of("qcow2"), "4M");
    for (List<String> options :
        List.of(
            List.of("qcow2", "-b", base.toString(), "-F", "qcow2"),
            List.of("qcow2", "-o", "data_file=" + folder.resolve("data")),
            List.of("vmdk", "-o", "subformat=monolithicFlat"),
            List.of("vmdk", "-o", "subformat=twoGbMaxExtentSparse"))) {
      Path image = make(options, "4M");
      for (ImageCheck each : List.of(check, headerOnly)) {
        assertThat(problem(() -> each.check(image, options.getFirst(), "i")).slug())
            .as(options.toString())
            .isEqualTo("image-has-backing-file");
      }
    }
    Path own = Files.write(folder.resolve("own"), Images.qcow2WithBackingFile("json:{\"x\":1}\n"));
    assertThat(problem(() -> check.check(own, "qcow2", "i")).what()).contains("'json:{\"x\":1} '");
  }

  @Test
  void refusesEncryptedAndCorruptImages() throws IOException {
    byte[] encrypted = Images.qcow2(1 << 20);
    ByteBuffer.wrap(encrypted).putInt(32, 2);
    byte[] corrupt = Images.qcow2(1 << 20);
    ByteBuffer.wrap(corrupt).putLong(72, 2);
    byte[] old = Images.qcow2(1 << 20);
    ByteBuffer.wrap(old).putInt(4, 1);
    byte[] cut = Arrays.copyOf(Images.qcow2(1 << 20), 60);
    byte[] empty = Images.qcow2(0);
    byte[] broken = Images.qcow2(1 << 20);
    ByteBuffer.wrap(broken).putLong(40, 12345);
    for (byte[] bytes : List.of(encrypted, corrupt, old, cut, empty, broken)) {
      Path image = Files.write(folder.resolve("i"), bytes);
      Problem problem = problem(() -> check.check(image, "qcow2", "https://x/i"));
      assertThat(problem.slug()).isEqualTo("image-not-an-image");
      assertThat(problem.why()).isNotEmpty().doesNotContain(folder.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"qcow2,raw", "vmdk,qcow2", "vdi,raw", "vhdx,raw", "qcow2,vmdk"})
  void refusesAnotherFormatThanWasSaid(String real, String said) throws IOException {
    Path image = make(List.of(real), "4M");
    Problem problem = problem(() -> check.check(image, said, "i"));
    assertThat(problem.slug()).isEqualTo("image-format-differs");
    assertThat(problem.what()).contains("'" + real + "'", "'" + said + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vdi", "vhdx"})
  void saysHowToConvertWhatNoStorageTakes(String format) {
    Path image = make(List.of(format), "4M");
    Problem problem = problem(() -> check.check(image, "auto", "i"));
    assertThat(problem.what()).contains("'" + format + "', not qcow2, raw or vmdk");
    assertThat(problem.next()).contains("qemu-img convert -O qcow2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qcow2", "vmdk"})
  void findsThatTheEndIsMissing(String format) throws IOException {
    Path raw = Files.write(folder.resolve("raw"), Images.noise(3 << 20, 1));
    Path image = folder.resolve("whole." + format);
    Command convert =
        Command.of(
            "qemu-img", "convert", "-f", "raw", "-O", format, raw.toString(), image.toString());
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/qemu-img")));
    assertThat(commands.run(convert).ok()).isTrue();
    check.whole(image, check.check(image, format, "i"), "i");
    byte[] bytes = Files.readAllBytes(image);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length / 2));
    Disk disk = check.check(cut, format, "i");
    assertThat(problem(() -> check.whole(cut, disk, "i")).slug()).isEqualTo("image-not-an-image");
    headerOnly.whole(cut, disk, "i");
  }

  @ParameterizedTest
  @CsvSource({
    "1f8b0800, a gzip file",
    "fd377a585a00, an xz file",
    "28b52ffd, a zstd file",
    "425a6839, a bzip2 file",
    "504b0304, a zip file",
    "0a3c48544d4c3e, a web page",
    "3c3f786d6c, an XML file",
    "00, nothing that a machine could boot from",
    "'', an empty file"
  })
  void saysWhatAFileIsThatIsNoImage(String hex, String what) throws IOException {
    byte[] start = HexFormat.of().parseHex(hex);
    Path file = Files.write(folder.resolve("f"), start);
    Problem problem = problem(() -> check.check(file, "raw", "i"));
    assertThat(problem.slug()).isEqualTo("image-not-an-image");
    assertThat(problem.why()).isEqualTo("it is " + what);
  }

  @Test
  void knowsFileSystemsWithoutAPartitionTable() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/mkfs.ext4")), "mkfs.ext4 is not installed");
    Path file = Files.write(folder.resolve("fs"), new byte[8 << 20]);
    assertThat(commands.run(Command.of("mkfs.ext4", "-q", "-F", file.toString())).ok()).isTrue();
    assertThat(check.check(file, "raw", "i").virtualSize()).isEqualTo(8 << 20);
  }

  private Path make(List<String> options, String size) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/qemu-img")), "qemu-img is not installed");
    Path image = folder.resolve("made-" + options.hashCode() + "." + options.getFirst());
    List<String> argv = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f"));
    argv.addAll(options);
    argv.addAll(List.of(image.toString(), size));
    assertThat(commands.run(Command.of(argv)).ok()).as(argv.toString()).isTrue();
    return image;
  }

  private static Problem problem(ThrowingCallable call) {
    Problem[] found = new Problem[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> found[0] = e.first());
    return found[0];
  }
}
