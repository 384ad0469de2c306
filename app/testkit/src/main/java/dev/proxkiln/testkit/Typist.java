package dev.proxkiln.testkit;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Somebody at a terminal without a screen: reads what is printed, types lines. */
public final class Typist {
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
  private final PrintStream out =
      new PrintStream(seen, true, StandardCharsets.UTF_8) {
        @Override
        public void close() {
          // The terminal stays when a program closes its end of it.
          flush();
        }
      };
  private final UnaryOperator<@Nullable String> answers;
  private boolean hidden;

  /**
   * Somebody who looks at the question.
   *
   * @param answers a line for what stands before the cursor; null to hang up
   */
  public Typist(UnaryOperator<@Nullable String> answers) {
    this.answers = answers;
  }

  /** Somebody who types some lines and hangs up. */
  public static Typist of(String... lines) {
    Deque<String> left = new ArrayDeque<>(List.of(lines));
    return new Typist(question -> left.poll());
  }

  /** What the program prints to. */
  public PrintStream out() {
    return out;
  }

  /** What the program reads from; may be asked for again after it was closed. */
  public BufferedReader in() {
    return new BufferedReader(new StringReader("")) {
      @Override
      public @Nullable String readLine() {
        String all = seen();
        String line = answers.apply(all.substring(all.lastIndexOf('\n') + 1));
        if (!hidden) {
          out.println(line == null ? "^D" : line);
        }
        return line;
      }

      @Override
      public void close() {}
    };
  }

  /** Hides what is typed from now on, or shows it again. */
  public boolean hide(boolean now) {
    hidden = now;
    return true;
  }

  /** Everything on the terminal, with what was typed. */
  public String seen() {
    return seen.toString(StandardCharsets.UTF_8);
  }
}
