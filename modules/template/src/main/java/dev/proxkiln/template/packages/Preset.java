package dev.proxkiln.template.packages;

import java.util.List;

/**
 * A set of packages for a purpose.
 *
 * @param packages IDs without which it is not what it says
 * @param whereAvailable IDs that it takes where the distribution has them
 */
public record Preset(
    String id, String title, String about, List<String> packages, List<String> whereAvailable) {}
