package dev.proxkiln.core.call;

import java.util.Locale;

/** The four verbs of the PVE API. */
public enum Verb {
  GET("get"),
  POST("create"),
  PUT("set"),
  DELETE("delete");

  private final String pvesh;

  Verb(String pvesh) {
    this.pvesh = pvesh;
  }

  /** The subcommand of {@code pvesh} for this verb. */
  public String pvesh() {
    return pvesh;
  }

  /** Whether the call changes nothing. */
  public boolean reads() {
    return this == GET;
  }

  /** Reads the HTTP name in any case. */
  public static Verb of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
