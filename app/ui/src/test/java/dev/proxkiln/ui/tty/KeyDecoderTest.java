package dev.proxkiln.ui.tty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.ui.screen.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyDecoderTest {

  /** Keys of a text; {@code ~~} stands for a pause. */
  private static List<Key> keys(String text) {
    int[] at = {0};
    KeyDecoder decoder =
        new KeyDecoder(
            patience -> {
              if (at[0] >= text.length()) {
                return KeyDecoder.GONE;
              }
              if (text.charAt(at[0]) == '\u0000') {
                at[0]++;
                return KeyDecoder.NOTHING;
              }
              return text.charAt(at[0]++);
            });
    List<Key> keys = new ArrayList<>();
    try {
      for (Optional<Key> key = decoder.next(); key.isPresent(); key = decoder.next()) {
        keys.add(key.get());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return keys;
  }

  @Test
  void knowsWhatTerminalsSend() {
    assertThat(keys("\u001b[A\u001bOB\u001b[C\u001b[D\u001b[H\u001b[4~\u001b[5~\u001b[6~\u001b[3~"))
        .extracting(Key::kind)
        .containsExactly(
            Key.Kind.UP,
            Key.Kind.DOWN,
            Key.Kind.RIGHT,
            Key.Kind.LEFT,
            Key.Kind.HOME,
            Key.Kind.END,
            Key.Kind.PAGE_UP,
            Key.Kind.PAGE_DOWN,
            Key.Kind.DELETE);
    assertThat(keys("\u001bOP\u001b[11~\u001b[[A\u001b[Z\t\r\u007f\u0003"))
        .extracting(Key::kind)
        .containsExactly(
            Key.Kind.F1,
            Key.Kind.F1,
            Key.Kind.F1,
            Key.Kind.BACK_TAB,
            Key.Kind.TAB,
            Key.Kind.ENTER,
            Key.Kind.BACKSPACE,
            Key.Kind.CONTROL);
  }

  @Test
  void escapeAloneIsAKey() {
    assertThat(keys("\u001b\u0000q")).containsExactly(Key.of(Key.Kind.ESCAPE), Key.of('q'));
    assertThat(keys("\u001b")).containsExactly(Key.of(Key.Kind.ESCAPE));
  }

  @Test
  void unknownSequencesLeaveNothingBehind() {
    assertThat(keys("\u001b[1;5Rq")).containsExactly(Key.of('q'));
    assertThat(keys("\u001b[?62;22cq")).containsExactly(Key.of('q'));
    assertThat(keys("\u001bxq")).containsExactly(Key.of('q'));
  }

  @Test
  void pastedTextIsOneKey() {
    assertThat(keys("\u001b[200~ssh-ed25519 AAAA a\rssh-rsa q\u001b[201~j"))
        .containsExactly(Key.paste("ssh-ed25519 AAAA a\nssh-rsa q"), Key.of('j'));
  }

  @Test
  void charactersOutsideTheBasicPlaneStayWhole() {
    assertThat(keys("\ud83d\udd25")).containsExactly(new Key(Key.Kind.TEXT, "\ud83d\udd25"));
  }

  @Test
  void anythingCanBeSent() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--) {
        text.append(random.nextInt(3) == 0 ? '\u001b' : (char) random.nextInt(256));
      }
      keys(text.toString());
    }
  }
}
