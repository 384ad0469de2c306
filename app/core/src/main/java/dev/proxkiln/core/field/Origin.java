package dev.proxkiln.core.field;

/**
 * Where a value came from.
 *
 * @param kind the layer
 * @param detail file name, variable or flag; empty where the kind says it all
 */
public record Origin(Kind kind, String detail) {

  /** The layers, the weakest first; a profile stands above the layer that chose it. */
  public enum Kind {
    DEFAULT,
    CLUSTER_FILE,
    SYSTEM_FILE,
    USER_FILE,
    PROJECT_FILE,
    PROFILE,
    SPEC_FILE,
    ENVIRONMENT,
    FLAG,
    TYPED
  }

  public static Origin byDefault() {
    return new Origin(Kind.DEFAULT, "");
  }

  public static Origin flag(String name) {
    return new Origin(Kind.FLAG, name);
  }

  /**
   * Names the setting as the user wrote it, for example {@code --memory} or {@code memory in
   * web.yaml}.
   */
  public String name(String key) {
    return switch (kind) {
      case DEFAULT, FLAG -> "--" + key;
      case ENVIRONMENT -> detail;
      case CLUSTER_FILE, SYSTEM_FILE, USER_FILE, PROJECT_FILE, PROFILE, SPEC_FILE ->
          key + " in " + detail;
      case TYPED -> key;
    };
  }
}
