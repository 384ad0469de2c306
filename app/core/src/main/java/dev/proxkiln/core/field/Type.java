package dev.proxkiln.core.field;

import dev.proxkiln.core.tree.Tree;
import java.math.BigDecimal;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a setting's text becomes a value and back: {@code parse(print(x)) = x}.
 *
 * @param name for help, for example {@code SIZE}
 * @param parse text to value; throws {@link BadValue}
 * @param print value to text
 * @param jsonSchema the JSON Schema keywords of one value
 * @param words the only words it accepts, for completion; empty when it is open
 * @param many whether the value is a list, one element a line
 * @param group the settings that each element consists of; empty where it is one value
 */
public record Type<T>(
    String name,
    Function<String, T> parse,
    Function<T, String> print,
    Map<String, Object> jsonSchema,
    List<String> words,
    boolean many,
    Optional<Group> group) {

  /** A type whose elements are one value each. */
  public Type(
      String name,
      Function<String, T> parse,
      Function<T, String> print,
      Map<String, Object> jsonSchema,
      List<String> words,
      boolean many) {
    this(name, parse, print, jsonSchema, words, many, Optional.empty());
  }

  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGT]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);

  private static <T> Type<T> of(
      String name,
      Function<String, T> parse,
      Function<T, String> print,
      Map<String, Object> schema) {
    return new Type<>(name, parse, print, schema, List.of(), false);
  }

  /** Text that matches a pattern as a whole. */
  public static Type<String> text(String name, String pattern, String next) {
    Pattern compiled = Pattern.compile(pattern);
    return of(
        name,
        raw -> {
          if (!compiled.matcher(raw).matches()) {
            throw new BadValue("is not a valid " + name.toLowerCase(Locale.ROOT), next);
          }
          return raw;
        },
        Function.identity(),
        Map.of("type", "string", "pattern", "^(?:" + pattern + ")$"));
  }

  /** Any text up to a length in characters. */
  public static Type<String> anyText(int most) {
    return of(
        "TEXT",
        raw -> {
          if (raw.length() > most) {
            throw new BadValue(
                "is " + raw.length() + " characters long", "Give at most " + most + " characters.");
          }
          return raw;
        },
        Function.identity(),
        Map.of("type", "string", "maxLength", most));
  }

  /**
   * The text of a file, for settings of {@link Field.Source#FILE}; how it must look is for others
   * to say, since a whole file is no text for a message.
   */
  public static Type<String> document() {
    return of("FILE", Function.identity(), Function.identity(), Map.of("type", "string"));
  }

  /** A whole number in a range, both ends included. */
  public static Type<Long> integer(long least, long most) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("integer", "string"));
    schema.put("minimum", least);
    schema.put("maximum", most);
    schema.put("pattern", "^\\s*[+-]?\\d+\\s*$");
    String range = "Give a whole number from " + least + " to " + most + ".";
    return of(
        "NUMBER",
        raw -> {
          long number;
          try {
            number = Long.parseLong(raw.strip());
          } catch (NumberFormatException e) {
            throw new BadValue("is not a whole number", range);
          }
          if (number < least || number > most) {
            throw new BadValue("is out of range", range);
          }
          return number;
        },
        Object::toString,
        schema);
  }

  /**
   * Yes or no; {@code true/false}, {@code yes/no}, {@code on/off} and {@code 1/0} are understood.
   */
  public static Type<Boolean> flag() {
    return new Type<>(
        "FLAG",
        raw ->
            switch (raw.strip().toLowerCase(Locale.ROOT)) {
              case "true", "yes", "on", "1" -> true;
              case "false", "no", "off", "0" -> false;
              default -> throw new BadValue("is neither yes nor no", "Give true or false.");
            },
        Object::toString,
        Map.of("enum", List.of(true, false, 1, 0, "true", "false", "yes", "no", "on", "off")),
        List.of("true", "false"),
        false);
  }

  /** One of the given words. */
  public static Type<String> word(String name, String... words) {
    List<String> known = List.of(words);
    return new Type<>(
        name,
        raw -> {
          if (!known.contains(raw)) {
            throw new BadValue(
                "is not one of them", "Give one of: " + String.join(", ", known) + ".");
          }
          return raw;
        },
        Function.identity(),
        Map.of("enum", known),
        known,
        false);
  }

  /**
   * A size in bytes, with a unit of 1024: {@code 512M}, {@code 10G}, {@code 1.5T}.
   *
   * @param unit what a bare number means: {@code M} or {@code G}
   * @param least smallest value in bytes
   * @param most largest value in bytes
   * @param grain the value must be a multiple of this many bytes
   */
  public static Type<Long> size(String unit, long least, long most, long grain) {
    String next =
        "Give a size from "
            + printSize(least)
            + " to "
            + printSize(most)
            + ", for example "
            + printSize(Math.max(least, 2 * factor(unit)))
            + ".";
    return of(
        "SIZE",
        raw -> {
          Matcher matcher = SIZE.matcher(raw.strip());
          if (!matcher.matches()) {
            throw new BadValue("is not a size", next);
          }
          String given =
              matcher.group(2).isEmpty() ? unit : matcher.group(2).toUpperCase(Locale.ROOT);
          BigDecimal bytes =
              new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(factor(given)));
          if (bytes.compareTo(BigDecimal.valueOf(least)) < 0
              || bytes.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new BadValue("is out of range", next);
          }
          if (bytes.remainder(BigDecimal.valueOf(grain)).signum() != 0) {
            throw new BadValue(
                "is not a multiple of " + printSize(grain),
                "Round it to " + printSize(grain) + ".");
          }
          return bytes.longValueExact();
        },
        Type::printSize,
        Map.of(
            "type",
            List.of("string", "integer", "number"),
            "pattern",
            "^\\s*\\d+(?:\\.\\d+)?\\s*[KMGTkmgt]?(?:[iI]?[bB])?\\s*$"));
  }

  private static long factor(String unit) {
    return switch (unit) {
      case "K" -> 1L << 10;
      case "M" -> 1L << 20;
      case "G" -> 1L << 30;
      case "T" -> 1L << 40;
      default -> 1;
    };
  }

  /** A size in the largest unit that divides it evenly, as PVE prints it: {@code 10G}. */
  public static String printSize(long bytes) {
    for (String unit : List.of("T", "G", "M", "K")) {
      if (bytes != 0 && bytes % factor(unit) == 0) {
        return bytes / factor(unit) + unit;
      }
    }
    return bytes + "B";
  }

  /**
   * A DNS name as PVE takes it for guests: labels of letters, digits and dashes, at most 63 each.
   */
  public static Type<String> dnsName() {
    String label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    return text(
        "NAME",
        "(?=.{1,253}$)" + label + "(?:\\." + label + ")*",
        "Use letters, digits and dashes, for example web-1.");
  }

  /** An IP address; {@code family} is 4, 6, or 0 for either. */
  public static Type<String> address(int family) {
    return of(
        "ADDRESS",
        raw -> {
          literal(raw.strip(), family);
          return raw.strip();
        },
        Function.identity(),
        Map.of("type", "string"));
  }

  /**
   * An address with its prefix length, for example {@code 192.0.2.10/24}; words pass as they are.
   */
  public static Type<String> network(int family, String... words) {
    List<String> known = List.of(words);
    String example = family == 4 ? "192.0.2.10/24" : "2001:db8::10/64";
    String next =
        "Give "
            + (known.isEmpty() ? "" : String.join(", ", known) + " or ")
            + "an address with its prefix length, for example "
            + example
            + ".";
    return new Type<>(
        "ADDRESS",
        raw -> {
          String value = raw.strip();
          if (known.contains(value)) {
            return value;
          }
          int slash = value.indexOf('/');
          if (slash < 0) {
            throw new BadValue("has no prefix length", next);
          }
          literal(value.substring(0, slash), family);
          int most = family == 4 ? 32 : 128;
          String length = value.substring(slash + 1);
          if (!length.matches("\\d{1,3}")
              || Integer.parseInt(length) > most
              || Integer.parseInt(length) < 1) {
            throw new BadValue("has a prefix length outside 1 to " + most, next);
          }
          return value;
        },
        Function.identity(),
        Map.of("type", "string"),
        known,
        false);
  }

  private static void literal(String text, int family) {
    String wanted = family == 0 ? "IP" : "IPv" + family;
    String next =
        "Give an "
            + wanted
            + " address, for example "
            + (family == 6 ? "2001:db8::1" : "192.0.2.1")
            + ".";
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      boolean four = address instanceof Inet4Address;
      // ofLiteral also takes 127.1 and the like; PVE wants four numbers.
      boolean dotted = text.matches("(?:\\d{1,3}\\.){3}\\d{1,3}");
      if ((four && (family == 6 || !dotted)) || (!four && family == 4)) {
        throw new BadValue("is not an " + wanted + " address", next);
      }
    } catch (IllegalArgumentException e) {
      throw new BadValue("is not an " + wanted + " address", next);
    }
  }

  /**
   * A number with decimals.
   *
   * @param least as text, like {@code most}: no {@link BigDecimal} is made before one is needed,
   *     because its class takes long to load
   * @param scale most digits after the point
   */
  public static Type<BigDecimal> decimal(String least, String most, int scale) {
    String next = "Give a number from " + least + " to " + most + ".";
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("number", "string"));
    schema.put("minimum", number(least));
    schema.put("maximum", number(most));
    schema.put("pattern", "^\\s*\\d{1,9}(?:\\.\\d{1," + scale + "})?\\s*$");
    return of(
        "NUMBER",
        raw -> {
          String text = raw.strip();
          if (!text.matches("\\d{1,9}(?:\\.\\d{1," + scale + "})?")) {
            throw new BadValue("is not such a number", next);
          }
          BigDecimal number = new BigDecimal(text);
          if (number.compareTo(new BigDecimal(least)) < 0
              || number.compareTo(new BigDecimal(most)) > 0) {
            throw new BadValue("is out of range", next);
          }
          return number;
        },
        BigDecimal::toPlainString,
        schema);
  }

  private static Number number(String text) {
    if (text.contains(".")) {
      return Double.valueOf(text);
    }
    return Long.valueOf(text);
  }

  /** A list of values, one a line; where {@code separators} is given, split at those too. */
  public static <E> Type<List<E>> listOf(Type<E> element, String separators) {
    Pattern split = Pattern.compile(separators.isEmpty() ? "\\R" : "\\R|[" + separators + "]");
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("array", "string"));
    schema.put("items", element.jsonSchema());
    return new Type<>(
        element.name(),
        raw -> elements(element, split.split(raw)),
        list -> list.stream().map(element.print()).collect(Collectors.joining("\n")),
        schema,
        element.words(),
        true,
        element.group());
  }

  private static <E> List<E> elements(Type<E> element, String[] parts) {
    List<E> values = new ArrayList<>();
    Refusals refusals = new Refusals();
    for (String part : parts) {
      String one = part.strip();
      if (one.isEmpty()) {
        continue;
      }
      try {
        values.add(element.parse().apply(one));
      } catch (BadValue e) {
        refusals.add("holds '" + one + "', which " + e.why(), e.next());
      }
    }
    refusals.raise();
    return List.copyOf(values);
  }

  /**
   * The text of a YAML or JSON value for this type: list entries one a line, as a group if maps.
   */
  public static Optional<String> raw(Object tree) {
    return switch (tree) {
      case List<?> list ->
          list.stream().noneMatch(List.class::isInstance)
              ? Optional.of(
                  list.stream()
                      .map(
                          item ->
                              item instanceof Map<?, ?> map ? Group.lineOf(map) : Tree.text(item))
                      .collect(Collectors.joining("\n")))
              : Optional.empty();
      case Map<?, ?> _ -> Optional.empty();
      default -> Optional.of(Tree.text(tree));
    };
  }
}
