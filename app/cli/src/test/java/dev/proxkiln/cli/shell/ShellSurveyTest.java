package dev.proxkiln.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.proxkiln.cli.InProcess;
import dev.proxkiln.cli.TinyNode;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.run.BatchPage;
import dev.proxkiln.ui.screen.Next;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A survey that finds several things to do, from its form to the end of its runs. */
@Tag("real")
class ShellSurveyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  @TempDir Path root;
  private TinyNode node;

  @BeforeEach
  void start() throws Exception {
    node = TinyNode.open(root, List.of("tiny", "small"));
    for (String image : List.of("tiny", "small")) {
      InProcess.Ended ended =
          new InProcess(root).run("template", "define", "t-" + image, image, "--storage", "local");
      assertThat(ended.code()).as(ended.err()).isZero();
    }
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private ShellDesk desk() {
    InProcess program = new InProcess(root);
    Globals globals = Globals.DEFAULTS.at(Optional.of("sandbox"), Optional.empty());
    return new ShellDesk(
        program.outside(), program.wiring(), program.outside(), program.wiring(), globals);
  }

  @Test
  void refreshesWhatWasChosenSideBySide() {
    ShellDesk desk = desk();
    assertThat(desk.form("template refresh", Values.none()).incomplete()).isTrue();
    assertThat(
            desk.form("template refresh", Values.none())
                .question("definition")
                .orElseThrow()
                .field()
                .choices()
                .apply(desk.look()))
        .extracting(choice -> choice.value())
        .containsExactly("t-small", "t-tiny");
    Form form = form(desk);
    assertThat(form.right()).isTrue();
    Desk.Proposal proposal = desk.plans(form).orRaise();
    assertThat(proposal.jobs()).hasSize(2);
    assertThat(proposal.found().orElseThrow().rows()).hasSize(2);
    Next next = desk.start(new Desk.Start(form, List.of(0, 1), "undo"));
    assertThat(next)
        .isInstanceOfSatisfying(
            Next.HomeWith.class, home -> assertThat(home.page()).isInstanceOf(BatchPage.class));
    await().atMost(PATIENCE).until(() -> desk.begun().orElseThrow().exitCode() == 0 && ended());
    assertThat(new InProcess(root).run("template", "list", "--target", "sandbox").out())
        .contains("t-small")
        .contains("t-tiny");
    // What is made is not due again.
    ShellDesk later = desk();
    assertThat(later.plans(form(later)).orRaise().jobs()).isEmpty();
  }

  private static Form form(ShellDesk desk) {
    return desk.form(
        "template refresh", Values.of(Map.of("all", "true"), new Origin(Origin.Kind.TYPED, "")));
  }

  private boolean ended() {
    InProcess program = new InProcess(root);
    return program.wiring().batches().all().stream()
        .noneMatch(batch -> program.wiring().batches().live(batch.id()));
  }
}
