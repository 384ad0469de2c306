package dev.proxkiln.template.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeveralImagesTest {
  private static Values values(String... pairs) {
    Values values = Values.none();
    for (int i = 0; i < pairs.length; i += 2) {
      values = values.overlay(Values.of(Map.of(pairs[i], pairs[i + 1]), Origin.flag("")));
    }
    return values;
  }

  private static List<Map<String, String>> each(Values values) {
    return SeveralImages.of(values).orRaise().stream()
        .map(
            one ->
                one.entries().entrySet().stream()
                    .collect(
                        java.util.stream.Collectors.toMap(
                            Map.Entry::getKey, e -> e.getValue().raw())))
        .toList();
  }

  @Test
  void eachImageGetsWhatIsGivenOnce() {
    assertThat(each(values("image", "debian-13\nubuntu-24.04\n", "memory", "4G", "vmid", "9000")))
        .containsExactly(
            Map.of("image", "debian-13", "memory", "4G", "vmid", "9000"),
            Map.of("image", "ubuntu-24.04", "memory", "4G", "vmid", "9001"));
  }

  @Test
  void aNameIsMadeOfTheImage() {
    assertThat(each(values("image", "debian-13\nubuntu-24.04", "name", "t-{image}-x")))
        .extracting(m -> m.get("name"))
        .containsExactly("t-debian-13-x", "t-ubuntu-24-04-x");
    assertThat(each(values("image", "debian-13", "name", "t-{image}")))
        .containsExactly(Map.of("image", "debian-13", "name", "t-debian-13"));
  }

  @Test
  void oneImageOrNoneStaysAsItIs() {
    assertThat(each(values("image", "debian-13", "name", "web", "vmid", "7")))
        .containsExactly(Map.of("image", "debian-13", "name", "web", "vmid", "7"));
    assertThat(each(values("memory", "4G"))).containsExactly(Map.of("memory", "4G"));
  }

  @Test
  void refusesWhatWouldBeTheSameTwice() {
    Checked<List<Values>> checked = SeveralImages.of(values("image", "a\na\nb", "name", "web"));
    assertThat(((Checked.Invalid<List<Values>>) checked).problems())
        .extracting(Problem::what)
        .containsExactly("Image 'a' is named twice.", "Name 'web' would be that of 3 templates.");
  }
}
