package dev.proxkiln.template.cloudinit;

/**
 * Something wrong in a text.
 *
 * @param line line of the text, from 1; 0 for the text as a whole
 * @param what for people, without a period, for example {@code 'packagess' is no key that
 *     cloud-init knows}
 */
public record Fault(int line, String what) {
  /** {@code line 3: ...}. */
  @Override
  public String toString() {
    return line == 0 ? what : "line " + line + ": " + what;
  }
}
