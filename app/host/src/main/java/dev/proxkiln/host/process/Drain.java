package dev.proxkiln.host.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads one stream of a process to its end: hands out lines as they come and keeps the text, of
 * which only the last part where it is very long. A carriage return ends a line too, because
 * progress displays such as {@code qemu-img -p} write one.
 */
final class Drain implements Runnable {
  /** Characters kept per stream; a program that says more has its beginning left out. */
  static final int MOST_KEPT = 8 << 20;

  /** A line longer than this many characters is handed out in parts. */
  private static final int LONGEST_LINE = 64 << 10;

  private final InputStream in;
  private final Consumer<String> line;
  private final StringBuilder kept = new StringBuilder();
  private final StringBuilder current = new StringBuilder();
  private long leftOut;
  private boolean afterReturn;

  Drain(InputStream in, Consumer<String> line) {
    this.in = in;
    this.line = line;
  }

  @Override
  public void run() {
    char[] buffer = new char[8192];
    try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
        keep(buffer, n);
        split(buffer, n);
      }
    } catch (IOException e) {
      // The stream of a killed process ends like this; what came before it is kept.
    }
    if (!current.isEmpty()) {
      handOut();
    }
  }

  /** What came so far. */
  synchronized String text() {
    return leftOut == 0
        ? kept.toString()
        : "[" + leftOut + " characters left out]\n" + kept.toString();
  }

  private synchronized void keep(char[] buffer, int count) {
    kept.append(buffer, 0, count);
    if (kept.length() > MOST_KEPT) {
      int cut = kept.length() - MOST_KEPT / 2;
      kept.delete(0, cut);
      leftOut += cut;
    }
  }

  private void split(char[] buffer, int count) {
    for (int i = 0; i < count; i++) {
      char c = buffer[i];
      boolean newlineOfReturn = c == '\n' && afterReturn;
      afterReturn = c == '\r';
      if (newlineOfReturn) {
        continue;
      }
      if (c == '\n' || c == '\r') {
        handOut();
      } else {
        current.append(c);
        if (current.length() >= LONGEST_LINE) {
          handOut();
        }
      }
    }
  }

  private void handOut() {
    String text = current.toString();
    current.setLength(0);
    line.accept(text);
  }
}
