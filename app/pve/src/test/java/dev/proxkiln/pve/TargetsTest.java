package dev.proxkiln.pve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.Targets.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {

  @Test
  void readsEveryForm() {
    assertThat(Targets.parse("sandbox").kind()).isEqualTo(TargetKind.SANDBOX);
    assertThat(Targets.parse(" local ").kind()).isEqualTo(TargetKind.LOCAL);
    assertThat(Targets.parse("https://pve.example"))
        .isEqualTo(new Target(TargetKind.REST, "", "pve.example", 8006));
    assertThat(Targets.parse("https://[2001:db8::1]:443/").host()).isEqualTo("[2001:db8::1]");
    assertThat(Targets.parse("ssh://10.0.0.1"))
        .isEqualTo(new Target(TargetKind.SSH, "root", "10.0.0.1", 22));
    assertThat(Targets.parse("ssh://root@pve:2222").port()).isEqualTo(2222);
  }

  @ParameterizedTest
  @CsvSource({
    "sandbox,sandbox",
    "https://pve:8006,https://pve:8006",
    "https://pve,https://pve:8006",
    "ssh://root@pve,ssh://root@pve",
    "ssh://root@pve:2222,ssh://root@pve:2222"
  })
  void printsWhatItRead(String text, String printed) {
    assertThat(Targets.parse(text).address()).isEqualTo(printed);
    assertThat(Targets.parse(Targets.parse(text).address())).isEqualTo(Targets.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pve",
        "http://pve:8006",
        "https://",
        "https://pve:0",
        "https://pve:99999",
        "https://pve/api2/json",
        "https://pve?x=1",
        "https://root@pve",
        "ssh://-oProxyCommand=x@pve",
        "ssh://root@-oProxyCommand=x",
        "ssh://root:pw@pve",
        "ftp://pve",
        "https://p ve"
      })
  void refusesWhatIsNone(String text) {
    ProblemException thrown =
        catchThrowableOfType(ProblemException.class, () -> Targets.parse(text));
    assertThat(thrown).as(text).isNotNull();
    assertThat(thrown.first().slug()).isEqualTo("target-invalid");
    assertThat(thrown.first().next()).contains("ssh://USER@HOST");
  }

  @Test
  void doesNotRepeatAPassword() {
    ProblemException thrown =
        catchThrowableOfType(
            ProblemException.class, () -> Targets.parse("https://root:s3cret@pve"));
    assertThat(thrown.first().toString()).doesNotContain("s3cret");
  }
}
