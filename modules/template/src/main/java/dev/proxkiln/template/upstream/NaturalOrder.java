package dev.proxkiln.template.upstream;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Orders names so that numbers in them count as numbers: {@code a-9} before {@code a-10}. */
enum NaturalOrder implements Comparator<String> {
  /** The order. */
  INSTANCE;

  private static final Pattern PIECE = Pattern.compile("\\d+|\\D+");

  @Override
  public int compare(String one, String other) {
    List<String> left = pieces(one);
    List<String> right = pieces(other);
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = piece(left.get(i), right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static List<String> pieces(String text) {
    return PIECE.matcher(text).results().map(MatchResult::group).toList();
  }

  private static int piece(String one, String other) {
    boolean numbers = Character.isDigit(one.charAt(0)) && Character.isDigit(other.charAt(0));
    return numbers ? new BigInteger(one).compareTo(new BigInteger(other)) : one.compareTo(other);
  }
}
