package dev.proxkiln.config.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published test vectors of what the vault is built on. */
class KnownAnswersTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text == null ? "" : text);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** RFC 9106, section 5.3. */
  @Test
  void argon2id() {
    Argon2Parameters parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(32)
            .withIterations(3)
            .withParallelism(4)
            .withSalt(filled(16, 2))
            .withSecret(filled(8, 3))
            .withAdditional(filled(12, 4))
            .build();
    assertThat(Argon2id.derive(parameters, filled(32, 1)))
        .isEqualTo(hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"));
  }

  /** RFC 5869, appendix A.1 and A.3. */
  @Test
  void hkdf() {
    assertThat(
            VaultKey.hkdf(
                filled(22, 11), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42))
        .isEqualTo(
            hex(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                    + "34007208d5b887185865"));
    assertThat(VaultKey.hkdf(filled(22, 11), new byte[0], new byte[0], 42))
        .isEqualTo(
            hex(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                    + "9d201395faa4b61a96c8"));
  }

  /** Test cases 13, 14 and 16 of McGrew and Viega, "The Galois/Counter Mode of Operation". */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000000000000000000000000000000000000000000000000000,"
        + "000000000000000000000000,,,530f8afbc74536b9a963b4f1c4cb738b",
    "0000000000000000000000000000000000000000000000000000000000000000,"
        + "000000000000000000000000,00000000000000000000000000000000,,"
        + "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308,"
        + "cafebabefacedbaddecaf888,"
        + "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39,"
        + "feedfacedeadbeeffeedfacedeadbeefabaddad2,"
        + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        + "76fc6ece0f4e1768cddf8853bb2d551b",
  })
  void gcm(String key, String nonce, String text, String about, String sealed) {
    assertThat(Seal.crypt(Cipher.ENCRYPT_MODE, hex(key), hex(nonce), hex(text), hex(about)))
        .hasValueSatisfying(found -> assertThat(found).isEqualTo(hex(sealed)));
    assertThat(Seal.crypt(Cipher.DECRYPT_MODE, hex(key), hex(nonce), hex(sealed), hex(about)))
        .hasValueSatisfying(found -> assertThat(found).isEqualTo(hex(text)));
  }
}
