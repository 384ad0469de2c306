package dev.proxkiln.ui.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Fuzz;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Navigator;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random keys on every page at random sizes: nothing throws, and nothing starts unseen. */
@Tag("real")
class FuzzTest {
  /** Sequences on pages that lead through others are longer. */
  private static final int LONG = 16;

  private static final int SHORT = 8;

  private static final Map<String, Function<FakeDesk, Page>> SCREENS = screens();

  private static Map<String, Function<FakeDesk, Page>> screens() {
    Map<String, Function<FakeDesk, Page>> all = new LinkedHashMap<>();
    all.put("menu", MenuPage::new);
    all.put("wizard", desk -> new WizardPage(desk, "template create", Values.none()));
    all.put(
        "wizard with answers",
        desk ->
            new WizardPage(
                desk,
                "template create",
                Values.of(Map.of("image", "debian-12", "nic", "bridge=vmbr0"), FakeDesk.file())));
    all.put("review", desk -> new ReviewPage(desk, "Create", form(desk), "6 of 6", problem -> {}));
    all.put(
        "review of several",
        desk -> {
          desk.due = List.of("one", "two*", "three");
          return new ReviewPage(desk, "Refresh", form(desk), "2 of 2", problem -> {});
        });
    all.put(
        "task", desk -> new TaskPage(() -> new WizardPage(desk, "template test", Values.none())));
    all.put("commands", desk -> new CommandsPage(desk, new ToyModule()));
    all.put("templates", Browsers::templates);
    all.put("guests", Browsers::guests);
    all.put("catalogue", Browsers::catalogue);
    all.put("queue", Browsers::queue);
    all.put("runs", Browsers::runs);
    all.put("doctor", Browsers::doctor);
    all.put("settings", Browsers::settings);
    all.put("modules", Modules::page);
    all.put("one", desk -> new OnePage("One", () -> desk.ask("catalog show", Map.of("id", "a"))));
    all.put("text", desk -> new TextPage("Text", "one\n\u001b[2Jtwo\n" + "long ".repeat(100)));
    all.put("help", desk -> Fuzz.help(new MenuPage(desk)));
    all.put("file", desk -> new FilePage(desk, "File", "", file -> {}));
    all.put("ask", desk -> new AskPage("Ask", "Name", "A name.", "", text -> Optional.empty()));
    all.put("agree", desk -> agree(desk));
    all.put("pick", desk -> pick(false));
    all.put("pick several", desk -> pick(true));
    all.put("lines", desk -> entries(desk, "dns"));
    all.put("entries", desk -> entries(desk, "nic"));
    all.put(
        "entry",
        desk -> {
          Question nic = form(desk).question("nic").orElseThrow();
          return new EntryPage(
              desk,
              "Entry",
              ToyModule.FACTS,
              nic.field().type().group().orElseThrow(),
              "bridge=vmbr0",
              text -> {});
        });
    return all;
  }

  private static Form form(Desk desk) {
    return desk.form("template create", Values.of(Map.of("image", "debian-12"), FakeDesk.file()));
  }

  private static Page pick(boolean several) {
    List<Field.Choice> choices =
        List.of(
            new Field.Choice("one", "the first").in("A"),
            new Field.Choice("\u6f22\u5b57", "wide \u001b[1m").in("B"),
            new Field.Choice("three", "").in("A"));
    return new PickPage("Pick", choices, several, List.of("three", "strange"), chosen -> {});
  }

  private static Page agree(FakeDesk desk) {
    Navigator navigator = Navigator.atOnce(Browsers.queue(desk));
    navigator.press(Key.of('s'));
    return navigator.top();
  }

  private static Page entries(FakeDesk desk, String key) {
    Form form = form(desk);
    return new EntriesPage(desk, "Lines", form, form.question(key).orElseThrow(), raw -> {});
  }

  /** One sequence; nothing starts in it but from a page that has shown what will be done. */
  private static final class Trial implements Fuzz.Trial {
    private final FakeDesk desk;
    private final Page first;
    private final AtomicInteger begun;
    private final Set<Page> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private int started;

    Trial(FakeDesk desk, Page first, AtomicInteger begun) {
      this.desk = desk;
      this.first = first;
      this.begun = begun;
    }

    @Override
    public Page first() {
      return first;
    }

    @Override
    public void pressed(Key key) {
      int now = desk.started.size() + Collections.frequency(desk.queue.done, "run");
      if (now > started) {
        started = now;
        begun.incrementAndGet();
        assertThat(now).isLessThanOrEqualTo(seen.size());
      }
    }

    @Override
    public void drawn(Page page, Frame frame) {
      if ((page instanceof ReviewPage || page instanceof AgreePage)
          && frame.text().contains("Nothing has been changed yet.")) {
        seen.add(page);
      }
    }
  }

  @Test
  void randomKeysBreakNothingAndStartNothingUnseen() throws IOException {
    AtomicInteger begun = new AtomicInteger();
    Set<String> tried = ConcurrentHashMap.newKeySet();
    SCREENS.forEach(
        (name, page) ->
            Fuzz.run(
                name,
                name.matches("menu|wizard.*|review") ? LONG : SHORT,
                random -> {
                  FakeDesk desk = new FakeDesk();
                  desk.hostile = random.nextInt(3) == 0;
                  Page first = page.apply(desk);
                  desk.nodeless = random.nextInt(20) == 0;
                  tried.add(first.getClass().getSimpleName());
                  return new Trial(desk, first, begun);
                }));
    // The keys reach the end of the way, or they would prove nothing.
    assertThat(begun.get()).isPositive();
    Set<String> pages = new TreeSet<>(tried);
    pages.remove("HelpPage");
    assertThat(pages).isEqualTo(Fuzz.pages("page"));
  }

  @Test
  void longSequencesBreakNothing() {
    AtomicInteger begun = new AtomicInteger();
    Fuzz.run(
        "long ways from the menu",
        200,
        Fuzz.SEQUENCES / 25,
        random -> {
          FakeDesk desk = new FakeDesk();
          return new Trial(desk, new MenuPage(desk), begun);
        });
  }

  @Test
  void goingHomeWorksFromEverywhere() {
    FakeDesk desk = new FakeDesk();
    Navigator navigator = Navigator.atOnce(new MenuPage(desk));
    navigator.press(Key.of(Key.Kind.ENTER));
    navigator.go(new Next.Home());
    assertThat(navigator.top()).isInstanceOf(MenuPage.class);
  }
}
