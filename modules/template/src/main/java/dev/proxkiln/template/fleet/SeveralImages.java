package dev.proxkiln.template.fleet;

import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One call for several images: every setting counts for each of them, except that VM IDs are
 * counted up from the one given, and a name holds {@code {image}}, so that no two are the same.
 */
public final class SeveralImages {
  /** The setting that may be given several times. */
  public static final String IMAGE = "image";

  /** Stands for the image in a name. */
  public static final String PLACE = "{image}";

  private static final String NAME = "name";
  private static final String VMID = "vmid";

  private SeveralImages() {}

  /**
   * The settings of each template.
   *
   * @return at least one; or {@code invalid-value}: a name that several would have, an image that
   *     is named twice
   */
  public static Checked<List<Values>> of(Values values) {
    Optional<Values.Value> image = values.find(IMAGE);
    List<String> words =
        image
            .map(given -> given.raw().lines().map(String::strip).filter(w -> !w.isEmpty()).toList())
            .orElse(List.of());
    if (words.size() < 2) {
      return new Checked.Valid<>(
          List.of(words.isEmpty() ? values : named(values, words.getFirst())));
    }
    List<Problem> problems = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (String word : words) {
      if (!seen.add(word)) {
        problems.add(twice(image.get().origin(), word));
      }
    }
    values
        .find(NAME)
        .filter(name -> !name.raw().contains(PLACE))
        .ifPresent(name -> problems.add(sameName(name, words.size())));
    if (!problems.isEmpty()) {
      return new Checked.Invalid<>(problems);
    }
    List<Values> all = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      Values one = values.with(IMAGE, words.get(i), image.get().origin());
      all.add(numbered(named(one, words.get(i)), i));
    }
    return new Checked.Valid<>(all);
  }

  private static Values named(Values values, String image) {
    return values
        .find(NAME)
        .filter(name -> name.raw().contains(PLACE))
        .map(
            name ->
                values.with(
                    NAME, name.raw().replace(PLACE, image.replace('.', '-')), name.origin()))
        .orElse(values);
  }

  private static Values numbered(Values values, int position) {
    return values
        .find(VMID)
        .filter(vmid -> vmid.raw().strip().matches("\\d{1,9}"))
        .map(
            vmid ->
                values.with(
                    VMID,
                    Long.toString(Long.parseLong(vmid.raw().strip()) + position),
                    vmid.origin()))
        .orElse(values);
  }

  private static Problem twice(Origin origin, String image) {
    return CoreSlug.INVALID_VALUE.problem(
        origin.name(IMAGE),
        "Image '" + image + "' is named twice.",
        "Two templates of one image need names of their own.",
        "Name it once, or make the second one by a call of its own with --name.");
  }

  private static Problem sameName(Values.Value name, int count) {
    return CoreSlug.INVALID_VALUE.problem(
        name.origin().name(NAME),
        "Name '" + name.raw() + "' would be that of " + count + " templates.",
        "",
        "Write "
            + PLACE
            + " where the image belongs, for example "
            + name.raw()
            + "-"
            + PLACE
            + ", or leave it out.");
  }
}
