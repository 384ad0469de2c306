package dev.proxkiln.ui.screen;

/** What a piece of text is, for a {@link Theme} to give it a look. */
public enum Ink {
  /** Ordinary text. */
  PLAIN,
  /** Where one is: the first row. */
  TITLE,
  /** A heading within a page. */
  HEADING,
  /** Lines and frames. */
  RULE,
  /** What is less important. */
  DIM,
  /** The row that keys act on. */
  CURSOR,
  /** Less important text on that row. */
  CURSOR_DIM,
  /** What stands in a field. */
  VALUE,
  /** What the user typed or chose. */
  CHOSEN,
  /** A key's name in the last row. */
  KEY,
  /** Something that went well. */
  GOOD,
  /** Something to heed. */
  WARNING,
  /** Something that is wrong. */
  ERROR
}
