package dev.proxkiln.host.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumFileTest {
  private static final String A = "a1".repeat(32);
  private static final String B = "B2".repeat(32);
  private static final String LONG = "c3".repeat(64);
  private static final String OTHER_LONG = "d4".repeat(64);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s *image.img\n",
        "%s  image.img\n",
        "%s image.img",
        "%s\timage.img\r\n",
        "%s  ./image.img\n",
        "%s  builds/today/image.img\n",
        "SHA256 (image.img) = %s\n",
        "SHA256(image.img)= %s\n",
        "SHA2-256 (image.img) = %s\n",
        "# image.img: 633339904 bytes\nSHA256 (image.img) = %s\n",
        "\n# a comment\nffff  short.img\n%s *image.img\n",
      })
  void findsTheDigestInEveryForm(String form) {
    String others = B + " *other.img\n";
    ChecksumFile file = ChecksumFile.read(others + String.format(form, A), "SHA256SUMS");
    assertThat(file.digest("sha256", "image.img")).isEqualTo(A);
    assertThat(file.digest("sha256", "other.img")).isEqualTo(B.toLowerCase());
  }

  @Test
  void takesTheExactNameBeforeAnotherPath() {
    ChecksumFile file = ChecksumFile.read(B + "  old/image.img\n" + A + "  image.img\n", "x");
    assertThat(file.digest("sha256", "image.img")).isEqualTo(A);
  }

  @Test
  void doesNotTakeAPartOfANameForTheName() {
    ChecksumFile file = ChecksumFile.read(A + "  my-image.img\n", "x");
    assertProblem(() -> file.digest("sha256", "image.img"), "checksum-missing", "'my-image.img'");
  }

  @Test
  void picksTheAlgorithmOfTheSectionAndOfTheLine() {
    String text =
        "# MD5 HASH\n"
            + "0".repeat(32)
            + "  f.img\n# BLAKE2B HASH\n"
            + OTHER_LONG
            + "  f.img\n# SHA512 HASH\n"
            + LONG
            + "  f.img\n";
    ChecksumFile file = ChecksumFile.read(text, "DIGESTS");
    assertThat(file.digest("sha512", "f.img")).isEqualTo(LONG);
    assertProblem(() -> file.digest("sha256", "f.img"), "checksum-missing", "another algorithm");
    String bsd = "SHA512 (g) = " + LONG + "\nBLAKE2b (g) = " + OTHER_LONG + "\n";
    assertThat(ChecksumFile.read(bsd, "x").digest("sha512", "g")).isEqualTo(LONG);
  }

  @Test
  void readsALoneDigest() {
    assertThat(ChecksumFile.read(LONG + "\n", "x").loneDigest("sha512", "i")).isEqualTo(LONG);
    assertThat(ChecksumFile.read(A + "  i\n", "x").loneDigest("sha256", "i")).isEqualTo(A);
    assertProblem(
        () -> ChecksumFile.read(A + "\n", "x").loneDigest("sha512", "i"), "checksum-missing", "i");
    assertProblem(
        () -> ChecksumFile.read(A + "  j\n", "x").loneDigest("sha256", "i"),
        "checksum-missing",
        "'j'");
    assertProblem(
        () -> ChecksumFile.read(A + "\n" + B + "\n", "x").loneDigest("sha256", "i"),
        "checksum-missing",
        "i");
  }

  @Test
  void aLoneDigestCountsWhateverItsName() {
    assertThat(ChecksumFile.read(A + "  images/other\n", "x").onlyDigest("sha256")).isEqualTo(A);
    assertProblem(
        () -> ChecksumFile.read(A + "  i\n" + B + "  j\n", "x").onlyDigest("sha256"),
        "checksum-unreadable",
        "2 sha256 digests");
    assertProblem(
        () -> ChecksumFile.read(A + "  i\n", "x").onlyDigest("sha512"), "checksum-unreadable", "0");
  }

  @Test
  void refusesTwoDifferentDigestsForOneFile() {
    assertProblem(
        () -> ChecksumFile.read(A + "  i\n" + B + "  i\n", "x").digest("sha256", "i"),
        "checksum-unreadable",
        "2 different");
  }

  @Test
  void saysWhatItReadInsteadOfAChecksumFile() {
    assertProblem(
        () -> ChecksumFile.read("<!DOCTYPE html>\n<p>gone</p>", "https://x/SUMS"),
        "checksum-unreadable",
        "<!DOCTYPE html>");
    assertProblem(() -> ChecksumFile.read("\n \n", "x"), "checksum-unreadable", "empty");
  }

  private static void assertProblem(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String slug, String text) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.first().slug()).isEqualTo(slug);
              assertThat(e.first().what() + e.first().why()).contains(text);
            });
  }
}
