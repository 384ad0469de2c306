package dev.proxkiln.core.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Sha256Test {
  /** The first example of FIPS 180-4. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void textBytesAndStreamsHaveTheSame() throws Exception {
    byte[] bytes = "abc".getBytes(StandardCharsets.UTF_8);
    assertThat(Sha256.of("abc")).isEqualTo(ABC);
    assertThat(Sha256.of(bytes)).isEqualTo(ABC);
    assertThat(Sha256.of(new ByteArrayInputStream(bytes))).isEqualTo(ABC);
  }

  @Test
  void aStreamMayBeLongerThanABlock() throws Exception {
    byte[] bytes = new byte[200_000];
    assertThat(Sha256.of(new ByteArrayInputStream(bytes))).isEqualTo(Sha256.of(bytes));
  }
}
