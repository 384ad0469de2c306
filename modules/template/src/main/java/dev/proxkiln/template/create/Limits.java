package dev.proxkiln.template.create;

import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Needs;

/** Sizes in bytes, and what an image needs of them. */
final class Limits {
  static final long MEBIBYTE = 1L << 20;
  static final long GIBIBYTE = 1L << 30;

  /** LVM rounds sizes up to this, so other sizes would not come back as they were given. */
  static final long GRAIN = 4 * MEBIBYTE;

  private Limits() {}

  /** The least size of the first disk. */
  static long disk(Needs needs) {
    return Math.max(needs.minDisk(), needs.virtualSize().orElse(0L));
  }

  /** The same, as a size that every storage can have; where nothing is known, what PVE offers. */
  static long evenDisk(Needs needs) {
    long least = disk(needs);
    return least == 0 ? 32 * GIBIBYTE : (least + GRAIN - 1) / GRAIN * GRAIN;
  }

  static BadValue tooSmall(String what, long least) {
    return new BadValue(
        "is less than the " + Type.printSize(least) + " of " + what + " that the image needs",
        "Give " + Type.printSize(least) + " or more.");
  }
}
