package dev.proxkiln.template.preflight;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The x86-64 level of a host's processors.
 *
 * @param level 1 to 4, as in the x86-64 psABI
 * @param aes whether it has AES-NI, which QEMU's model {@code x86-64-v2-AES} adds to level 2
 */
record Processor(int level, boolean aes) {

  /** What each level adds, by the names of the Linux kernel; {@code abm} stands for lzcnt. */
  private static final List<Set<String>> LEVELS =
      List.of(
          Set.of("cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"),
          Set.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"),
          Set.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"));

  /**
   * Reads the flags.
   *
   * @param flags as in {@code /proc/cpuinfo}, separated by spaces; empty when the node does not say
   */
  static Optional<Processor> of(String flags) {
    if (flags.isBlank()) {
      return Optional.empty();
    }
    Set<String> has = new HashSet<>(Arrays.asList(flags.strip().split("\\s+")));
    int level = 1;
    for (Set<String> added : LEVELS) {
      if (!has.containsAll(added)) {
        break;
      }
      level++;
    }
    return Optional.of(new Processor(level, has.contains("aes")));
  }

  /** Whether a guest with a CPU type can start here; types that say no level can. */
  boolean runs(String cpuType) {
    return switch (cpuType) {
      case "x86-64-v2" -> level >= 2;
      case "x86-64-v2-AES" -> level >= 2 && aes;
      case "x86-64-v3" -> level >= 3;
      case "x86-64-v4" -> level >= 4;
      default -> true;
    };
  }

  /** For example {@code x86-64-v3}. */
  String word() {
    return "x86-64-v" + level;
  }
}
