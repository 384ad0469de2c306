package dev.proxkiln.ui.form;

import dev.proxkiln.core.field.Field;
import java.util.List;

/** A setting's text as people read it. */
public final class Shown {
  private static final int MOST = 60;

  private Shown() {}

  /** The text of a question; empty where it has none. */
  public static String value(Question question) {
    return question.text().map(text -> value(question.field(), text)).orElse("");
  }

  /** Flags as yes and no, secrets by name, long lists by their number. */
  public static String value(Field<?> field, String text) {
    if (field.source().hidden()) {
      return text.isEmpty() ? "" : text.startsWith("secret:") ? text : "given, not shown";
    }
    if (field.type().name().equals("FLAG")) {
      return truth(text);
    }
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    String joined = String.join(field.type().group().isPresent() ? "; " : ", ", lines);
    if (joined.length() <= MOST) {
      return joined;
    }
    return lines.size() > 1 ? lines.size() + " given" : joined.substring(0, MOST - 3) + "...";
  }

  private static String truth(String text) {
    return switch (text.strip()) {
      case "true", "yes", "on", "1" -> "yes";
      case "false", "no", "off", "0" -> "no";
      default -> text;
    };
  }
}
