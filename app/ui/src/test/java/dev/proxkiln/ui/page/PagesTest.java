package dev.proxkiln.ui.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.testkit.Golden;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Looks;
import dev.proxkiln.ui.screen.Navigator;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Size;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every page and state as it is seen at 80x24. */
class PagesTest {
  private final FakeDesk desk = new FakeDesk();

  private Navigator menu() {
    return Navigator.atOnce(new MenuPage(desk));
  }

  private Navigator wizard() {
    return Navigator.atOnce(new WizardPage(desk, "template create", Values.none()));
  }

  private static void press(Navigator navigator, Key.Kind... kinds) {
    for (Key.Kind kind : kinds) {
      navigator.press(Key.of(kind));
    }
  }

  private static void type(Navigator navigator, String text) {
    Key.typing(text).forEach(navigator::press);
  }

  private static void looks(String name, Navigator navigator) {
    Golden.screen(name, navigator.frame(Size.USUAL).text());
  }

  // ---- menu ----

  @Test
  void menu_beforeAnythingIsKnown() {
    Deque<Runnable> later = new ArrayDeque<>();
    Navigator navigator = new Navigator(new MenuPage(desk), later::add, () -> {});
    looks("menu-first", navigator);
    while (!later.isEmpty()) {
      later.remove().run();
    }
    navigator.deliver();
    looks("menu", navigator);
  }

  @Test
  void menu_withWhatIsUnfinished() {
    desk.open =
        List.of(
            new Desk.Unfinished(
                "7f3a",
                "Create template debian-13 of Debian 13",
                "stopped at step 5 of 9",
                () -> Next.push(new TextPage("Run 7f3a", "It stopped."))),
            new Desk.Unfinished("8b1c", "Test template 9000", "running", Next::stay));
    Navigator navigator = menu();
    press(navigator, Key.Kind.END, Key.Kind.UP);
    looks("menu-unfinished", navigator);
    press(navigator, Key.Kind.ENTER);
    assertThat(navigator.top()).isInstanceOf(TextPage.class);
  }

  @Test
  void menu_whereNoNodeAnswers() {
    desk.nodeless = true;
    looks("menu-no-node", menu());
  }

  @Test
  void moreCommandsOfAModule() {
    Navigator navigator = menu();
    type(navigator, "2");
    looks("commands", navigator);
  }

  // ---- wizard ----

  @Test
  void wizard_whileTheNodeIsAsked() {
    Navigator navigator =
        new Navigator(new WizardPage(desk, "template create", Values.none()), work -> {}, () -> {});
    looks("wizard-asking", navigator);
  }

  @Test
  void wizard_whereNoNodeAnswers() {
    desk.nodeless = true;
    looks("wizard-no-node", wizard());
  }

  @Test
  void wizard_choosesAnImage() {
    Navigator navigator = wizard();
    looks("wizard-image", navigator);
    type(navigator, "/deb 12");
    looks("wizard-image-find", navigator);
    press(navigator, Key.Kind.ENTER);
    looks("wizard-guest", navigator);
  }

  @Test
  void wizard_beginsAtTheUsualImageOrAtTheLatest() {
    // The list stays in its order; only the cursor is elsewhere.
    desk.latest = Optional.of("alpine-3.22");
    Navigator navigator = wizard();
    looks("wizard-image-latest", navigator);
    desk.latest = Optional.of("no longer there");
    looks("wizard-image", wizard());
  }

  @Test
  void wizard_showsTheOtherWaysToAnImage() {
    Navigator navigator = wizard();
    press(navigator, Key.Kind.END, Key.Kind.ENTER);
    looks("wizard-image-rows", navigator);
    press(navigator, Key.Kind.ESCAPE);
    looks("wizard-image", navigator);
  }

  private Navigator hardware() {
    Navigator navigator = wizard();
    press(navigator, Key.Kind.ENTER, Key.Kind.ENTER);
    return navigator;
  }

  @Test
  void wizard_tellsWhatIsWrongBesideTheField() {
    Navigator navigator = hardware();
    press(navigator, Key.Kind.DOWN);
    type(navigator, "96");
    looks("wizard-wrong", navigator);
    press(navigator, Key.Kind.ENTER);
    looks("wizard-wrong", navigator);
    press(navigator, Key.Kind.DELETE);
    looks("wizard-mended", navigator);
  }

  @Test
  void wizard_showsAdvancedSettingsWhenAskedTo() {
    Navigator navigator = hardware();
    press(navigator, Key.Kind.F2);
    looks("wizard-advanced", navigator);
    press(navigator, Key.Kind.F2, Key.Kind.DOWN, Key.Kind.DOWN, Key.Kind.DOWN, Key.Kind.RIGHT);
    // UEFI makes another setting apply.
    looks("wizard-uefi", navigator);
  }

  @Test
  void wizard_tellsWhereAValueIsFrom() {
    desk.files = Values.of(Map.of("cores", "8", "storage", "local"), FakeDesk.file());
    looks("wizard-origins", hardware());
  }

  @Test
  void wizard_hidesWhatIsSecret() {
    Navigator navigator = hardware();
    press(navigator, Key.Kind.ENTER, Key.Kind.ENTER);
    type(navigator, "swordfish");
    looks("wizard-secret", navigator);
    press(navigator, Key.Kind.DOWN);
    looks("wizard-secret-taken", navigator);
  }

  @Test
  void wizard_keepsAnswersOnTheWayBack() {
    Navigator navigator = hardware();
    type(navigator, "16");
    press(navigator, Key.Kind.ESCAPE, Key.Kind.ESCAPE, Key.Kind.ENTER, Key.Kind.ENTER);
    looks("wizard-kept", navigator);
  }

  @Test
  void wizard_isLeftAtItsFirstPageAndComesBackAsItWas() {
    Navigator navigator = menu();
    press(navigator, Key.Kind.ENTER, Key.Kind.DOWN, Key.Kind.ENTER);
    type(navigator, "mine");
    press(navigator, Key.Kind.ESCAPE, Key.Kind.ESCAPE);
    assertThat(navigator.top()).isInstanceOf(MenuPage.class);
    press(navigator, Key.Kind.ENTER, Key.Kind.ENTER, Key.Kind.ENTER);
    assertThat(navigator.frame(Size.USUAL).text()).contains("Hardware");
    press(navigator, Key.Kind.ESCAPE);
    assertThat(navigator.frame(Size.USUAL).text()).contains("mine");
  }

  // ---- pages of single settings ----

  @Test
  void pick_oneOfSeveral() {
    Navigator navigator = hardware();
    press(navigator, Key.Kind.DOWN, Key.Kind.DOWN);
    type(navigator, " ");
    looks("pick", navigator);
    press(navigator, Key.Kind.DOWN, Key.Kind.ENTER);
    looks("pick-taken", navigator);
  }

  @Test
  void pick_severalByCategory() {
    Navigator navigator = wizard();
    press(navigator, Key.Kind.ENTER, Key.Kind.DOWN);
    type(navigator, "  ");
    press(navigator, Key.Kind.DOWN, Key.Kind.DOWN);
    type(navigator, "x");
    looks("pick-several", navigator);
    press(navigator, Key.Kind.ENTER);
    looks("pick-several-taken", navigator);
  }

  private Navigator network() {
    Navigator navigator = hardware();
    press(navigator, Key.Kind.ENTER);
    return navigator;
  }

  @Test
  void entries_ofThingsWithSettings() {
    Navigator navigator = network();
    type(navigator, " a");
    looks("entry-missing", navigator);
    press(navigator, Key.Kind.RIGHT, Key.Kind.DOWN);
    type(navigator, "20");
    looks("entry", navigator);
    press(navigator, Key.Kind.ENTER);
    looks("entries", navigator);
    press(navigator, Key.Kind.ENTER);
    looks("entries-taken", navigator);
  }

  @Test
  void entries_ofLines() {
    Navigator navigator = network();
    press(navigator, Key.Kind.DOWN);
    type(navigator, " a9.9.9.9");
    looks("ask", navigator);
    type(navigator, ".9");
    press(navigator, Key.Kind.ENTER);
    looks("ask-wrong", navigator);
    press(navigator, Key.Kind.BACKSPACE, Key.Kind.BACKSPACE, Key.Kind.ENTER);
    looks("entries-lines", navigator);
  }

  @Test
  void file_isFound() {
    Navigator navigator = network();
    press(navigator, Key.Kind.ENTER, Key.Kind.DOWN);
    type(navigator, " ");
    looks("file", navigator);
    press(navigator, Key.Kind.DOWN, Key.Kind.ENTER);
    assertThat(navigator.frame(Size.USUAL).text()).contains("/root/user.yaml");
  }

  // ---- review ----

  private Navigator review() {
    Navigator navigator = network();
    press(navigator, Key.Kind.ENTER, Key.Kind.ENTER);
    return navigator;
  }

  @Test
  void review_isThePlan() {
    Navigator navigator = review();
    looks("review", navigator);
    type(navigator, "e");
    press(navigator, Key.Kind.DOWN);
    looks("review-keep", navigator);
    type(navigator, "v");
    looks("review-step", navigator);
    press(navigator, Key.Kind.ESCAPE);
    type(navigator, "s");
    looks("review-save", navigator);
    press(navigator, Key.Kind.ENTER);
    looks("review-saved", navigator);
    assertThat(desk.saved).containsExactly("debian-13.yaml");
    type(navigator, "m");
    looks("review-mine", navigator);
    type(navigator, "c");
    looks("review-copy", navigator);
    press(navigator, Key.Kind.ESCAPE);
    assertThat(desk.started).isEmpty();
    press(navigator, Key.Kind.ENTER);
    assertThat(desk.started).hasSize(1);
    assertThat(desk.started.getFirst().onError()).isEqualTo("undo");
    looks("running", navigator);
  }

  @Test
  void review_makesThePlanAndSaysSo() {
    Deque<Runnable> later = new ArrayDeque<>();
    Navigator navigator =
        new Navigator(new WizardPage(desk, "template create", Values.none()), later::add, () -> {});
    later.remove().run();
    navigator.deliver();
    for (int i = 0; i < 5; i++) {
      press(navigator, Key.Kind.ENTER);
    }
    looks("review-planning", navigator);
    press(navigator, Key.Kind.ENTER);
    later.remove().run();
    navigator.deliver();
    // An Enter before the plan was there to be seen starts nothing.
    assertThat(later).isEmpty();
    assertThat(desk.started).isEmpty();
  }

  @Test
  void review_leadsToWhatIsInTheWay() {
    desk.refusals =
        List.of(
            CoreSlug.INVALID_VALUE.problem(
                "--storage",
                "Storage 'local-lvm' has 3 GiB free, and 10 GiB are needed.",
                "Another task wrote to it.",
                "Free space on it, or choose another storage."),
            CoreSlug.INVALID_VALUE.problem(
                "--name", "A guest is called 'debian-13' already.", "", "Choose another name."));
    Navigator navigator = review();
    looks("review-problems", navigator);
    press(navigator, Key.Kind.ENTER);
    looks("review-mending", navigator);
    assertThat(desk.started).isEmpty();
  }

  @Test
  void review_saysWhenThereIsNothingToDo() {
    desk.found = Optional.of(desk.queue.rows());
    Navigator navigator = review();
    looks("review-nothing", navigator);
    type(navigator, "l");
    looks("review-found", navigator);
    press(navigator, Key.Kind.ESCAPE, Key.Kind.ENTER);
    assertThat(navigator.top()).isInstanceOf(WizardPage.class);
  }

  private Navigator several() {
    desk.due = List.of("web", "db*", "mail");
    return review();
  }

  @Test
  void review_ofSeveralJobsLeavesOutWhatIsNotWanted() {
    Navigator navigator = several();
    looks("review-several", navigator);
    type(navigator, " ");
    looks("review-several-one-less", navigator);
    press(navigator, Key.Kind.END);
    type(navigator, "x");
    assertThat(navigator.frame(Size.USUAL).text()).contains("of 1 of 3 jobs will run");
    press(navigator, Key.Kind.ENTER);
    assertThat(desk.started.getFirst().chosen()).containsExactly(1);
  }

  @Test
  void review_ofSeveralJobsStartsNoneWhereNoneIsChosen() {
    Navigator navigator = several();
    navigator.press(Key.control('a'));
    looks("review-several-none", navigator);
    press(navigator, Key.Kind.ENTER);
    assertThat(desk.started).isEmpty();
    navigator.press(Key.control('a'));
    navigator.frame(Size.USUAL);
    press(navigator, Key.Kind.ENTER);
    assertThat(desk.started.getFirst().chosen()).containsExactly(0, 1, 2);
  }

  @Test
  void review_tellsWhatASurveyCouldNotLookAt() {
    desk.unseen =
        List.of(
            CoreSlug.INVALID_VALUE.problem(
                "definition mail", "The publisher does not answer.", "", "Try again later."));
    looks("review-unseen", several());
    desk.unseen = List.of(desk.unseen.getFirst(), desk.unseen.getFirst());
    assertThat(several().frame(Size.USUAL).text()).contains("2 could not be looked at");
  }

  @Test
  void review_startsNothingThatWasNotSeen() {
    Navigator navigator = menu();
    for (int i = 0; i < 20; i++) {
      press(navigator, Key.Kind.ENTER);
    }
    assertThat(desk.started).isEmpty();
    navigator.frame(Size.USUAL);
    press(navigator, Key.Kind.ENTER);
    assertThat(desk.started).hasSize(1);
  }

  @Test
  void enterAloneMakesATemplateInEightKeystrokes() {
    Navigator navigator = menu();
    int pressed = 0;
    while (desk.started.isEmpty() && pressed < 8) {
      press(navigator, Key.Kind.ENTER);
      navigator.frame(Size.USUAL);
      pressed++;
    }
    assertThat(desk.started).hasSize(1);
    assertThat(pressed).isLessThanOrEqualTo(8);
  }

  // ---- browsers ----

  @Test
  void browsers_showWhatThereIs() {
    Map<String, String> pages =
        Map.of(
            "3",
            "templates",
            "4",
            "guests",
            "5",
            "catalogue",
            "6",
            "queue",
            "7",
            "runs",
            "8",
            "doctor",
            "9",
            "settings",
            "0",
            "modules");
    pages.forEach(
        (digit, name) -> {
          Navigator navigator = menu();
          type(navigator, digit);
          looks("browse-" + name, navigator);
        });
  }

  @Test
  void browsers_saySoWhileTheyRead() {
    Navigator navigator = new Navigator(Browsers.queue(desk), work -> {}, () -> {});
    looks("browse-reading", navigator);
  }

  @Test
  void browsers_tellWhatTheyCannotRead() {
    desk.nodeless = true;
    looks("browse-trouble", Navigator.atOnce(Browsers.guests(desk)));
  }

  @Test
  void theQueue_isRunAfterItWasShown() {
    desk.queue.problems =
        List.of(
            CoreSlug.INVALID_VALUE.problem(
                "q2", "VM ID 9000 is taken.", "", "Remove it with: proxkiln queue remove q2"));
    Navigator navigator = menu();
    type(navigator, "6s");
    looks("queue-run", navigator);
    press(navigator, Key.Kind.ESCAPE);
    assertThat(desk.queue.done).isEmpty();
    type(navigator, "s");
    navigator.frame(Size.USUAL);
    press(navigator, Key.Kind.ENTER);
    assertThat(desk.queue.done).containsExactly("run");
    assertThat(navigator.frame(Size.USUAL).row(0)).contains("Queue");
  }

  @Test
  void theQueue_isTended() {
    Navigator navigator = menu();
    type(navigator, "6r");
    looks("queue-refused", navigator);
    press(navigator, Key.Kind.END);
    type(navigator, "r");
    type(navigator, "d");
    looks("queue-remove", navigator);
    press(navigator, Key.Kind.ENTER);
    assertThat(desk.queue.done).containsExactly("retry q3", "remove q3");
  }

  @Test
  void menu_tellsOfANewerVersion() {
    desk.notice = Optional.of("1.5.0 is out: proxkiln self update. Nothing updates by itself.");
    looks("menu-notice", menu());
  }

  @Test
  void browsers_leadOn() {
    Navigator navigator = menu();
    type(navigator, "5c");
    assertThat(navigator.frame(Size.USUAL).row(0)).contains("Create a template");
    navigator = menu();
    type(navigator, "3");
    press(navigator, Key.Kind.ENTER);
    looks("browse-one", navigator);
    navigator = menu();
    type(navigator, "8");
    press(navigator, Key.Kind.ENTER);
    looks("finding", navigator);
    type(navigator, "/mends");
    looks("finding-find", navigator);
    press(navigator, Key.Kind.ENTER, Key.Kind.ESCAPE);
    type(navigator, "f");
    navigator.aside().orElseThrow().run();
    assertThat(desk.called).containsExactly("doctor --fix");
  }

  @Test
  void settings_areChangedInTheirTable() {
    Navigator navigator = menu();
    type(navigator, "9");
    press(navigator, Key.Kind.END, Key.Kind.ENTER);
    looks("setting-change", navigator);
    navigator.press(Key.control('u'));
    type(navigator, "wrong");
    press(navigator, Key.Kind.ENTER);
    looks("setting-refused", navigator);
    press(navigator, Key.Kind.DELETE);
    assertThat(desk.called).containsExactly("config set jobs -- wrong", "config unset jobs");
  }

  @Test
  void modules_areSwitchedAndShown() {
    Navigator navigator = menu();
    type(navigator, "0 ");
    looks("modules-off", navigator);
    type(navigator, "x ");
    assertThat(desk.called).containsExactly("module disable template", "module enable template");
    press(navigator, Key.Kind.DOWN, Key.Kind.ENTER);
    looks("module", navigator);
    press(navigator, Key.Kind.ESCAPE);
    type(navigator, "d");
    navigator.aside().orElseThrow().run();
    type(navigator, "a");
    press(navigator, Key.Kind.END, Key.Kind.ENTER);
    navigator.aside().orElseThrow().run();
    assertThat(navigator.frame(Size.USUAL).row(0)).contains("Modules");
    assertThat(desk.called).endsWith("module remove backup", "module install -- /root/user.yaml");
  }

  @Test
  void menu_leavesOutWhatNoModuleCanShow() {
    desk.off = true;
    looks("menu-module-off", menu());
  }

  @Test
  void menu_scrollsWhereThereIsLittleRoom() {
    desk.open =
        java.util.stream.IntStream.rangeClosed(1, 6)
            .mapToObj(i -> new Desk.Unfinished("r" + i, "Run " + i, "running", Next::stay))
            .toList();
    Navigator navigator = menu();
    press(navigator, Key.Kind.END);
    Golden.screen("menu-80x20", navigator.frame(Size.LEAST).text());
  }

  // ---- any terminal ----

  @Test
  void everyThemeShowsTheSame() {
    Looks.others("menu", menu().frame(Size.USUAL));
    Navigator wrong = hardware();
    press(wrong, Key.Kind.DOWN);
    type(wrong, "96");
    Looks.others("wizard", wrong.frame(Size.USUAL));
    Looks.others("review", review().frame(Size.USUAL));
  }

  // ---- any size ----

  @Test
  void everyPageFitsEverySize() {
    for (Size size :
        List.of(Size.LEAST, Size.USUAL, new Size(100, 30), new Size(132, 43), new Size(200, 60))) {
      for (Navigator navigator : List.of(menu(), wizard(), hardware(), network(), review())) {
        Page page = navigator.top();
        assertThat(page.draw(size).row(size.rows() - 1)).as("%s at %s", page, size).contains("F1");
        assertThat(page.draw(size).row(0)).isNotBlank();
      }
    }
    Golden.screen("review-80x20", review().frame(Size.LEAST).text());
    Golden.screen("wizard-80x20", hardware().frame(Size.LEAST).text());
    Golden.screen("menu-120x40", menu().frame(new Size(120, 40)).text());
  }
}
