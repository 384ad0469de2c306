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

  /** Keeps what is typed from being seen. */
  interface Echo {
    /** A terminal that cannot; what is typed is seen. */
    Echo ALWAYS = hidden -> false;

    /**
     * Hides what is typed, or shows it again.
     *
     * @return whether the terminal did so
     */
    boolean hide(boolean hidden);
  }

  /** Both directions of a terminal. */
  record Line(BufferedReader in, PrintStream out, Echo echo) implements AutoCloseable {

    /** One that shows everything that is typed. */
    public Line(BufferedReader in, PrintStream out) {
      this(in, out, Echo.ALWAYS);
    }

    /** Asks for a line; empty at the end of input. */
    public Optional<String> read(String prompt) {
      out.print(prompt);
      out.flush();
      try {
        return Optional.ofNullable(in.readLine());
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    /** Asks for a line that is not shown while it is typed; empty at the end of input. */
    public Optional<String> readHidden(String prompt) {
      // Who sees the question may type at once.
      boolean hidden = echo.hide(true);
      if (!hidden) {
        out.println("What is typed now can be seen: this terminal cannot hide it.");
      }
      out.print(prompt);
      out.flush();
      try {
        return Optional.ofNullable(in.readLine());
      } catch (IOException e) {
        return Optional.empty();
      } finally {
        if (hidden) {
          echo.hide(false);
          out.println();
        }
      }
    }

    /**
     * Asks until a known answer comes; the end of input is the fallback.
     *
     * @param answers what counts, lower case; the first letter is enough
     * @param fallback for an empty line and for the end of input
     */
    public String ask(String question, java.util.List<String> answers, String fallback) {
      while (true) {
        String said =
            read(question + " [" + String.join("/", answers) + ", Enter: " + fallback + "] ")
                .orElse("");
        if (said.isBlank()) {
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
