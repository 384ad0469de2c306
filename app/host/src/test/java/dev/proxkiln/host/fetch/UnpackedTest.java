package dev.proxkiln.host.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Images;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unpacks the same by the machine's programs, and by Java where there are none. */
@Timeout(300)
class UnpackedTest {
  private static final byte[] RAW = Images.noise(700_000, 7);
  private static final String NONE = "";

  private static InputStream open(byte[] packed, String compression, String path)
      throws IOException {
    return Unpacked.stream(
        new ByteArrayInputStream(packed), compression, Optional.empty(), "test", path);
  }

  private static byte[] unpack(byte[] packed, String compression, String path) throws IOException {
    try (InputStream in = open(packed, compression, path)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({"xz,''", "bz2,''", "tar.xz,''", "xz,PATH", "bz2,PATH", "tar.xz,PATH"})
  void unpacks(String compression, String path) throws IOException {
    byte[] packed = Packed.of(compression, RAW);
    assertThat(unpack(packed, compression, path(path))).isEqualTo(RAW);
  }

  /** As OpenWrt packs its images; gzip(1) says "trailing garbage ignored". */
  @ParameterizedTest
  @ValueSource(strings = {"FWx0metadata", "\u001f", "\u001fx", "\0\0\0\0"})
  void leavesOutWhatStandsBehindAGzipStream(String behind) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.write(Packed.of("gz", RAW));
    packed.writeBytes(behind.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(unpack(packed.toByteArray(), "gz", NONE)).isEqualTo(RAW);
  }

  @ParameterizedTest
  @CsvSource({"xz,''", "gz,''", "bz2,''", "xz,PATH", "bz2,PATH"})
  void unpacksStreamsOneAfterAnother(String compression, String path) throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(Packed.of(compression, Arrays.copyOf(RAW, 300_001)));
    both.write(Packed.of(compression, Arrays.copyOfRange(RAW, 300_001, RAW.length)));
    assertThat(unpack(both.toByteArray(), compression, path(path))).isEqualTo(RAW);
  }

  @ParameterizedTest
  @CsvSource({"xz,''", "gz,''", "bz2,''", "xz,PATH", "bz2,PATH"})
  void neverTakesAPartForTheWhole(String compression, String path) {
    byte[] packed = Packed.of(compression, RAW);
    byte[] part = Arrays.copyOf(packed, packed.length / 2);
    assertThatThrownBy(() -> unpack(part, compression, path(path)))
        .isInstanceOfSatisfying(
            IOException.class, e -> assertThat(Transfer.isEarlyEnd(e)).as(e.toString()).isTrue());
  }

  @ParameterizedTest
  @CsvSource({"xz,''", "gz,''", "bz2,''", "xz,PATH", "bz2,PATH"})
  void saysWhatIsWrongWithOtherBytes(String compression, String path) {
    assertThatThrownBy(() -> unpack(RAW, compression, path(path)))
        .isInstanceOf(IOException.class)
        .message()
        .isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"xz", "bz2"})
  void tellsTheTroubleOfItsSourceNotThatOfTheProgram(String compression) {
    byte[] packed = Packed.of(compression, RAW);
    InputStream breaking =
        new InputStream() {
          private final InputStream in = new ByteArrayInputStream(packed, 0, 400_000);

          @Override
          public int read() throws IOException {
            throw new IOException("one by one");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            if (count < 0) {
              throw new IOException("the line broke");
            }
            return count;
          }
        };
    assertThatThrownBy(
            () -> {
              try (InputStream in =
                  Unpacked.stream(breaking, compression, Optional.empty(), "test")) {
                in.readAllBytes();
              }
            })
        .hasMessage("the line broke");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xz", "bz2"})
  void leavesNoProgramBehindWhenClosedEarly(String compression) throws IOException {
    byte[] packed = Packed.of(compression, RAW);
    try (InputStream in = open(packed, compression, ProcessCommands.PATH)) {
      assertThat(in.read()).isEqualTo(RAW[0] & 0xff);
      assertThat(programs(compression)).isOne();
    }
    assertThat(programs(compression)).isZero();
  }

  @Test
  void leavesNoProgramBehindWhenTheArchiveLacksTheFile() {
    byte[] packed = Packed.of("tar.xz", RAW);
    assertThatThrownBy(
            () ->
                Unpacked.stream(
                    new ByteArrayInputStream(packed), "tar.xz", Optional.of("*.vmdk"), "test"))
        .isInstanceOf(ProblemException.class);
    assertThat(programs("xz")).isZero();
  }

  private static long programs(String compression) {
    return ProcessHandle.current()
        .children()
        .flatMap(child -> child.info().command().stream())
        .filter(program -> program.endsWith(compression.equals("xz") ? "/xz" : "/bzip2"))
        .count();
  }

  private static String path(String name) {
    return name.equals("PATH") ? ProcessCommands.PATH : NONE;
  }
}
