package dev.proxkiln.template.part;

/** Where a template's disk comes from: checked, and ready to be planned. A record. */
public interface Source {

  /** What it is. */
  Subject subject();

  /**
   * Adds the steps that get the disk ({@link Draft.Phase#OBTAIN}), says what comes out ({@link
   * Draft#content(Content)}) and where it is from ({@link Draft#madeFrom}, {@link Draft#note}).
   */
  void plan(Draft draft);
}
