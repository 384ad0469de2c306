package dev.proxkiln.ui.screen;

/** What comes after a key. */
public sealed interface Next {

  /** The same page, drawn anew. */
  record Stay() implements Next {}

  /** Another page on top of this one. */
  record Push(Page page) implements Next {}

  /** The page below; from the last one, the end. */
  record Pop() implements Next {}

  /** Another page in the place of this one. */
  record Replace(Page page) implements Next {}

  /** The first page, with nothing on it. */
  record Home() implements Next {}

  /** The first page with one page on it, such as a run that was started. */
  record HomeWith(Page page) implements Next {}

  /** The end, with an exit code. */
  record Leave(int code) implements Next {}

  /** The terminal is given back for some work, such as a shell, and taken again after it. */
  record Aside(Runnable work) implements Next {}

  static Next stay() {
    return new Stay();
  }

  static Next push(Page page) {
    return new Push(page);
  }

  static Next pop() {
    return new Pop();
  }

  static Next replace(Page page) {
    return new Replace(page);
  }

  static Next leave(int code) {
    return new Leave(code);
  }
}
