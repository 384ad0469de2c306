package dev.proxkiln.pve.rest;

import dev.proxkiln.pve.problem.PveSlug;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who calls. Neither form prints its secret. */
public sealed interface Credentials {

  /** Whether calls run as root@pam itself: by ticket only, never by a token of root. */
  boolean rootSession();

  /** Who it is, without the secret: {@code USER@REALM} or {@code USER@REALM!TOKEN}. */
  String name();

  /**
   * An API token; needs no ticket and no CSRF token.
   *
   * @param name {@code USER@REALM!TOKEN}
   * @param secret the token's value, a UUID
   */
  record ApiToken(String name, String secret) implements Credentials {

    private static final Pattern FORM =
        Pattern.compile("([^\\s:/@!=]+@[A-Za-z][A-Za-z0-9._-]+![A-Za-z][A-Za-z0-9._-]+)[=:](\\S+)");

    /**
     * Reads {@code USER@REALM!TOKEN=SECRET}, with or without {@code PVEAPIToken=} before it.
     *
     * @throws dev.proxkiln.core.problem.ProblemException {@code login-failed}, which does not show
     *     the text
     */
    public static ApiToken parse(String text) {
      String bare = text.strip();
      String prefix = "PVEAPIToken=";
      Matcher form = FORM.matcher(bare.startsWith(prefix) ? bare.substring(prefix.length()) : bare);
      if (!form.matches()) {
        throw PveSlug.LOGIN_FAILED
            .problem(
                "API token",
                "The API token is not of the form USER@REALM!TOKEN=SECRET.",
                "",
                "Copy the token ID and its secret as the node showed them when it was made.")
            .raise();
      }
      return new ApiToken(form.group(1), form.group(2));
    }

    @Override
    public boolean rootSession() {
      return false;
    }

    String header() {
      return "PVEAPIToken=" + name + "=" + secret;
    }

    @Override
    public String toString() {
      return "ApiToken[" + name + "]";
    }
  }

  /**
   * A user with a password, who gets a ticket for two hours.
   *
   * @param name {@code USER@REALM}; without a realm it is {@code pam}
   */
  record Password(String name, String secret) implements Credentials {
    public Password {
      name = name.contains("@") ? name : name + "@pam";
    }

    @Override
    public boolean rootSession() {
      return name.equals("root@pam");
    }

    @Override
    public String toString() {
      return "Password[" + name + "]";
    }
  }
}
