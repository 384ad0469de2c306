package dev.proxkiln.ui.screen;

import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The stack of pages. It knows no terminal: keys are pressed and frames are taken by whoever has
 * one, or by a test.
 */
public final class Navigator implements Errands {
  private final Deque<Page> pages = new ArrayDeque<>();
  private final Executor executor;
  private final Runnable wake;
  private final ConcurrentLinkedQueue<Runnable> results = new ConcurrentLinkedQueue<>();
  private OptionalInt left = OptionalInt.empty();
  private Optional<Runnable> aside = Optional.empty();
  private Optional<Supplier<Next>> prompt = Optional.empty();

  /**
   * A stack with its first page.
   *
   * @param executor where errands run; {@code Runnable::run} does them at once
   * @param wake called from any thread when a result waits for {@link #deliver}
   */
  public Navigator(Page first, Executor executor, Runnable wake) {
    this.executor = executor;
    this.wake = wake;
    pages.push(first);
    first.shown(this);
    deliver();
  }

  /** A stack whose errands are done at once, for tests. */
  public static Navigator atOnce(Page first) {
    return new Navigator(first, Runnable::run, () -> {});
  }

  /** What {@code :} does, on every page. */
  public void onPrompt(Supplier<Next> command) {
    prompt = Optional.of(command);
  }

  /** The page on top. */
  public Page top() {
    return pages.element();
  }

  /** The page on top, drawn. */
  public Frame frame(Size size) {
    return top().draw(size);
  }

  /** Takes a key. */
  public void press(Key key) {
    Page page = top();
    boolean typing = page.typing();
    if (Keys.INTERRUPT.is(key)) {
      follow(page.interrupt());
    } else if (Keys.HELP.is(key, typing) && !(page instanceof HelpPage)) {
      follow(Next.push(new HelpPage(page)));
    } else if (prompt.isPresent() && Keys.PROMPT.is(key, typing)) {
      follow(prompt.get().get());
    } else {
      follow(page.key(key));
    }
    deliver();
  }

  /** Lets the page on top move by itself. */
  public void pulse() {
    follow(top().pulse());
    deliver();
  }

  /** Takes the results of errands. */
  public void deliver() {
    Runnable result = results.poll();
    while (result != null) {
      result.run();
      result = results.poll();
    }
  }

  /** The exit code, once the last page was left. */
  public OptionalInt left() {
    return left;
  }

  /** Work that wants the terminal to itself; taken once. */
  public Optional<Runnable> aside() {
    Optional<Runnable> work = aside;
    aside = Optional.empty();
    return work;
  }

  /** The terminal is there again after {@link #aside}. */
  public void back() {
    top().shown(this);
    deliver();
  }

  private void follow(Next next) {
    switch (next) {
      case Next.Stay _ -> {}
      case Next.Push(Page page) -> push(page);
      case Next.Pop _ -> {
        pages.pop();
        if (pages.isEmpty()) {
          left = OptionalInt.of(0);
        } else {
          top().shown(this);
        }
      }
      case Next.Replace(Page page) -> {
        pages.pop();
        push(page);
      }
      case Next.Home _ -> {
        home();
        top().shown(this);
      }
      case Next.HomeWith(Page page) -> {
        home();
        push(page);
      }
      case Next.Leave(int code) -> left = OptionalInt.of(code);
      case Next.Aside(Runnable work) -> aside = Optional.of(work);
    }
  }

  @Override
  public void go(Next next) {
    if (left.isEmpty()) {
      follow(next);
    }
  }

  private void home() {
    while (pages.size() > 1) {
      pages.pop();
    }
  }

  private void push(Page page) {
    pages.push(page);
    page.shown(this);
  }

  @Override
  public <T> void run(Supplier<T> work, Consumer<T> done, Consumer<List<Problem>> failed) {
    executor.execute(
        () -> {
          try {
            T result = work.get();
            results.add(() -> done.accept(result));
          } catch (ProblemException e) {
            results.add(() -> failed.accept(e.problems()));
          } catch (RuntimeException e) {
            Problem problem =
                CoreSlug.UNEXPECTED.problem(
                    "",
                    "proxkiln made a mistake: " + e,
                    "This is a bug, not your fault.",
                    "Look into the log, and report it.");
            results.add(() -> failed.accept(List.of(problem)));
          }
          wake.run();
        });
  }
}
