package dev.proxkiln.ui.page;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.ui.form.Question;
import java.util.List;

/** How a setting is answered, which its declaration decides. */
enum Widget {
  /** Yes or no. */
  SWITCH,
  /** One of a few words, and no other text. */
  CHOICE,
  /** One of several known values, or any text. */
  OPEN_CHOICE,
  /** Several of known values, or any text. */
  SEVERAL,
  /** Lines that are typed one by one. */
  LINES,
  /** Things that have settings of their own, such as network interfaces. */
  GROUPS,
  /** Text that is not shown. */
  SECRET,
  /** The name of a file of this machine. */
  FILE,
  /** Any text. */
  TEXT;

  static Widget of(Question question, Facts facts) {
    Field<?> field = question.field();
    if (field.type().group().isPresent()) {
      return GROUPS;
    }
    if (field.source() == Field.Source.PASSWORD) {
      return SECRET;
    }
    if (field.type().name().equals("FLAG")) {
      return SWITCH;
    }
    boolean known = !choices(field, facts).isEmpty();
    if (field.type().many()) {
      return known ? SEVERAL : LINES;
    }
    if (!field.type().words().isEmpty()) {
      // Words beside which other texts are right have a pattern of their own.
      return field.type().jsonSchema().containsKey("enum") ? CHOICE : OPEN_CHOICE;
    }
    if (known) {
      return OPEN_CHOICE;
    }
    return field.source() == Field.Source.FILE || field.type().name().equals("PATH") ? FILE : TEXT;
  }

  /** Whether letters are text in it. */
  boolean types() {
    return switch (this) {
      case SWITCH, CHOICE, GROUPS -> false;
      case OPEN_CHOICE, SEVERAL, LINES, SECRET, FILE, TEXT -> true;
    };
  }

  /** Whether Space opens a page of its own, or changes the value, rather than being text. */
  boolean changes() {
    return this != TEXT && this != SECRET;
  }

  static List<Field.Choice> choices(Field<?> field, Facts facts) {
    return field.choices().apply(facts);
  }
}
