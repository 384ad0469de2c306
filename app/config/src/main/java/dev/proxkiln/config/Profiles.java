package dev.proxkiln.config;

import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Settings for several clusters, each under a name, from the {@code profiles} of settings files. A
 * stronger file adds to a profile of a weaker one. The one that is chosen counts above the layer
 * that chose it.
 */
final class Profiles {
  /** The setting that chooses one. */
  static final String CHOICE = "profile";

  /** Chooses none, whatever weaker layers say. */
  static final String NONE = "none";

  /** What leads to a target and must not lead to another: a token is not for everybody. */
  private static final Set<String> WAY = Set.of("node", "token", "fingerprint");

  private static final String TARGET = "target";

  private final Map<String, Values> known = new TreeMap<>();

  /** Adds a value to a profile. */
  void add(String profile, String key, String raw) {
    known.merge(
        profile,
        Values.none().with(key, raw, new Origin(Origin.Kind.PROFILE, "profile '" + profile + "'")),
        Values::overlay);
  }

  /** That there is such a profile, whatever it holds. */
  void name(String profile) {
    known.putIfAbsent(profile, Values.none());
  }

  /**
   * Layers over each other, the weakest first, with the profile that the strongest of them chooses.
   *
   * @param given how many of the last stand above a profile that they choose themselves
   */
  Values fold(List<Values> layers, int given, List<Problem> problems) {
    int chooser = -1;
    for (int i = 0; i < layers.size(); i++) {
      chooser = layers.get(i).find(CHOICE).isPresent() ? i : chooser;
    }
    List<Values> all = new ArrayList<>(layers);
    if (chooser >= 0) {
      Values.Value choice = layers.get(chooser).find(CHOICE).orElseThrow();
      int place = chooser >= layers.size() - given ? chooser : chooser + 1;
      chosen(choice, problems).ifPresent(profile -> all.add(place, profile));
    }
    return all.stream().reduce(Values.none(), Profiles::over);
  }

  private Optional<Values> chosen(Values.Value choice, List<Problem> problems) {
    String name = choice.raw().strip();
    if (name.isEmpty() || name.equals(NONE)) {
      return Optional.empty();
    }
    if (!known.containsKey(name)) {
      problems.add(
          ConfigSlug.PROFILE_UNKNOWN.problem(
              choice.origin().name(CHOICE),
              "There is no profile '" + name + "'.",
              known.isEmpty()
                  ? "No settings file has profiles."
                  : "There are: " + String.join(", ", known.keySet()) + ".",
              Nearest.to(name, known.keySet())
                  .map(near -> "Did you mean '" + near + "'?")
                  .orElse("Make it with: proxkiln profile add " + name)));
    }
    return Optional.ofNullable(known.get(name));
  }

  /** Whoever names another target leaves behind what files say of the way to the one before. */
  private static Values over(Values weaker, Values stronger) {
    Optional<String> target = stronger.find(TARGET).map(Values.Value::raw);
    Optional<String> before = weaker.find(TARGET).map(Values.Value::raw);
    TreeMap<String, Values.Value> kept = new TreeMap<>(weaker.entries());
    if (target.isPresent() && before.isPresent() && !target.equals(before)) {
      kept.entrySet()
          .removeIf(entry -> WAY.contains(entry.getKey()) && isWritten(entry.getValue().origin()));
    }
    return new Values(kept).overlay(stronger);
  }

  private static boolean isWritten(Origin origin) {
    return switch (origin.kind()) {
      case CLUSTER_FILE, SYSTEM_FILE, USER_FILE, PROJECT_FILE, PROFILE, SPEC_FILE -> true;
      case DEFAULT, ENVIRONMENT, FLAG, TYPED -> false;
    };
  }
}
