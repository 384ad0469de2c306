package dev.proxkiln.template.customise;

/** What works on a copy of an image. */
public enum Tool {
  /** A small virtual machine of its own: nothing of the image runs on this machine's kernel. */
  LIBGUESTFS("libguestfs"),
  /** A block device of the image and a container in it: fast, on this machine's kernel. */
  BLOCK("block");

  private final String word;

  Tool(String word) {
    this.word = word;
  }

  /** The word of {@code --customize-with}. */
  public String word() {
    return word;
  }

  /** The tool of a word. */
  public static Tool of(String word) {
    return word.equals(BLOCK.word) ? BLOCK : LIBGUESTFS;
  }
}
