package dev.proxkiln.ui.page;

import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Pairs;
import dev.proxkiln.ui.screen.Errands;
import dev.proxkiln.ui.screen.Frame;
import dev.proxkiln.ui.screen.Hint;
import dev.proxkiln.ui.screen.Ink;
import dev.proxkiln.ui.screen.Key;
import dev.proxkiln.ui.screen.Keys;
import dev.proxkiln.ui.screen.Next;
import dev.proxkiln.ui.screen.Page;
import dev.proxkiln.ui.screen.Sheet;
import dev.proxkiln.ui.screen.Size;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One thing that a query answers, as lines of name and value. */
final class OnePage implements Page {
  private final String trail;
  private final Supplier<Query.Result> source;
  private Optional<TextPage> text = Optional.empty();
  private Optional<Problem> trouble = Optional.empty();

  /**
   * A page.
   *
   * @param source waits
   */
  OnePage(String trail, Supplier<Query.Result> source) {
    this.trail = trail;
    this.source = source;
  }

  @Override
  public void shown(Errands errands) {
    if (text.isPresent()) {
      return;
    }
    errands.run(
        source,
        result -> text = Optional.of(new TextPage(trail, words(result))),
        problems -> trouble = problems.stream().findFirst());
  }

  private static String words(Query.Result result) {
    Look look = new Look(false, false, true, () -> 80);
    return switch (result) {
      case Query.One(Object tree) -> Pairs.text(tree, look);
      case Query.Rows rows ->
          rows.rows().stream()
              .map(
                  row ->
                      rows.columns().stream()
                          .map(column -> Tree.text(row, column.path()))
                          .collect(Collectors.joining("  ")))
              .collect(Collectors.joining("\n"));
    };
  }

  @Override
  public Frame draw(Size size) {
    if (text.isPresent()) {
      return text.get().draw(size);
    }
    Sheet sheet = new Sheet(size, trail, "").keys(hints());
    trouble.ifPresent(sheet::problem);
    if (trouble.isEmpty()) {
      sheet.frame().put(sheet.top() + 1, 3, Ink.DIM, "Reading \u2026");
    }
    return sheet.frame();
  }

  @Override
  public Next key(Key key) {
    if (text.isPresent()) {
      return text.get().key(key);
    }
    return Keys.BACK.is(key) || Keys.QUIT.is(key) ? Next.pop() : Next.stay();
  }

  @Override
  public boolean typing() {
    return text.map(TextPage::typing).orElse(false);
  }

  @Override
  public List<Hint> hints() {
    return text.map(TextPage::hints).orElse(List.of(new Hint(Keys.BACK, "back")));
  }
}
