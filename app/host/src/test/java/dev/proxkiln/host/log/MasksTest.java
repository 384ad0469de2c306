package dev.proxkiln.host.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasksTest {
  private final Masks masks = new Masks();

  @Test
  void masksWhatItKnowsAlsoInsideAddresses() {
    masks.add("pass word/1");
    assertThat(masks.apply("it is 'pass word/1' or pass+word%2F1")).isEqualTo("it is '***' or ***");
  }

  @Test
  void leavesTextAloneThatHoldsAVeryShortSecret() {
    masks.add("abc");
    assertThat(masks.apply("abcdef")).isEqualTo("abcdef");
  }

  @Test
  void knowsTheSecretsOfAnEnvironment() {
    masks.addFrom(
        Map.of(
            "PROXKILN_SECRET_ROOT_PW", "hunter22",
            "PROXKILN_TOKEN", "kiln@pve!a=sesame-open",
            "https_proxy", "http://me:pr%40xy-pw@proxy:3128",
            "HOME", "/home/me"));
    assertThat(masks.apply("hunter22 sesame-open pr%40xy-pw pr@xy-pw /home/me kiln@pve!a"))
        .isEqualTo("*** *** *** *** /home/me kiln@pve!a");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "$6$salt$qFmFH.bQmmtXzyBY0s9v7O, $6$***",
        "root@pam!kiln=01234567-89ab-cdef-0123-456789abcdef!, root@pam!kiln=***!",
        "PVE:root@pam:65A1B2C3::bm90IGEgcmVhbCBzaWduYXR1cmU=, PVE:root@pam:65A1B2C3::***",
        "http://me:secret@proxy:3128/x, http://me:***@proxy:3128/x",
        "https://host:8006/api2/json?a=b@c, https://host:8006/api2/json?a=b@c",
        "$5 and $60$ are prices, $5 and $60$ are prices",
      })
  void masksWhatLooksLikeASecret(String text, String clean) {
    assertThat(masks.apply(text)).isEqualTo(clean);
  }

  @Test
  void masksAPrivateKeyOfSeveralLines() {
    String key =
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\naC1rZXk=\n-----END OPENSSH PRIVATE KEY-----";
    assertThat(masks.apply("key: " + key + " end")).doesNotContain("b3Blbn").doesNotContain("aC1r");
  }
}
