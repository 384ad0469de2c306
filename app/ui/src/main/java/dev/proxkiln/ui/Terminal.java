package dev.proxkiln.ui;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** The person at the terminal, apart from whatever standard input and output are. */
public interface Terminal {

  /** Opens the terminal for a question; empty where there is none. */
  Optional<Line> open();

  /** Both directions of a terminal. */
  record Line(BufferedReader in, PrintStream out) implements AutoCloseable {

    /**
     * Asks until a known answer comes; the end of input is the fallback.
     *
     * @param answers what counts, lower case; the first letter is enough
     * @param fallback for an empty line and for the end of input
     */
    public String ask(String question, java.util.List<String> answers, String fallback) {
      while (true) {
        out.print(question + " [" + String.join("/", answers) + ", Enter: " + fallback + "] ");
        out.flush();
        String said;
        try {
          said = in.readLine();
        } catch (IOException e) {
          return fallback;
        }
        if (said == null || said.isBlank()) {
          return fallback;
        }
        String word = said.strip().toLowerCase(Locale.ROOT);
        Optional<String> meant =
            answers.stream()
                .filter(a -> a.equals(word) || a.substring(0, 1).equals(word))
                .findFirst();
        if (meant.isPresent()) {
          return meant.get();
        }
        out.println("Please answer " + String.join(" or ", answers) + ".");
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
      out.close();
    }
  }

  /** Nobody is there. */
  Terminal NONE = Optional::empty;
}
