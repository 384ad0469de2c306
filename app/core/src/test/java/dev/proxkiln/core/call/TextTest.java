package dev.proxkiln.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void treeAndBackIsTheSame() {
    Text text = Text.join("a ${x} ", Text.output("vmid", "value"), "/b", Text.secret("pw"), "c");
    assertThat(Text.ofTree(text.tree())).isEqualTo(text);
    assertThat(Text.ofTree(Text.of("${not.a.reference}").tree()))
        .isEqualTo(Text.of("${not.a.reference}"));
  }

  @Test
  void joinsNeighbouringLiterals() {
    assertThat(Text.join("a", Text.of("b"), 7).literal()).contains("ab7");
  }

  @Test
  void neverPrintsASecret() {
    assertThat(Text.secret("root-pw")).hasToString("<secret root-pw>");
    assertThat(Text.secret("root-pw").isSecret()).isTrue();
  }

  @Test
  void refusesATreeThatIsNoText() {
    assertThatThrownBy(() -> Text.ofTree(Map.of("x", 1))).hasMessageContaining("not a text");
    assertThatThrownBy(() -> Text.ofTree(java.util.List.of(Map.of("x", 1))))
        .hasMessageContaining("not a part");
  }

  @Test
  void callTreeAndBackIsTheSame() {
    PveCall call =
        PveCall.post("/nodes/pve/qemu/", Text.output("vmid", "value"), "/agent/exec")
            .withAll("command", java.util.List.of(Text.of("/bin/sh"), Text.of("-c")))
            .with("full", true)
            .withFile(Text.output("image", "path"));
    assertThat(PveCall.ofTree(call.tree())).isEqualTo(call);
  }
}
