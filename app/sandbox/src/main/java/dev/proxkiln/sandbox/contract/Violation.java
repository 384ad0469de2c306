package dev.proxkiln.sandbox.contract;

/**
 * One reason why a node would refuse a call.
 *
 * @param parameter the parameter's name, with {@code .key} for a key of a property string; empty
 *     when the whole call is unknown
 * @param reason the node's words
 */
public record Violation(String parameter, String reason) {
  @Override
  public String toString() {
    return parameter.isEmpty() ? reason : parameter + ": " + reason;
  }
}
