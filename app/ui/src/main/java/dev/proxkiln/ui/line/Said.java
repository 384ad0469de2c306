package dev.proxkiln.ui.line;

import java.util.Optional;

/** What a line that was typed at a question means. */
sealed interface Said {

  /** A value. */
  record Text(String text) implements Said {}

  /** Nothing: what is shown is right. */
  record Keep() implements Said {}

  /** Take back what was given, so that the default holds. */
  record Reset() implements Said {}

  /** To the question before. */
  record Back() implements Said {}

  /** What is this about? */
  record Explain() implements Said {}

  /** On to the next page. */
  record NextPage() implements Said {}

  /** To the end: the rest is right as it is. */
  record Finish() implements Said {}

  /** Stop asking; nothing is done. */
  record Leave() implements Said {}

  /** What the words mean, for the explanation. */
  String WORDS =
      "Enter keeps the value in brackets. \"back\" returns, \"next\" goes to the next page,"
          + " \"review\" to the end, \"quit\" leaves, \"-\" takes the default again.";

  /** Reads a line; a backslash before such a word makes it a value. */
  static Said of(Optional<String> line) {
    if (line.isEmpty()) {
      return new Leave();
    }
    String text = line.get().strip();
    return switch (text) {
      case "" -> new Keep();
      case "-" -> new Reset();
      case "back" -> new Back();
      case "?" -> new Explain();
      case "next" -> new NextPage();
      case "review" -> new Finish();
      case "quit" -> new Leave();
      default -> new Text(text.startsWith("\\") ? text.substring(1) : text);
    };
  }
}
