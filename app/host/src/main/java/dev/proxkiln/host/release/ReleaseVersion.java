package dev.proxkiln.host.release;

import dev.proxkiln.host.HostSlug;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a release, for example {@code 1.4.0} or {@code 1.4.0-rc.1}, which comes before it.
 *
 * @param text as it is written
 */
public record ReleaseVersion(String text) implements Comparable<ReleaseVersion> {
  /** As bootstrap.sh accepts it. */
  public static final String PATTERN =
      "[0-9]{1,9}\\.[0-9]{1,9}\\.[0-9]{1,9}(-[0-9A-Za-z.-]{1,60})?";

  private static final Pattern WHOLE = Pattern.compile(PATTERN);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  /** A version. */
  public ReleaseVersion {
    Matcher matcher = WHOLE.matcher(text);
    if (!matcher.matches()) {
      throw HostSlug.RELEASE_INVALID
          .problem("", "'" + text + "' is no version of a release.", "", "Write it as 1.4.0.")
          .raise();
    }
  }

  /** A version as users write it: with a {@code v} before it or without. */
  public static ReleaseVersion typed(String text) {
    return new ReleaseVersion(text.startsWith("v") ? text.substring(1) : text);
  }

  @Override
  public int compareTo(ReleaseVersion other) {
    int numbers = compare(numbers(), other.numbers());
    if (numbers != 0) {
      return numbers;
    }
    if (tail().isEmpty() || other.tail().isEmpty()) {
      // A version without a tail is the finished one.
      return Boolean.compare(tail().isEmpty(), other.tail().isEmpty());
    }
    return compare(tail().split("[.-]", -1), other.tail().split("[.-]", -1));
  }

  private String[] numbers() {
    return text.split("-", 2)[0].split("\\.", -1);
  }

  private String tail() {
    int dash = text.indexOf('-');
    return dash < 0 ? "" : text.substring(dash + 1);
  }

  /** Part by part as Semantic Versioning 2.0.0 says: numbers by value and before words. */
  private static int compare(String[] mine, String[] theirs) {
    return Arrays.compare(
        mine,
        theirs,
        (a, b) -> {
          boolean first = NUMBER.matcher(a).matches();
          boolean second = NUMBER.matcher(b).matches();
          if (first && second) {
            return Long.compare(Long.parseLong(a), Long.parseLong(b));
          }
          return first == second ? a.compareTo(b) : Boolean.compare(second, first);
        });
  }

  @Override
  public String toString() {
    return text;
  }
}
