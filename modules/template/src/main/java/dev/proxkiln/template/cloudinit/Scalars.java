package dev.proxkiln.template.cloudinit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a plain scalar means in YAML 1.1, as PyYAML and so cloud-init read it: {@code yes} is true
 * and {@code 0644} is 420. Jackson and newer libraries read YAML 1.2, where they are not.
 */
final class Scalars {
  private static final Pattern TRUE = Pattern.compile("yes|Yes|YES|true|True|TRUE|on|On|ON");
  private static final Pattern FALSE = Pattern.compile("no|No|NO|false|False|FALSE|off|Off|OFF");
  private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:0|[1-9][0-9_]*)");
  private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7_]+");
  private static final Pattern HEX = Pattern.compile("[-+]?0x[0-9a-fA-F_]+");
  private static final Pattern BINARY = Pattern.compile("[-+]?0b[01_]+");
  private static final Pattern SIXTIETHS = Pattern.compile("[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?");

  private Scalars() {}

  /** The value of a plain scalar; empty for null. */
  static Optional<Object> of(String text) {
    if (NULL.matcher(text).matches()) {
      return Optional.empty();
    }
    if (TRUE.matcher(text).matches()) {
      return Optional.of(true);
    }
    if (FALSE.matcher(text).matches()) {
      return Optional.of(false);
    }
    String digits = text.replace("_", "");
    try {
      if (DECIMAL.matcher(text).matches()) {
        return Optional.of(new BigInteger(digits));
      }
      if (OCTAL.matcher(text).matches()) {
        return Optional.of(new BigInteger(digits, 8));
      }
      if (HEX.matcher(text).matches()) {
        return Optional.of(new BigInteger(digits.replaceFirst("0x", ""), 16));
      }
      if (BINARY.matcher(text).matches()) {
        return Optional.of(new BigInteger(digits.replaceFirst("0b", ""), 2));
      }
      if (FLOAT.matcher(text).matches()) {
        return Optional.of(new BigDecimal(digits));
      }
    } catch (NumberFormatException e) {
      return Optional.of(text);
    }
    return Optional.of(SIXTIETHS.matcher(text).matches() ? sixtieths(digits) : text);
  }

  private static BigInteger sixtieths(String text) {
    boolean negative = text.startsWith("-");
    BigInteger sum = BigInteger.ZERO;
    for (String part : text.replaceFirst("^[-+]", "").split(":", -1)) {
      sum = sum.multiply(BigInteger.valueOf(60)).add(new BigInteger(part));
    }
    return negative ? sum.negate() : sum;
  }
}
