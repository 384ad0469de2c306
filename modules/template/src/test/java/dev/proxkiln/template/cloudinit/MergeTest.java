package dev.proxkiln.template.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MergeTest {
  private static Map<?, ?> map(String yaml) {
    return (Map<?, ?>) YamlReader.read(yaml).tree();
  }

  @Test
  void joinsMapsAndListsAndRepeatsNothing() {
    Merge merge =
        Merge.of(
            map("packages: [a, b]\napt: {proxy: p}\ntimezone: UTC\n"),
            map("packages: [b, c]\napt: {conf: x}\ntimezone: UTC\nlocale: C\n"));
    assertThat(merge.conflicts()).isEmpty();
    assertThat(merge.tree())
        .isEqualTo(
            map("packages: [a, b, c]\napt: {proxy: p, conf: x}\ntimezone: UTC\nlocale: C\n"));
  }

  @Test
  void namesWhatBothSayDifferently() {
    assertThat(
            Merge.of(
                    map("timezone: UTC\napt: {proxy: p}\npackages: [a]"),
                    map("timezone: X\napt: {proxy: q}\npackages: a"))
                .conflicts())
        .isEqualTo(List.of("timezone", "apt.proxy", "packages"));
  }

  @Test
  void knowsATextByItsBeginning() {
    assertThat(Kind.of("#cloud-config\na: 1")).contains(Kind.CLOUD_CONFIG);
    assertThat(Kind.of("#cloud-config-archive\n[]")).contains(Kind.ARCHIVE);
    assertThat(Kind.of("\n #!/bin/sh\n")).contains(Kind.SCRIPT);
    assertThat(Kind.of("## template: jinja\n#cloud-config\n")).contains(Kind.TEMPLATE);
    assertThat(Kind.of("#include-once\n")).contains(Kind.INCLUDE_ONCE);
    assertThat(Kind.of("Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n"))
        .contains(Kind.MULTIPART);
    assertThat(Kind.of("packages: [a]\n")).isEmpty();
    assertThat(Kind.of("")).isEmpty();
  }
}
