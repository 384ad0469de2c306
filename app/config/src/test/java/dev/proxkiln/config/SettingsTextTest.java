package dev.proxkiln.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTextTest {
  private static final String TEXT =
      """
      # Ours.
      target: https://pve1.example.org:8006   # the first node
      tags:
      - web
      # not yet: - blue
      - red
      notes: |
        two
        # no comment

        lines

      # Only for templates.
      template create:
        memory: 4G  # enough

        # The usual bridge.
        bridge: vmbr1
      # Clusters.
      profiles:
        lab:
          target: sandbox
      """;

  private static SettingsText text() {
    return SettingsText.of("x.yaml", TEXT);
  }

  private static SettingKey key(String text) {
    return SettingKey.parse(text, Set.of("template create"));
  }

  @Test
  void changesAValueAndKeepsTheCommentBehindIt() {
    assertThat(text().set(key("target"), "sandbox").text())
        .isEqualTo(TEXT.replace("https://pve1.example.org:8006 ", "sandbox "));
    assertThat(text().set(key("template.create.memory"), "8G").text())
        .isEqualTo(TEXT.replace("4G", "8G"));
    assertThat(text().set(key("profiles.lab.target"), "local").text())
        .isEqualTo(TEXT.replace("target: sandbox", "target: local"));
  }

  @Test
  void changesValuesOfSeveralLines() {
    assertThat(text().set(key("tags"), List.of("a", "b")).text())
        .isEqualTo(TEXT.replace("- web\n# not yet: - blue\n- red\n", "  - a\n  - b\n"));
    assertThat(text().set(key("notes"), "one").text())
        .isEqualTo(TEXT.replace("notes: |\n  two\n  # no comment\n\n  lines\n", "notes: one\n"));
    assertThat(text().set(key("notes"), "1\n2\n").get(key("notes"))).contains("1\n2\n");
  }

  @Test
  void addsASettingWhereItsKindStands() {
    assertThat(text().set(key("jobs"), 2L).text())
        .isEqualTo(TEXT.replace("  lines\n", "  lines\njobs: 2\n"));
    assertThat(text().set(key("template.create.cores"), 2L).text())
        .isEqualTo(TEXT.replace("bridge: vmbr1\n", "bridge: vmbr1\n  cores: 2\n"));
    assertThat(text().set(key("profiles.lab.node"), "pve2").text())
        .isEqualTo(TEXT + "    node: pve2\n");
    assertThat(text().set(key("profiles.prod.target"), "local").text())
        .isEqualTo(TEXT + "  prod:\n    target: local\n");
    assertThat(SettingsText.of("x", "").set(key("profiles.prod.upgrade"), true).text())
        .isEqualTo("profiles:\n  prod:\n    upgrade: true\n");
    assertThat(
            SettingsText.of("x", "# Why.\ntemplate create:\n  cores: 1\n")
                .set(key("jobs"), 2L)
                .text())
        .isEqualTo("jobs: 2\n# Why.\ntemplate create:\n  cores: 1\n");
  }

  @Test
  void takesASettingOutAndNothingElse() {
    assertThat(text().unset(key("target")).text())
        .isEqualTo(TEXT.replaceFirst("target: https.*\n", ""));
    assertThat(text().unset(key("template.create.memory")).text())
        .isEqualTo(TEXT.replace("  memory: 4G  # enough\n", ""));
    assertThat(text().unset(key("profiles.lab.target")).text())
        .isEqualTo(TEXT.replace("profiles:\n  lab:\n    target: sandbox\n", ""));
    assertThat(text().withoutProfile("lab").profiles()).isEmpty();
    assertThat(text().unset(key("jobs")).text()).isEqualTo(TEXT);
  }

  @Test
  void renamesASettingWhereverItStands() {
    String before =
        "memory: 1G\ntemplate create:\n  \"memory\" : 2G # x\nprofiles:\n  a:\n    memory: 3G\n";
    assertThat(SettingsText.of("x", before).renamed("memory", "ram").text())
        .isEqualTo("ram: 1G\ntemplate create:\n  ram : 2G # x\nprofiles:\n  a:\n    ram: 3G\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{target: sandbox, jobs: 2}\n",
        "a: &x 1\ntarget: sandbox\nb: *x\njobs: 3\ntemplate create: {memory: 1G}\n",
        "target:\n",
      })
  void refusesWhatItsLinesCannotFollow(String odd) {
    assertThatThrownBy(
            () ->
                SettingsText.of("x", odd)
                    .set(key("target"), "local")
                    .set(key("template.create.memory"), "2G"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.first().slug()).isEqualTo("settings-not-editable"));
  }

  @Test
  void tellsShapesThatNoSettingHas() {
    SettingsText odd =
        SettingsText.of(
            "x",
            "profiles:\n  a: 1\n  b:\n    target: {x: 1}\ntempalte create:\n  memory: 1\nx: [[1]]\n");
    assertThat(odd.oddities(Set.of("template create")))
        .extracting(problem -> problem.slug() + " " + problem.where())
        .containsExactly(
            "spec-unreadable x, line 2",
            "spec-unreadable x, line 4",
            "unknown-setting tempalte create in x, line 5",
            "spec-unreadable x, line 7");
  }

  /** Whatever is done to a file, it holds what was put there and nothing else changed. */
  @Test
  void holdsWhatWasPutThereAfterAnyNumberOfChanges() {
    Random random = new Random(7);
    List<SettingKey> keys = new ArrayList<>();
    for (String name :
        List.of(
            "a",
            "b",
            "c",
            "template.create.a",
            "template.create.b",
            "profiles.x.a",
            "profiles.x.b",
            "profiles.y.a")) {
      keys.add(key(name));
    }
    List<Object> values =
        List.of(
            "x",
            "",
            " y ",
            "# z",
            "a: b",
            "- q",
            "yes",
            "007",
            "1\n2",
            "ä'\"",
            5L,
            true,
            List.of("p", "q #"),
            "long ".repeat(40).strip(),
            "secret:x",
            "@x",
            "%y",
            "!z",
            "a #b");
    for (int round = 0; round < 60; round++) {
      SettingsText text = text();
      for (int i = 0; i < 12; i++) {
        SettingKey key = keys.get(random.nextInt(keys.size()));
        Object value = values.get(random.nextInt(values.size()));
        text = random.nextInt(3) == 0 ? text.unset(key) : text.set(key, value);
      }
      assertThat(text.text()).contains("# Ours.", "# Only for templates.", "# Clusters.");
      assertThat(text.get(key("target"))).contains("https://pve1.example.org:8006");
    }
  }
}
