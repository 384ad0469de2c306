package dev.proxkiln.cli.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.log.LogLevel;
import dev.proxkiln.cli.log.LogPlace;
import dev.proxkiln.cli.log.LogReader;
import dev.proxkiln.cli.log.RunLog;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.core.event.Events;
import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.log.Masks;
import dev.proxkiln.host.log.RollingLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is logged, and the command that shows it. */
class LogsTest {
  private static final Logger LOG = LoggerFactory.getLogger("dev.proxkiln.some.Place");

  @TempDir Path root;
  private Path file;

  @BeforeEach
  void place() {
    file = new InProcess(root).layout().logs().resolve("proxkiln.log");
    at(LogLevel.INFO);
  }

  @AfterEach
  void nowhere() {
    new LogPlace(Optional.empty(), LogLevel.INFO, RollingLog.Limits.USUAL, false).hold();
  }

  private void at(LogLevel level) {
    new LogPlace(Optional.of(file), level, new RollingLog.Limits(1 << 17, 1 << 20), false).hold();
  }

  private List<Object> logged() {
    return new LogReader(file, new JacksonTreeText(), LogLevel.DEBUG, "").last(100);
  }

  @Test
  void aLineIsADocumentOfItsOwn() throws IOException {
    Masks.ofProcess().add("canary-4711");
    LOG.atWarn()
        .addKeyValue("slug", "disk-full")
        .setCause(new IllegalStateException("with canary-4711"))
        .log("two\nlines with canary-4711");
    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(Files.readString(file)).doesNotContain("canary");
    Object line = logged().getFirst();
    assertThat(Tree.text(line, "time"))
        .matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]{12}[+-]\\d\\d:\\d\\d");
    assertThat(Tree.text(line, "level")).isEqualTo("WARN");
    assertThat(Tree.text(line, "pid")).isEqualTo(String.valueOf(ProcessHandle.current().pid()));
    assertThat(Tree.text(line, "logger")).isEqualTo("Place");
    assertThat(Tree.text(line, "message")).isEqualTo("two\nlines with ***");
    assertThat(Tree.text(line, "slug")).isEqualTo("disk-full");
    assertThat(Tree.text(line, "trace")).startsWith("java.lang.IllegalStateException: with ***");
  }

  @Test
  void leavesOutWhatIsBelowTheLevel() {
    LOG.debug("not this");
    LOG.info("this");
    at(LogLevel.ERROR);
    LOG.warn("nor this");
    at(LogLevel.DEBUG);
    LOG.debug("but this");
    assertThat(logged().stream().map(line -> Tree.text(line, "message")))
        .containsExactly("this", "but this");
  }

  @Test
  void everyLineOfARunsThreadHasTheRun() {
    Events events = new Events();
    RunLog.watch(events);
    Plan plan = new Plan("template create", "Create template x", "sandbox", "kiln", List.of());
    events.publish(new RunEvent.Started("r1", plan, false));
    LOG.info("in between");
    events.publish(new RunEvent.Finished("r1", "DONE", Duration.ofMillis(12)));
    LOG.info("after");
    assertThat(logged().stream().map(line -> Tree.text(line, "run")))
        .containsExactly("r1", "r1", "r1", "");
    assertThat(new InProcess(root).run("logs", "--run", "r1").out().lines())
        .hasSize(3)
        .first()
        .asString()
        .contains("INFO  [r1] run: started: Create template x command=template create");
  }

  @Test
  void aMistakeOfProxkilnIsFatalAndBadInputIsNotLogged() {
    assertThat(new InProcess(root).run("explain", "nonsense").code()).isEqualTo(2);
    assertThat(file).doesNotExist();
    LOG.atError().addMarker(dev.proxkiln.cli.log.LogLine.FATAL).log("gave up");
    InProcess.Ended shown = new InProcess(root).run("logs", "--level", "fatal", "--json");
    assertThat(shown.out()).contains("\"level\":\"FATAL\"").contains("gave up");
  }

  @Test
  void theLevelIsASettingAndAFlag() throws IOException {
    Path config = Files.createDirectories(new InProcess(root).layout().config());
    Files.writeString(config.resolve("config.yaml"), "log-level: error\n");
    new InProcess(root).run("logs");
    assertThat(LogPlace.now().level()).isEqualTo(LogLevel.ERROR);
    new InProcess(root).run("logs", "--log-level", "debug");
    assertThat(LogPlace.now().level()).isEqualTo(LogLevel.DEBUG);
    assertThat(LogPlace.now().file()).contains(file);
  }

  @Test
  void itsSizesAreSettingsAndFlags() throws IOException {
    Path config = Files.createDirectories(new InProcess(root).layout().config());
    new InProcess(root).run("logs");
    assertThat(LogPlace.now().limits()).isEqualTo(RollingLog.Limits.USUAL);
    Files.writeString(config.resolve("config.yaml"), "log-size: 64K\nlog-total: 3M\n");
    new InProcess(root).run("logs");
    assertThat(LogPlace.now().limits()).isEqualTo(new RollingLog.Limits(64 << 10, 3 << 20));
    // A file has an eighth of all at most.
    new InProcess(root).run("logs", "--log-total", "1M", "--log-size", "1M");
    assertThat(LogPlace.now().limits()).isEqualTo(new RollingLog.Limits(1 << 17, 1 << 20));
    assertThat(new InProcess(root).run("logs", "--log-total", "1").code()).isZero();
    InProcess.Ended wrong = new InProcess(root).run("logs", "--log-total", "100K");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("1M to 1T");
  }

  @Test
  void theOutputOfOtherProcessesIsTurnedOverBeforeTheNextOneWrites() throws IOException {
    new LogPlace(Optional.of(file), LogLevel.INFO, new RollingLog.Limits(100, 1000), false).hold();
    Path queue = file.resolveSibling("queue.log");
    assertThat(LogPlace.output(queue).room()).isEqualTo(queue).isEmptyFile();
    Files.writeString(queue, "x".repeat(150));
    assertThat(LogPlace.output(queue).room()).isEmptyFile();
    assertThat(LogPlace.output(queue).files()).hasSize(2);
    Files.writeString(queue, "short");
    assertThat(LogPlace.output(queue).room()).hasContent("short");
  }

  @Test
  void readsOnWhereItStoppedAlsoWhenTheFileWasTurnedOver() throws IOException {
    LogReader reader = new LogReader(file, new JacksonTreeText(), LogLevel.DEBUG, "");
    LOG.info("one");
    assertThat(reader.last(10)).hasSize(1);
    LOG.info("two");
    Files.move(file, file.resolveSibling("proxkiln.log.20261121T110000.000Z"));
    LOG.info("three");
    assertThat(reader.more().stream().map(line -> Tree.text(line, "message")))
        .containsExactly("two", "three");
    assertThat(reader.more()).isEmpty();
    assertThat(reader.last(2).stream().map(line -> Tree.text(line, "message")))
        .containsExactly("two", "three");
  }
}
