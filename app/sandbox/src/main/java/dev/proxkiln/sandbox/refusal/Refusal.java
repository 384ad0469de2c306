package dev.proxkiln.sandbox.refusal;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** An answer other than success, with the status and the words a Proxmox VE node would use. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient SortedMap<String, String> errors;

  private Refusal(int status, String message, Map<String, String> errors) {
    super(message, null, false, true);
    this.status = status;
    this.errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
  }

  /** An ordinary failure: status 500 and the message. */
  public static Refusal failed(String message) {
    return new Refusal(500, message, Map.of());
  }

  /** Bad parameters: status 400, the fixed headline and one reason per parameter. */
  public static Refusal parameters(Map<String, String> errors) {
    return new Refusal(400, "Parameter verification failed.", errors);
  }

  /** One bad parameter. */
  public static Refusal parameter(String name, String why) {
    return parameters(Map.of(name, why));
  }

  /**
   * A missing privilege: status 403.
   *
   * @param what path and privileges, empty for none
   */
  public static Refusal forbidden(String what) {
    String detail = what.isEmpty() ? "" : " (" + what + ")";
    return new Refusal(403, "Permission check failed" + detail, Map.of());
  }

  /** No, a wrong or an expired login: status 401, and the answer has no body. */
  public static Refusal unauthorized(String message) {
    return new Refusal(401, message, Map.of());
  }

  /** Status 501: no such method, or one that the sandbox does not have. */
  public static Refusal notImplemented(String message) {
    return new Refusal(501, message, Map.of());
  }

  /** Status 595: the node that the call is for cannot be reached by the one that was asked. */
  public static Refusal unreachable(String message) {
    return new Refusal(595, message, Map.of());
  }

  /** The HTTP status, 400 to 599. */
  public int status() {
    return status;
  }

  /** The reason per parameter, empty unless the status is 400. */
  public SortedMap<String, String> errors() {
    return errors;
  }

  /** Message without a trailing newline, never null. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }

  /**
   * The message as a command prints it: status, headline and one {@code name: reason} line each.
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (status != 500) {
      text.append(status).append(' ');
    }
    text.append(getMessage());
    errors.forEach((name, why) -> text.append('\n').append(name).append(": ").append(why));
    return text.toString();
  }
}
