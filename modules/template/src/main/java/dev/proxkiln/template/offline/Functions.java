package dev.proxkiln.template.offline;

/** The functions that work inside a guest, for scripts of others that run there. */
public final class Functions {
  private Functions() {}

  /**
   * The text of a POSIX shell script that defines them and calls none; {@code sysprep} removes what
   * only one machine may have, with the caches of the package manager that {@code $manager} names.
   */
  public static String script() {
    return OfflinePlan.resource("guest.sh");
  }
}
