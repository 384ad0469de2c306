package dev.proxkiln.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.TinyImage;
import dev.proxkiln.cli.outside.Interrupts;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.FaultServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C and SIGTERM while a template is being made. */
class StopTest {
  @TempDir Path root;
  private Sandbox sandbox;
  private FaultServer images;
  private final Interrupts interrupts = new Interrupts(i -> {});

  @BeforeEach
  void start() throws Exception {
    Path state = new InProcess(root).layout().state().resolve("sandbox");
    Files.createDirectories(state);
    sandbox = Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED));
    images = FaultServer.http();
    TinyImage.offer(images, new InProcess(root));
  }

  @AfterEach
  void stop() throws Exception {
    images.close();
    sandbox.close();
  }

  private InProcess.Ended stopped(int code, String... more) throws Exception {
    sandbox.faults().delay("qmcreate", Duration.ofSeconds(20));
    String[] words =
        Stream.concat(
                Stream.of("template", "create", "tiny", "--target", "sandbox", "--yes"),
                Stream.of(more))
            .toArray(String[]::new);
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<InProcess.Ended> ended =
          threads.submit(() -> new InProcess(root).stoppedBy(interrupts).run(words));
      await().atMost(Duration.ofSeconds(30)).until(this::creates);
      assertThat(interrupts.ask(code)).isTrue();
      assertThat(interrupts.ask(code)).as("only the first asks").isFalse();
      return ended.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } finally {
      sandbox.faults().clear();
    }
  }

  private boolean creates() {
    return journals().contains("\"t\":\"task\",\"step\":\"create\"");
  }

  private String journals() {
    Path runs = new InProcess(root).layout().runs();
    if (!Files.isDirectory(runs)) {
      return "";
    }
    try (Stream<Path> files = Files.walk(runs)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(f -> f.endsWith("journal.jsonl")).toList()) {
        all.append(Files.readString(file));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String guests() {
    return new InProcess(root).run("facts", "--target", "sandbox", "-o", "json").out();
  }

  @ParameterizedTest
  @ValueSource(ints = {130, 143})
  void takesEverythingBackAndTellsTheSignal(int code) throws Exception {
    InProcess.Ended ended = stopped(code, "--on-error", "undo");
    assertThat(ended.err()).contains("The run was stopped at step 'create'").contains("taken back");
    assertThat(ended.code()).isEqualTo(code);
    assertThat(guests()).contains("\"guests\": []");
    assertThat(new InProcess(root).run("runs").out()).contains("UNDONE");
  }

  @Test
  void keepsWhatIsThereWhenAskedToAndGoesOnLater() throws Exception {
    InProcess.Ended ended = stopped(130, "--on-error", "keep");
    assertThat(ended.err()).contains("proxkiln resume r");
    assertThat(List.of(5, 130)).contains(ended.code());
    InProcess.Ended resumed = new InProcess(root).run("resume", "--yes");
    assertThat(resumed.err()).contains("goes on where it stopped");
    assertThat(resumed.code()).isZero();
    assertThat(resumed.out()).contains("TemplateCreated");
    assertThat(guests()).contains("\"template\": true");
  }

  @Test
  void nothingIsStoppedWhenNothingRuns() {
    assertThat(interrupts.ask(130)).isFalse();
  }
}
