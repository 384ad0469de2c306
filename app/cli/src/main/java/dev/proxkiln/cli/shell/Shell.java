package dev.proxkiln.cli.shell;

import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.ui.page.MenuPage;
import dev.proxkiln.ui.page.TaskPage;
import dev.proxkiln.ui.page.WizardPage;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Navigator;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Size;
import dev.proxkiln.ui.screen.Theme;
import dev.proxkiln.ui.tty.Paint;
import dev.proxkiln.ui.tty.ScreenSession;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** The menu: what {@code proxkiln} is without a command. */
public final class Shell {
  private final Outside outside;
  private final Wiring wiring;

  public Shell(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** Shows the menu until it is left; empty where the terminal shows no screens. */
  public OptionalInt run(Invocation invocation) {
    ShellDesk desk = desk(invocation.globals());
    return switch (outside.environment().getOrDefault("PROXKILN_AOT_TRAINING", "")) {
      case "" -> show(invocation.globals(), new MenuPage(desk));
      case "menu" -> rehearseStart(desk);
      default -> rehearse(desk);
    };
  }

  /**
   * Shows the form of a command, and then what comes of it; empty where the terminal shows no
   * screens.
   *
   * @return the exit code: how what was begun stands when the last page is left
   * @throws dev.proxkiln.core.problem.ProblemException {@code declined} when nothing was begun
   */
  public OptionalInt ask(Invocation invocation) {
    ShellDesk desk = desk(invocation.globals());
    String command = invocation.command().name();
    OptionalInt code =
        show(
            invocation.globals(),
            new TaskPage(() -> new WizardPage(desk, command, invocation.resolved().given())));
    return code.isEmpty() || code.getAsInt() != 0 ? code : OptionalInt.of(ended(desk));
  }

  private int ended(ShellDesk desk) {
    ShellDesk.Begun begun =
        desk.begun()
            .orElseThrow(
                () ->
                    CliSlug.DECLINED
                        .problem("", "Nothing was done.", "You left the questions.", "")
                        .raise());
    outside.err().println(begun.text());
    return begun.exitCode();
  }

  private ShellDesk desk(Globals globals) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    // Remarks would be drawn over the pages; what matters of them the pages say themselves.
    Outside silent = outside.silent(nowhere);
    Wiring quiet = wiring.with(silent);
    return new ShellDesk(outside, wiring, silent, quiet, globals);
  }

  private OptionalInt show(Globals globals, Page first) {
    Theme theme = Theme.of(globals.color(), globals.theme(), outside.environment());
    // Never waited for: a node that does not answer must not keep anybody from leaving.
    return new ScreenSession(theme, Shell::errand).run(first, this::withPrompt);
  }

  private void withPrompt(Navigator navigator) {
    navigator.onPrompt(() -> new Next.Aside(() -> new CommandPrompt(outside, wiring).run()));
  }

  /** Goes through the usual pages without a terminal, so that the start knows their classes. */
  private OptionalInt rehearse(ShellDesk desk) {
    Navigator navigator = Navigator.atOnce(new MenuPage(desk));
    Paint paint = new Paint(new Theme(Theme.Palette.COLOUR, true));
    for (int i = 0; i < 7; i++) {
      if (navigator.left().isEmpty()) {
        paint.to(navigator.frame(Size.USUAL));
        // The last Enter would start what the review shows.
        if (i < 6) {
          navigator.press(Key.of(Key.Kind.ENTER));
        }
      }
    }
    return rehearseStart(desk);
  }

  /** Only what stands between the start and the first page: what that page asks for comes later. */
  private OptionalInt rehearseStart(ShellDesk desk) {
    new ScreenSession(new Theme(Theme.Palette.COLOUR, true), errand -> {})
        .rehearse(new MenuPage(desk), this::withPrompt);
    return OptionalInt.of(0);
  }

  private static void errand(Runnable work) {
    Thread.ofPlatform().daemon().name("errand").start(work);
  }
}
