package dev.proxkiln.pve.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tags of a guest in normal form: lower case, sorted, each once, joined by {@code ;}.
 *
 * @param names lower-case letters, digits and {@code _ - + .}; not starting with {@code - + .}
 */
public record Tags(List<String> names) {

  private static final Pattern TAG = Pattern.compile("[a-z0-9_][a-z0-9_.+-]*");

  public Tags {
    SortedSet<String> sorted = new TreeSet<>();
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      sorted.add(Grammar.check(TAG, lower, "tag"));
    }
    names = List.copyOf(sorted);
  }

  public static Tags of(String... names) {
    return new Tags(List.of(names));
  }

  /** Reads a list separated by {@code ;}, comma or spaces. */
  public static Tags parse(String text) {
    return new Tags(Arrays.stream(text.split("[;,\\s]+")).filter(name -> !name.isEmpty()).toList());
  }

  /** The same tags and more. */
  public Tags and(Collection<String> more) {
    return new Tags(Stream.concat(names.stream(), more.stream()).toList());
  }

  /** Whether a tag is among them, in any case. */
  public boolean has(String name) {
    return names.contains(name.toLowerCase(Locale.ROOT));
  }

  public String print() {
    return String.join(";", names);
  }
}
