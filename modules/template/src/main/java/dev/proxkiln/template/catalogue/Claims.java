package dev.proxkiln.template.catalogue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Who may be called what. No name means two images; but an image in a file of the user's takes its
 * names from ours: one of ours with that ID is hidden, and an alias is given up.
 */
final class Claims {

  private final Predicate<String> own;
  private final BiConsumer<String, String> faults;
  private final Map<String, String> names = new HashMap<>();

  /**
   * Claims.
   *
   * @param own whether a file is the user's
   * @param faults is told a file and what is wrong in it
   */
  Claims(Predicate<String> own, BiConsumer<String, String> faults) {
    this.own = own;
    this.faults = faults;
  }

  /** The images of each file that are left, with the names that are left to them. */
  Map<String, List<Listed>> settle(Map<String, List<Listed>> files) {
    Map<String, List<Listed>> left = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    files.forEach(
        (file, images) -> {
          if (own.test(file)) {
            images.forEach(image -> claim(file, image));
          }
        });
    taken.addAll(names.keySet());
    files.forEach(
        (file, images) -> {
          if (own.test(file)) {
            left.put(file, images);
            return;
          }
          List<Listed> kept = new ArrayList<>();
          for (Listed image : images) {
            if (!taken.contains(image.id())) {
              Listed freed = image.without(taken);
              kept.add(freed);
              claim(file, freed);
            }
          }
          left.put(file, kept);
        });
    return left;
  }

  private void claim(String file, Listed image) {
    claim(file, image, image.id());
    image.aliases().forEach(alias -> claim(file, image, alias));
  }

  private void claim(String file, Listed image, String word) {
    String before = names.putIfAbsent(word, file);
    if (before != null) {
      faults.accept(
          file,
          "image '"
              + image.id()
              + "' is called '"
              + word
              + "', a name that "
              + before
              + " gives to another image");
    }
  }
}
