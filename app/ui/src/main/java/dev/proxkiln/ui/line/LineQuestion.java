package dev.proxkiln.ui.line;

import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.ui.Terminal;
import dev.proxkiln.ui.form.Explanation;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Matches;
import dev.proxkiln.ui.form.Question;
import dev.proxkiln.ui.form.Shown;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Asks one setting until it is right, or until the user goes elsewhere. */
final class LineQuestion {
  /** More choices than these are not listed: a part of a name finds them. */
  private static final int LISTED = 20;

  /** Words that fit behind a label. */
  private static final int INLINE = 6;

  private final Terminal.Line line;
  private final PrintStream out;
  private final UnaryOperator<String> fit;

  /**
   * A way to ask.
   *
   * @param fit makes text fit for what the terminal can show
   */
  LineQuestion(Terminal.Line line, UnaryOperator<String> fit) {
    this.line = line;
    this.out = line.out();
    this.fit = fit;
  }

  /**
   * How it ended.
   *
   * @param form with the answer
   * @param then {@link Said.Keep} to go on, or where to go
   */
  record Ended(Form form, Said then) {}

  /** Asks. */
  Ended ask(Form form, String key) {
    Question question = form.question(key).orElseThrow();
    if (!question.missing()) {
      complain(question.problems());
    }
    if (question.field().type().group().isPresent()) {
      return new LineGroups(line, fit, this).ask(form, key);
    }
    return isList(form, question.field()) ? list(form, key) : one(form, key);
  }

  private static boolean isList(Form form, Field<?> field) {
    return field.type().many() || form.reader().several().filter(field.key()::equals).isPresent();
  }

  private Ended one(Form form, String key) {
    List<Field.Choice> shown = List.of();
    while (true) {
      Question question = form.question(key).orElseThrow();
      Said said = Said.of(read(question, prompt(form, question)));
      switch (said) {
        case Said.Keep _ -> {
          if (question.problems().isEmpty()) {
            return new Ended(form, said);
          }
          complain(question.problems());
        }
        case Said.Reset _ -> {
          return new Ended(form.cleared(key), new Said.Keep());
        }
        case Said.Explain _ -> shown = explain(form, question);
        case Said.Text(String text) -> {
          Optional<String> meant = meant(form, question, text, shown);
          if (meant.isPresent()) {
            Form next = form.with(key, meant.get());
            List<Problem> problems = problems(next, key);
            if (problems.isEmpty()) {
              return new Ended(next, new Said.Keep());
            }
            complain(problems);
          } else {
            shown = list(Matches.of(choices(form, question.field()), text));
          }
        }
        case Said.Back _, Said.NextPage _, Said.Finish _, Said.Leave _ -> {
          return new Ended(form, said);
        }
      }
    }
  }

  /** One entry a line until an empty one. */
  private Ended list(Form form, String key) {
    Form now = form;
    List<String> entries = new ArrayList<>();
    List<Field.Choice> shown = List.of();
    while (true) {
      Question question = now.question(key).orElseThrow();
      String prompt =
          entries.isEmpty()
              ? prompt(now, question)
              : question.field().label() + ", one more (Enter: no more): ";
      Said said = Said.of(read(question, prompt));
      switch (said) {
        case Said.Keep _ -> {
          if (question.problems().isEmpty()) {
            return new Ended(now, said);
          }
          complain(question.problems());
        }
        case Said.Reset _ -> {
          return new Ended(now.cleared(key), new Said.Keep());
        }
        case Said.Explain _ -> shown = explain(now, question);
        case Said.Text(String text) -> {
          Optional<String> meant = meant(form.cleared(key), question, text, shown);
          if (meant.isEmpty()) {
            shown = list(Matches.of(choices(now, question.field()), text));
            continue;
          }
          List<String> more = new ArrayList<>(entries);
          more.add(meant.get());
          Form next = form.with(key, String.join("\n", more));
          List<Problem> problems = problems(next, key);
          if (problems.isEmpty()) {
            entries = more;
            now = next;
            shown = List.of();
          } else {
            complain(problems);
          }
        }
        case Said.Back _, Said.NextPage _, Said.Finish _, Said.Leave _ -> {
          return new Ended(now, said);
        }
      }
    }
  }

  private Optional<String> read(Question question, String prompt) {
    if (question.field().source() != Field.Source.PASSWORD) {
      return line.read(prompt);
    }
    return line.readHidden(prompt);
  }

  /**
   * The value that was meant: what was typed where that is right, the choice that was named by its
   * number or by a part that only it has; empty where several have it.
   */
  private Optional<String> meant(
      Form form, Question question, String text, List<Field.Choice> shown) {
    Field<?> field = question.field();
    if (field.source() == Field.Source.PASSWORD) {
      return password(form, field, text);
    }
    List<Field.Choice> choices = choices(form, field);
    if (choices.stream().anyMatch(choice -> choice.value().equals(text))) {
      return Optional.of(text);
    }
    if (text.matches("\\d{1,3}") && !shown.isEmpty()) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= shown.size()) {
        return chosen(shown.get(number - 1));
      }
    }
    if (problems(form.with(field.key(), text), field.key()).isEmpty()) {
      return Optional.of(text);
    }
    List<Field.Choice> matches = Matches.of(choices, text);
    return switch (matches.size()) {
      case 0 -> Optional.of(text);
      case 1 -> chosen(matches.getFirst());
      default -> Optional.empty();
    };
  }

  private Optional<String> chosen(Field.Choice choice) {
    out.println(fit.apply("  = " + described(choice)));
    return Optional.of(choice.value());
  }

  private Optional<String> password(Form form, Field<?> field, String text) {
    if (text.startsWith("secret:") || text.startsWith("$")) {
      return Optional.of(text);
    }
    while (true) {
      Optional<String> again = line.readHidden(field.label() + ", once more: ");
      if (again.isEmpty() || again.get().strip().equals(text)) {
        return Optional.of(form.reader().hide(field, text));
      }
      out.println("  ! The two are not the same. Type the one that you want, again.");
      return password(form, field, line.readHidden(field.label() + ": ").orElse("").strip());
    }
  }

  private List<Field.Choice> explain(Form form, Question question) {
    Explanation.of(question, form.reader().facts())
        .forEach(sentence -> out.println(fit.apply("  " + sentence)));
    List<Field.Choice> choices = choices(form, question.field());
    boolean worth = !question.field().type().name().equals("FLAG") && choices.size() > 1;
    List<Field.Choice> shown = worth && choices.size() <= LISTED ? list(choices) : List.of();
    out.println("  " + Said.WORDS);
    return shown;
  }

  /** Lists choices with numbers; gives those that were listed. */
  private List<Field.Choice> list(List<Field.Choice> choices) {
    List<Field.Choice> shown = choices.subList(0, Math.min(LISTED, choices.size()));
    for (int i = 0; i < shown.size(); i++) {
      out.println(fit.apply(String.format("  %3d  %s", i + 1, described(shown.get(i)))));
    }
    if (shown.size() < choices.size()) {
      out.println("  and " + (choices.size() - shown.size()) + " more; type more of the name");
    }
    return shown;
  }

  private static String described(Field.Choice choice) {
    return choice.about().isEmpty() ? choice.value() : choice.value() + ", " + choice.about();
  }

  private static List<Field.Choice> choices(Form form, Field<?> field) {
    return field.choices().apply(form.reader().facts());
  }

  private static List<Problem> problems(Form form, String key) {
    return form.question(key).map(Question::problems).orElse(List.of());
  }

  /** What is wrong, and what to do. */
  void complain(List<Problem> problems) {
    for (Problem problem : problems) {
      // Here a value is typed, and no flag given.
      List<String> parts =
          problem.slug().equals(Question.MISSING)
              ? List.of(problem.what(), "\"?\" explains what it is.")
              : List.of(problem.what(), problem.why(), problem.next());
      String text = parts.stream().filter(part -> !part.isBlank()).collect(Collectors.joining(" "));
      out.println(fit.apply("  ! " + text.replaceAll("\\R", ", ")));
    }
  }

  private String prompt(Form form, Question question) {
    Field<?> field = question.field();
    StringBuilder prompt = new StringBuilder(field.label());
    List<String> words =
        field.type().words().stream().map(word -> Shown.value(field, word)).toList();
    if (field.type().name().equals("FLAG")) {
      prompt.append("? (yes, no)");
    } else if (!words.isEmpty() && words.size() <= INLINE) {
      prompt.append(" (").append(String.join(", ", words)).append(')');
    } else if (question.missing() && choices(form, field).size() > INLINE) {
      prompt.append(" (a part of a name finds it)");
    }
    String value = Shown.value(question);
    if (!value.isEmpty()) {
      prompt.append(" [").append(value).append(']');
    } else if (!question.missing()) {
      prompt.append(" [none]");
    }
    return fit.apply(prompt.append(": ").toString());
  }

  /** The text of a group from its answers. */
  static String text(Form form) {
    SequencedMap<String, String> given = new LinkedHashMap<>();
    for (Question question : form.questions()) {
      question.raw().ifPresent(raw -> given.put(question.key(), raw));
    }
    return Group.line(given);
  }
}
