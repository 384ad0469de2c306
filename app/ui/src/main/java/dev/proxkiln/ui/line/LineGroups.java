package dev.proxkiln.ui.line;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Group;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.ui.Terminal;
import dev.proxkiln.ui.form.Explanation;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Question;
import dev.proxkiln.ui.form.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Asks a setting of which each entry has settings of its own, such as further disks. */
final class LineGroups {
  private final Terminal.Line line;
  private final UnaryOperator<String> fit;
  private final LineQuestion questions;

  LineGroups(Terminal.Line line, UnaryOperator<String> fit, LineQuestion questions) {
    this.line = line;
    this.fit = fit;
    this.questions = questions;
  }

  /** Shows what there is, then asks for entries as long as the user adds some. */
  LineQuestion.Ended ask(Form form, String key) {
    Form now = form;
    while (true) {
      Question question = now.question(key).orElseThrow();
      List<String> entries = entries(question);
      for (int i = 0; i < entries.size(); i++) {
        line.out().println(fit.apply("  " + (i + 1) + "  " + entries.get(i)));
      }
      Said said =
          Said.of(
              line.read(
                  question.field().label()
                      + ": "
                      + entries.size()
                      + ". \"add\" adds one, \"-\" removes them, Enter goes on: "));
      switch (said) {
        case Said.Text(String text) when text.equals("add") -> {
          String entry = entry(now, question.field());
          if (!entry.isEmpty()) {
            now = added(now, key, entries, entry);
          }
        }
        case Said.Text(String text) -> now = added(now, key, entries, text);
        case Said.Reset _ -> now = now.cleared(key);
        case Said.Explain _ -> {
          for (String sentence : Explanation.of(question, form.reader().facts())) {
            line.out().println(fit.apply("  " + sentence));
          }
        }
        case Said.Keep _, Said.Back _, Said.NextPage _, Said.Finish _, Said.Leave _ -> {
          return new LineQuestion.Ended(now, said);
        }
      }
    }
  }

  private Form added(Form form, String key, List<String> entries, String entry) {
    List<String> more = new ArrayList<>(entries);
    more.add(entry);
    Form next = form.with(key, String.join("\n", more));
    List<Problem> problems = next.question(key).map(Question::problems).orElse(List.of());
    questions.complain(problems);
    return problems.isEmpty() ? next : form;
  }

  private static List<String> entries(Question question) {
    return question.text().stream()
        .flatMap(String::lines)
        .filter(entry -> !entry.isBlank())
        .toList();
  }

  /** Asks the settings of one entry; empty when the user thinks better of it. */
  private String entry(Form outer, Field<?> field) {
    Group group = field.type().group().orElseThrow();
    Schema schema = new Schema(List.of(new Schema.Page(field.label(), group.fields())));
    Form form = Form.of(new OfGroup(outer.reader(), schema), Values.none());
    List<String> keys = form.questions().stream().map(Question::key).toList();
    int at = 0;
    while (at < keys.size()) {
      if (form.question(keys.get(at)).isEmpty()) {
        at++;
        continue;
      }
      LineQuestion.Ended ended = questions.ask(form, keys.get(at));
      form = ended.form();
      switch (ended.then()) {
        case Said.Back _ -> at--;
        case Said.Leave _ -> at = -1;
        case Said.NextPage _, Said.Finish _ -> at = form.right() ? keys.size() : at;
        default -> at++;
      }
      if (at < 0) {
        return "";
      }
    }
    return LineQuestion.text(form);
  }

  /** Reads the settings of one entry. */
  private record OfGroup(Reader outer, Schema schema) implements Reader {
    @Override
    public String command() {
      return outer.command();
    }

    @Override
    public String summary() {
      return outer.summary();
    }

    @Override
    public Facts facts() {
      return outer.facts();
    }

    @Override
    public Followed follow(Values values) {
      return new Followed(values, List.of());
    }

    @Override
    public List<Problem> check(Values followed) {
      return List.of();
    }
  }
}
