package dev.proxkiln.sandbox.access;

/**
 * Whoever makes a call.
 *
 * @param id user such as {@code root@pam}, or token such as {@code root@pam!ci}; empty before login
 */
public record Caller(String id) {
  /** The administrator with a ticket: the only one for whom no privilege is ever checked. */
  public static final Caller ROOT = new Caller("root@pam");

  /** Nobody: calls that need no login. */
  public static final Caller NOBODY = new Caller("");

  /** Whether this is root's own session, which an API token of root is not. */
  public boolean isRoot() {
    return id.equals("root@pam");
  }

  /** Whether this is an API token. */
  public boolean isToken() {
    return id.indexOf('!') >= 0;
  }

  /** The user, without the token's name. */
  public String user() {
    int mark = id.indexOf('!');
    return mark < 0 ? id : id.substring(0, mark);
  }
}
