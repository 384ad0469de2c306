package dev.proxkiln.template.install;

import dev.proxkiln.core.call.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The place of root's password hash in an answer file. Writers of YAML, JSON and XML take strings
 * only, so a word that no setting can hold stands for the hash until the file is whole.
 */
final class Hash {

  /** Cannot occur in {@link Settings}, and needs no quoting anywhere. */
  private static final String PLACE = "ROOT__PASSWORD__HASH";

  /**
   * A crypt hash that no password has. Not an exclamation mark: Debian's installer takes that for
   * no answer, and asks, from Debian 13 on.
   */
  private static final String LOCKED = "*";

  private Hash() {}

  /** What to write where the hash belongs. */
  static String place(Settings settings) {
    return settings.rootPassword().isPresent() ? PLACE : LOCKED;
  }

  /** The file with the secret in its place. */
  static Text put(String file, Settings settings) {
    Optional<String> secret = settings.rootPassword();
    if (secret.isEmpty()) {
      return Text.of(file);
    }
    List<Object> pieces = new ArrayList<>();
    int from = 0;
    for (int at = file.indexOf(PLACE); at >= 0; at = file.indexOf(PLACE, from)) {
      pieces.add(file.substring(from, at));
      pieces.add(Text.secret(secret.get()));
      from = at + PLACE.length();
    }
    pieces.add(file.substring(from));
    return Text.join(pieces.toArray());
  }
}
