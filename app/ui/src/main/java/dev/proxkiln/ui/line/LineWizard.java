package dev.proxkiln.ui.line;

import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Terminal;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Asks a form line by line: page after page, then the advanced settings for who wants them. */
public final class LineWizard {
  private final Terminal.Line line;
  private final PrintStream out;
  private final UnaryOperator<String> fit;
  private final LineQuestion questions;

  /** A wizard on a terminal. */
  public LineWizard(Terminal.Line line, Look look) {
    this.line = line;
    this.out = line.out();
    this.fit = look::fit;
    this.questions = new LineQuestion(line, fit);
  }

  /** Where the questions are; the page is known by its title, because pages come and go. */
  private sealed interface Stop {
    record Ask(String page, String key) implements Stop {}

    record Advanced() implements Stop {}
  }

  /**
   * Asks until all is right.
   *
   * @return the form that the command takes; empty when the user left
   */
  public Optional<Form> ask(Form start) {
    out.println(fit.apply(start.reader().summary()));
    out.println(
        "At any question \"review\" goes to the end, and \"quit\" leaves; nothing is done.");
    return walk(start, false);
  }

  /**
   * Asks for the setting to change, by a part of its name, and goes back to what it was asked for;
   * without a name page after page again.
   *
   * @return the form that the command takes; empty when the user left
   */
  public Optional<Form> change(Form start) {
    Form form = start;
    while (true) {
      Optional<String> part =
          line.read("Change which setting? A part of its name, or Enter for all pages: ")
              .map(String::strip);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      if (part.get().isEmpty()) {
        return walk(form, false);
      }
      if (part.get().equals("back")) {
        return Optional.of(form);
      }
      List<Question> found = found(form, part.get());
      if (found.size() == 1) {
        LineQuestion.Ended ended = questions.ask(form, found.getFirst().key());
        form = ended.form();
        if (ended.then() instanceof Said.Leave) {
          return Optional.empty();
        }
        return walk(form, true);
      }
      out.println(found.isEmpty() ? "  No setting is called so." : "  Which of them?");
      found.forEach(q -> out.println(fit.apply("    " + q.key() + ", " + q.field().label())));
    }
  }

  private static List<Question> found(Form form, String part) {
    String wanted = part.toLowerCase(Locale.ROOT);
    List<Question> exact =
        form.questions().stream()
            .filter(q -> q.key().equals(wanted) || q.field().label().equalsIgnoreCase(part.strip()))
            .toList();
    return !exact.isEmpty()
        ? exact
        : form.questions().stream()
            .filter(
                q -> (q.key() + " " + q.field().label()).toLowerCase(Locale.ROOT).contains(wanted))
            .toList();
  }

  /**
   * Asks from the first question, or from what is wrong.
   *
   * @param onlyWrong whether to go straight to the end where nothing is wrong
   */
  private Optional<Form> walk(Form start, boolean onlyWrong) {
    Form form = start;
    Deque<Stop> before = new ArrayDeque<>();
    Optional<Stop> at = onlyWrong ? wrong(form) : Optional.of(stops(form).getFirst());
    String page = "";
    while (true) {
      if (at.isEmpty()) {
        at = wrong(form);
        if (at.isEmpty()) {
          return Optional.of(form);
        }
        page = "";
      }
      Stop stop = at.get();
      if (stop instanceof Stop.Ask(String title, String _) && !title.equals(page)) {
        page = title;
        heading(form, title);
      }
      LineQuestion.Ended ended =
          switch (stop) {
            case Stop.Ask(String _, String key) -> questions.ask(form, key);
            case Stop.Advanced _ -> advanced(form);
          };
      form = ended.form();
      switch (ended.then()) {
        case Said.Leave _ -> {
          return Optional.empty();
        }
        case Said.Back _ -> at = Optional.of(back(form, before, stop));
        case Said.Finish _ -> {
          before.push(stop);
          at = Optional.empty();
        }
        case Said.NextPage _ -> {
          before.push(stop);
          at = nextPage(form, stop);
        }
        default -> {
          before.push(stop);
          at = next(form, stop);
        }
      }
    }
  }

  private static List<Stop> stops(Form form) {
    List<Stop> stops = new ArrayList<>();
    for (Form.Page page : form.pages()) {
      for (Question question : page.questions()) {
        if (!question.field().advanced()) {
          stops.add(new Stop.Ask(page.title(), question.key()));
        }
      }
    }
    if (form.questions().stream().anyMatch(question -> question.field().advanced())) {
      stops.add(new Stop.Advanced());
    }
    return stops;
  }

  private Optional<Stop> wrong(Form form) {
    if (form.right()) {
      return Optional.empty();
    }
    questions.complain(form.others());
    Optional<Question> wrong = form.firstWrong();
    // Others tell what is wrong with them when they are asked.
    wrong.filter(Question::missing).ifPresent(q -> questions.complain(q.problems()));
    return wrong
        .map(q -> (Stop) new Stop.Ask(form.pages().get(q.page()).title(), q.key()))
        .or(() -> Optional.of(stops(form).getFirst()));
  }

  private static Optional<Stop> next(Form form, Stop stop) {
    List<Stop> stops = stops(form);
    int at = stops.indexOf(stop);
    return at >= 0 && at + 1 < stops.size() ? Optional.of(stops.get(at + 1)) : Optional.empty();
  }

  private static Optional<Stop> nextPage(Form form, Stop stop) {
    List<Stop> stops = stops(form);
    int at = Math.max(0, stops.indexOf(stop));
    return stops.subList(at, stops.size()).stream()
        .filter(
            one ->
                !(one instanceof Stop.Ask(String title, String _)
                    && stop instanceof Stop.Ask(String here, String _)
                    && title.equals(here)))
        .filter(one -> !one.equals(stop))
        .findFirst();
  }

  private Stop back(Form form, Deque<Stop> before, Stop here) {
    List<Stop> stops = stops(form);
    while (!before.isEmpty()) {
      Stop stop = before.pop();
      if (stops.contains(stop) && !stop.equals(here)) {
        return stop;
      }
    }
    int at = stops.indexOf(here);
    if (at > 0) {
      return stops.get(at - 1);
    }
    out.println("  This is the first question; \"quit\" leaves.");
    return here;
  }

  private void heading(Form form, String title) {
    List<String> titles =
        stops(form).stream()
            .filter(Stop.Ask.class::isInstance)
            .map(stop -> ((Stop.Ask) stop).page())
            .distinct()
            .toList();
    int number = titles.indexOf(title) + 1;
    out.println();
    out.println(
        fit.apply(
            (title.isEmpty() ? "Settings" : title)
                + (number > 0 ? " (page " + number + " of " + titles.size() + ")" : "")
                + ". Enter keeps the value in brackets, \"back\" returns, \"?\" explains."));
  }

  /** Lets pages of advanced settings be chosen, until none is. */
  private LineQuestion.Ended advanced(Form start) {
    Form form = start;
    while (true) {
      List<Form.Page> pages =
          form.pages().stream()
              .filter(page -> page.questions().stream().anyMatch(q -> q.field().advanced()))
              .toList();
      out.println();
      out.println("Advanced settings, all with a default:");
      for (int i = 0; i < pages.size(); i++) {
        out.println(
            fit.apply(
                String.format(
                    "  %2d  %s: %s",
                    i + 1, pages.get(i).title(), String.join(", ", labels(pages.get(i))))));
      }
      Said said = Said.of(line.read("Change those of a page, by its number [none]: "));
      switch (said) {
        case Said.Text(String text) -> {
          Optional<Form.Page> page = page(pages, text);
          if (page.isEmpty()) {
            out.println("  ! There is no such page. Type a number from 1 to " + pages.size() + ".");
          } else {
            LineQuestion.Ended ended = advanced(form, page.get());
            form = ended.form();
            if (ended.then() instanceof Said.Leave || ended.then() instanceof Said.Finish) {
              return ended;
            }
          }
        }
        case Said.Explain _ -> out.println("  " + Said.WORDS);
        default -> {
          return new LineQuestion.Ended(form, said);
        }
      }
    }
  }

  private static List<String> labels(Form.Page page) {
    return page.questions().stream()
        .filter(question -> question.field().advanced())
        .map(question -> question.field().label())
        .toList();
  }

  private static Optional<Form.Page> page(List<Form.Page> pages, String text) {
    for (int i = 0; i < pages.size(); i++) {
      if (text.equals(Integer.toString(i + 1)) || text.equalsIgnoreCase(pages.get(i).title())) {
        return Optional.of(pages.get(i));
      }
    }
    return Optional.empty();
  }

  private LineQuestion.Ended advanced(Form start, Form.Page page) {
    Form form = start;
    List<String> keys =
        page.questions().stream()
            .filter(question -> question.field().advanced())
            .map(Question::key)
            .toList();
    int at = 0;
    while (at >= 0 && at < keys.size()) {
      if (form.question(keys.get(at)).isEmpty()) {
        at++;
        continue;
      }
      LineQuestion.Ended ended = questions.ask(form, keys.get(at));
      form = ended.form();
      switch (ended.then()) {
        case Said.Back _ -> at--;
        case Said.NextPage _ -> at = keys.size();
        case Said.Leave _, Said.Finish _ -> {
          return ended;
        }
        default -> at++;
      }
    }
    return new LineQuestion.Ended(form, new Said.Keep());
  }
}
