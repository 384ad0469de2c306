package dev.proxkiln.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.problem.CoreSlug;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextsTest {
  private static final Look UTF8 = new Look(false, false, true, () -> 80);

  @Test
  void printsProblemsWithReasonNextStepAndPage() {
    String text =
        ProblemText.of(
            List.of(
                CoreSlug.INVALID_VALUE.problem(
                    "--memory", "Memory '1' is out of range.", "", "Give 256M or more."),
                CoreSlug.INVALID_VALUE.problem("--vmid", "'7' is bad.", "two\nlines", ""),
                CoreSlug.MISSING_VALUE.problem("", "Image is missing.", "", "")),
            Look.plain());
    assertThat(text)
        .isEqualTo(
            """
            error: --memory: Memory '1' is out of range.
              next: Give 256M or more.
            error: --vmid: '7' is bad.
              why: two
                   lines
            error: Image is missing.
              proxkiln explain invalid-value
              proxkiln explain missing-value
            """);
  }

  @Test
  void usesColoursAndCharactersOnlyWhereTheyArrive() {
    var problems = List.of(CoreSlug.UNEXPECTED.problem("", "Größe \u2026", "", ""));
    assertThat(ProblemText.of(problems, Look.plain())).startsWith("error: Gr??e ...\n");
    assertThat(ProblemText.of(problems, new Look(true, true, true, () -> 80)))
        .contains("\u001b[31;1merror:\u001b[0m Größe \u2026");
  }

  @Test
  void alignsTablesAndSetsNumbersToTheRight() {
    Table table =
        new Table(List.of("ID", "NAME", "CORES"))
            .row(List.of("100", "web", "2"))
            .row(List.of("9000", "debian\n12", "16"));
    assertThat(table.text(UTF8))
        .isEqualTo(
            """
              ID  NAME       CORES
             100  web            2
            9000  debian 12     16
            """);
  }

  @Test
  void printsOneThingAsNamesAndValues() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", 9000);
    tree.put("name", "web");
    tree.put("tags", List.of("a", "b"));
    tree.put("none", List.of());
    Map<String, Object> disk = new LinkedHashMap<>();
    disk.put("bus", "scsi");
    disk.put("size", "10G");
    tree.put("disks", List.of(disk, disk));
    tree.put("notes", "first\nsecond");
    assertThat(Pairs.text(tree, UTF8))
        .isEqualTo(
            """
            id:    9000
            name:  web
            tags:  a, b
            none:
            disks:
              - bus:  scsi
                size: 10G
              - bus:  scsi
                size: 10G
            notes: first
                   second
            """);
  }

  @Test
  void writesSizesAndTimesForPeople() {
    assertThat(Amounts.bytes(0)).isEqualTo("0 B");
    assertThat(Amounts.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Amounts.bytes(330L << 20)).isEqualTo("330 MiB");
    assertThat(Amounts.bytes(6_871_947_674L)).isEqualTo("6.4 GiB");
    assertThat(Amounts.time(Duration.ofMillis(420))).isEqualTo("0.4 s");
    assertThat(Amounts.time(Duration.ofSeconds(18))).isEqualTo("18 s");
    assertThat(Amounts.time(Duration.ofSeconds(125))).isEqualTo("2 min 5 s");
    assertThat(Amounts.time(Duration.ofSeconds(3780))).isEqualTo("1 h 3 min");
  }
}
