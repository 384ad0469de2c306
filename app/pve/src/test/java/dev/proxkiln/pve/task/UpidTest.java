package dev.proxkiln.pve.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpidTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPID:pve:0012D687:0123ABCD:6500AB12:qmcreate:9000:root@pam:",
        "UPID:a-1:00000001:123456789:6500AB12:imgcopy::root@pam!kiln:",
        "UPID:pve:0012D687:0123ABCD:6500AB12:download:debian-12.qcow2:user@pve:"
      })
  void printsWhatItRead(String text) {
    assertThat(Upid.parse(text)).map(Upid::toString).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "UPID:pve:0012D687:0123ABCD:6500AB12:qmcreate:9000:root@pam",
        "UPID:pve:12D687:0123ABCD:6500AB12:qmcreate:9000:root@pam:",
        "UPID:-pve:0012D687:0123ABCD:6500AB12:qmcreate:9000:root@pam:",
        "UPID:pve:0012D687:0123ABCD:6500AB12:qm/create:9000:root@pam:",
        "UPID:pve:0012D687:0123ABCD:6500AB12::9000:root@pam:",
        " UPID:pve:0012D687:0123ABCD:6500AB12:qmcreate:9000:root@pam:"
      })
  void refusesWhatIsNone(String text) {
    assertThat(Upid.parse(text)).isEmpty();
  }

  @Test
  void takesThePartsApart() {
    Upid upid =
        Upid.parse("UPID:pve:0000000A:000000010:6500AB12:qmclone:100:root@pam!t:").orElseThrow();
    assertThat(upid)
        .isEqualTo(new Upid("pve", 10, 16, 0x6500AB12L, "qmclone", "100", "root@pam!t"));
    assertThat(upid.label()).isEqualTo("task qmclone of 100");
  }

  @Test
  void findsTheIdAfterALog() {
    assertThat(
            Upid.atEndOf("a log lineUPID:pve:0000000A:00000010:6500AB12:qmclone:100:root@pam:\n"))
        .map(Upid::type)
        .contains("qmclone");
  }
}
