package dev.proxkiln.cli.help;

import java.util.Locale;

/** Text of a manual page in the man macros of roff (man(7)); nothing that is given is markup. */
final class Roff {
  private static final int WIDTH = 78;

  private final StringBuilder out = new StringBuilder();

  /**
   * A page.
   *
   * @param name for example {@code proxkiln-template}
   * @param date year, month and day
   */
  Roff(String name, String date, String version) {
    out.append(".TH ").append(escaped(name.toUpperCase(Locale.ROOT)));
    out.append(" 1 ").append(date).append(" \"proxkiln ").append(escaped(version)).append("\"\n");
    // No hyphenation, ragged right: flags and values stay whole.
    out.append(".nh\n.ad l\n");
  }

  /** A heading in capitals. */
  Roff section(String title) {
    out.append(".SH \"").append(escaped(title)).append("\"\n");
    return this;
  }

  /** A heading within a section. */
  Roff part(String title) {
    out.append(".SS \"").append(escaped(title)).append("\"\n");
    return this;
  }

  /** A paragraph. */
  Roff paragraph(String text) {
    out.append(".PP\n");
    return lines(text);
  }

  /** The text that a heading is followed by. */
  Roff text(String text) {
    return lines(text);
  }

  /** A bold word with more words behind it, and what they mean. */
  Roff item(String bold, String more, String text) {
    out.append(".TP\n\\fB").append(escaped(bold)).append("\\fR");
    if (!more.isEmpty()) {
      out.append(" \\fI").append(escaped(more)).append("\\fR");
    }
    out.append('\n');
    return lines(text);
  }

  /** Lines as they are, indented. */
  Roff literal(String... lines) {
    out.append(".PP\n.nf\n.RS 4\n");
    for (String line : lines) {
      out.append(escaped(line)).append('\n');
    }
    out.append(".RE\n.fi\n");
    return this;
  }

  private Roff lines(String text) {
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+")) {
      String safe = escaped(word);
      if (!line.isEmpty() && line.length() + 1 + safe.length() > WIDTH) {
        out.append(line).append('\n');
        line.setLength(0);
      }
      if (line.isEmpty() && (safe.startsWith(".") || safe.startsWith("'"))) {
        line.append("\\&");
      }
      line.append(line.isEmpty() || line.toString().equals("\\&") ? "" : " ").append(safe);
    }
    out.append(line).append('\n');
    return this;
  }

  /** Backslashes, dashes and quotes as roff wants them, so that they can be copied. */
  private static String escaped(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("\"", "\\(dq")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
