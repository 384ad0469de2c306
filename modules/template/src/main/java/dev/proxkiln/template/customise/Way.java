package dev.proxkiln.template.customise;

/** When a customisation is done. */
public enum Way {
  /** On a copy of the image, before it is imported: once, and clones start finished. */
  OFFLINE("offline"),
  /** By cloud-init, at the first boot of every clone. */
  FIRST_BOOT("first-boot");

  private final String word;

  Way(String word) {
    this.word = word;
  }

  /** The word of {@code --customize}. */
  public String word() {
    return word;
  }
}
