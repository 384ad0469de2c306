package dev.proxkiln.host.release;

/** What an update goes through, in this order; a change back begins with {@link #CHECK}. */
public enum Stage {
  /** The archive, verified. */
  GET("get"),
  /** Its files, in the staging folder. */
  UNPACK("unpack"),
  /** What it says of itself where it is not in use yet. */
  CHECK("check"),
  /** A copy of the configuration. */
  BACKUP("backup"),
  /** The one rename. */
  SWITCH("switch"),
  /** What it says of itself in its place; else the switch is taken back. */
  PROVE("prove"),
  /** Links, start-up caches, old releases. */
  FINISH("finish");

  private final String word;

  Stage(String word) {
    this.word = word;
  }

  /** Its name for machines. */
  public String word() {
    return word;
  }

  /**
   * A stage of a plan.
   *
   * @param text what it will do, with real paths
   */
  public record Planned(Stage stage, String text) {}

  /** Follows an update. */
  public interface Watch {
    /** A stage begins. */
    void began(Planned planned);

    /** Bytes of the archive; total is -1 when the source does not say. */
    void progress(long done, long total);

    /** Something worth telling. */
    void note(String text);
  }
}
