package dev.proxkiln.config;

import java.util.List;

/** Finds public SSH keys. */
@FunctionalInterface
public interface KeySource {

  /**
   * The public keys behind a word, each on one line as in {@code authorized_keys}.
   *
   * @param word {@code agent}, {@code host}, a file name, or a key itself
   * @throws dev.proxkiln.core.problem.ProblemException when there are none, or they are no keys
   */
  List<String> keys(String word);
}
