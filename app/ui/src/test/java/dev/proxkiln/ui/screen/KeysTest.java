package dev.proxkiln.ui.screen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.testkit.Golden;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KeysTest {
  @Test
  void theDocsComeFromTheTable() {
    Golden.file(Path.of("../../docs/keys.md"), Keys.markdown());
  }

  @Test
  void lettersAreTextWhereATextFieldHasTheKeys() {
    assertThat(Keys.DOWN.is(Key.of('j'), false)).isTrue();
    assertThat(Keys.DOWN.is(Key.of('j'), true)).isFalse();
    assertThat(Keys.DOWN.is(Key.of(Key.Kind.DOWN), true)).isTrue();
    assertThat(Keys.INTERRUPT.is(Key.control('c'), true)).isTrue();
  }
}
