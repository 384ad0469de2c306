package dev.proxkiln.core.field;

import dev.proxkiln.core.facts.Facts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One setting, declared once: flag, YAML key, environment name, wizard row, parsing, validation,
 * default, choices, help.
 *
 * @param key lower case with dashes; the flag is {@code --KEY}
 * @param label for forms, for example {@code Memory}
 * @param help one sentence
 * @param type parsing and printing
 * @param fallback the default, from the target's facts and the answers so far; empty for none
 * @param choices what can be chosen on this target, for completion and lists; may be open-ended
 * @param rule the reason why a value is refused, as a {@link BadValue}, or nothing
 * @param when whether the setting means anything with the answers so far
 * @param needed whether it must have a value, given or by default
 * @param source where a value may be read from before parsing
 * @param position 0 for a flag only; 1 and up: it may stand as the n-th word of the command
 * @param advanced whether forms leave it out until advanced settings are asked for
 */
public record Field<T>(
    String key,
    String label,
    String help,
    Type<T> type,
    BiFunction<Facts, Answers, Optional<T>> fallback,
    Function<Facts, List<Choice>> choices,
    Rule<T> rule,
    Predicate<Answers> when,
    boolean needed,
    Source source,
    int position,
    boolean advanced) {

  /**
   * A value to choose and what is known of it.
   *
   * @param about a few words
   * @param category what it belongs to, for long lists; may be empty
   * @param details name and text of what else there is to know; asked for one choice at a time
   * @param usual whether it is what most people take, so that lists begin at it
   */
  public record Choice(
      String value,
      String about,
      String category,
      Supplier<SequencedMap<String, String>> details,
      boolean usual) {

    /** One that needs no more words. */
    public Choice(String value, String about) {
      this(value, about, "", LinkedHashMap::new, false);
    }

    /** Values of which nothing else is known. */
    public static List<Choice> plain(List<String> values) {
      return values.stream().map(value -> new Choice(value, "")).toList();
    }

    /** The same as one of a category. */
    public Choice in(String group) {
      return new Choice(value, about, group, details, usual);
    }

    /** The same with more to know. */
    public Choice with(Supplier<SequencedMap<String, String>> more) {
      return new Choice(value, about, category, more, usual);
    }

    /** The same as the one that most people take, or not. */
    public Choice usually(boolean now) {
      return new Choice(value, about, category, details, now);
    }
  }

  /** What can be chosen where only the type says so. */
  private record WordsOf(Type<?> type) implements Function<Facts, List<Choice>> {
    @Override
    public List<Choice> apply(Facts facts) {
      return type.words().stream().map(word -> new Choice(word, "")).toList();
    }
  }

  /** Refuses a value with a reason that depends on the target or on earlier answers. */
  @FunctionalInterface
  public interface Rule<T> {
    Optional<BadValue> refuse(T value, Facts facts, Answers answers);
  }

  /** Where a raw value may point to; resolved before reading, so that reading stays pure. */
  public enum Source {
    /** The text itself. */
    TEXT,
    /** Public keys: {@code agent}, {@code host}, a file name, or a key itself; one a line. */
    SSH_KEYS,
    /** The text of a file, by the file's name; text of more than one line stands for itself. */
    FILE,
    /** Names of files of this machine, one a line: each becomes absolute, and must be readable. */
    PATH,
    /** The text itself, or {@code host}: the setting of that key of this machine. */
    HOST,
    /** Certificates: {@code host}, file names, or PEM itself; one a line. */
    CERTIFICATES,
    /** Keys of other settings, which take the value {@code host} where they have none. */
    INHERIT,
    /** The name of a secret, written {@code secret:NAME}; never resolved before the run. */
    SECRET,
    /**
     * The same, or a password's crypt hash; where it is asked for, the password itself may be typed
     * unseen, and its hash is what is kept.
     */
    PASSWORD,
    /**
     * Files for the guest, one a line as {@code LOCAL:GUEST-PATH} or {@code LOCAL:GUEST-PATH:MODE};
     * each becomes {@code GUEST-PATH:MODE:base64:CONTENT}, which may also be given as it is.
     */
    GUEST_FILES;

    /** Whether the text must not be shown. */
    public boolean hidden() {
      return this == SECRET || this == PASSWORD;
    }
  }

  /** An optional setting without default. */
  public static <T> Field<T> of(String key, String label, Type<T> type, String help) {
    return new Field<>(
        key,
        label,
        help,
        type,
        (facts, answers) -> Optional.empty(),
        new WordsOf(type),
        (value, facts, answers) -> Optional.empty(),
        answers -> true,
        false,
        Source.TEXT,
        0,
        false);
  }

  /** With a fixed default. */
  public Field<T> byDefault(T value) {
    return byDefault((facts, answers) -> Optional.of(value));
  }

  /** With a default read from the target or from earlier answers. */
  public Field<T> byDefault(BiFunction<Facts, Answers, Optional<T>> fallbackNow) {
    return new Field<>(
        key,
        label,
        help,
        type,
        fallbackNow,
        choices,
        rule,
        when,
        needed,
        source,
        position,
        advanced);
  }

  public Field<T> choosing(Function<Facts, List<Choice>> choicesNow) {
    return new Field<>(
        key,
        label,
        help,
        type,
        fallback,
        choicesNow,
        rule,
        when,
        needed,
        source,
        position,
        advanced);
  }

  public Field<T> ruled(Rule<T> ruleNow) {
    return new Field<>(
        key, label, help, type, fallback, choices, ruleNow, when, needed, source, position,
        advanced);
  }

  public Field<T> onlyWhen(Predicate<Answers> whenNow) {
    return new Field<>(
        key, label, help, type, fallback, choices, rule, whenNow, needed, source, position,
        advanced);
  }

  /** Must have a value. */
  public Field<T> mandatory() {
    return new Field<>(
        key, label, help, type, fallback, choices, rule, when, true, source, position, advanced);
  }

  public Field<T> from(Source sourceNow) {
    return new Field<>(
        key, label, help, type, fallback, choices, rule, when, needed, sourceNow, position,
        advanced);
  }

  /** May stand as the n-th word after the command, 1 for the first. */
  public Field<T> at(int word) {
    return new Field<>(
        key, label, help, type, fallback, choices, rule, when, needed, source, word, advanced);
  }

  /** Forms leave it out until advanced settings are asked for. */
  public Field<T> asAdvanced() {
    return new Field<>(
        key, label, help, type, fallback, choices, rule, when, needed, source, position, true);
  }

  /** Whether what can be chosen comes from elsewhere than its type: from files or the target. */
  public boolean looksAround() {
    return !(choices instanceof WordsOf);
  }

  /** The environment variable, for example {@code PROXKILN_SSH_KEYS}. */
  public String variable() {
    return variable(key);
  }

  /** The environment variable of a key. */
  public static String variable(String key) {
    return "PROXKILN_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
