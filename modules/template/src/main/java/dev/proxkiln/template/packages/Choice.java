package dev.proxkiln.template.packages;

import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The packages that were chosen, in the words of one distribution.
 *
 * @param repositories packages that bring further repositories, to be installed before the others
 * @param names names to install, each once, in the order of the choice
 * @param leftOut IDs of a category or of the optional part of a preset that the distribution lacks
 * @param problems {@code package-unknown}, {@code package-unavailable}, {@code
 *     packages-unsupported}: every one
 */
public record Choice(
    List<String> repositories, List<String> names, List<String> leftOut, List<Problem> problems) {

  /** A name of the distribution, taken as it is. */
  public static final String RAW = "raw:";

  /**
   * What is asked for.
   *
   * @param packages IDs, or {@code raw:NAME}
   * @param categories IDs of categories
   * @param presets IDs of presets
   */
  public record Wish(List<String> packages, List<String> categories, List<String> presets) {
    boolean isEmpty() {
      return packages.isEmpty() && categories.isEmpty() && presets.isEmpty();
    }
  }

  /** Where the settings of a wish were written, for problems. */
  public record Places(String packages, String categories, String presets) {}

  /** Finds the names; everything that is wrong is in the result. */
  public static Choice of(Wish wish, Distribution distribution, PackageSets sets, Places places) {
    if (wish.isEmpty()) {
      return new Choice(List.of(), List.of(), List.of(), List.of());
    }
    return new Maker(distribution, sets).make(wish, places);
  }

  private static final class Maker {
    private final Distribution distribution;
    private final PackageSets sets;
    private final Set<String> repositories = new LinkedHashSet<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> leftOut = new LinkedHashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    Maker(Distribution distribution, PackageSets sets) {
      this.distribution = distribution;
      this.sets = sets;
    }

    Choice make(Wish wish, Places places) {
      if (!PackageEntry.MANAGERS.contains(distribution.manager())) {
        // Nothing more is said of each package then.
        return new Choice(List.of(), List.of(), List.of(), List.of(unsupported(wish, places)));
      }
      for (String id : wish.presets()) {
        sets.preset(id)
            .ifPresentOrElse(
                preset -> {
                  preset.packages().forEach(one -> needed(one, places.presets(), Optional.of(id)));
                  preset.whereAvailable().forEach(this::welcome);
                },
                () -> problems.add(unknownSet("preset", id, places.presets(), presetIds())));
      }
      for (String id : wish.categories()) {
        if (sets.categories().stream().noneMatch(category -> category.id().equals(id))) {
          problems.add(unknownSet("category", id, places.categories(), categoryIds()));
        }
        sets.entries().stream()
            .filter(entry -> entry.category().equals(id))
            .forEach(entry -> welcome(entry.id()));
      }
      for (String word : wish.packages()) {
        if (word.startsWith(RAW)) {
          names.add(word.substring(RAW.length()));
        } else {
          needed(word, places.packages(), Optional.empty());
        }
      }
      return new Choice(
          List.copyOf(repositories),
          List.copyOf(names),
          List.copyOf(leftOut),
          problems.stream().distinct().toList());
    }

    private List<String> presetIds() {
      return sets.presets().stream().map(Preset::id).toList();
    }

    private List<String> categoryIds() {
      return sets.categories().stream().map(Category::id).toList();
    }

    private void welcome(String id) {
      PackageEntry entry = sets.find(id).orElseThrow();
      if (entry.lack(distribution).isPresent()) {
        leftOut.add(id);
      } else {
        take(entry);
      }
    }

    private void needed(String id, String where, Optional<String> preset) {
      Optional<PackageEntry> entry = sets.find(id);
      if (entry.isEmpty()) {
        problems.add(unknown(id, where));
        return;
      }
      Optional<String> lack = entry.get().lack(distribution);
      if (lack.isPresent()) {
        problems.add(unavailable(entry.get(), lack.get(), where, preset));
      } else {
        take(entry.get());
      }
    }

    private void take(PackageEntry entry) {
      if (entry.el().equals("epel")) {
        distribution.epel().ifPresent(repositories::add);
      }
      names.addAll(entry.namesIn(distribution));
    }

    private Problem unsupported(Wish wish, Places places) {
      String where =
          !wish.packages().isEmpty()
              ? places.packages()
              : wish.presets().isEmpty() ? places.categories() : places.presets();
      return TemplateSlug.PACKAGES_UNSUPPORTED.problem(
          where,
          "Packages cannot be installed into " + distribution.title() + ".",
          switch (distribution.manager()) {
            case "" -> "The catalogue knows no package manager in it.";
            case "transactional-update", "rpm-ostree" ->
                "Its root is read-only, and " + distribution.manager() + " needs a reboot.";
            default ->
                "The lists have no names for " + distribution.manager() + ", its package manager.";
          },
          "Leave the packages out, or choose another image.");
    }

    private Problem unknown(String id, String where) {
      List<String> ids = sets.entries().stream().map(PackageEntry::id).toList();
      // People also type the name that their distribution uses.
      Optional<String> meant =
          sets.entries().stream()
              .filter(entry -> entry.names().values().stream().anyMatch(n -> n.contains(id)))
              .map(PackageEntry::id)
              .findFirst()
              .or(() -> Nearest.to(id, ids));
      return TemplateSlug.PACKAGE_UNKNOWN.problem(
          where,
          "There is no package '" + id + "' in the lists.",
          "",
          meant.map(near -> "Did you mean '" + near + "'? ").orElse("")
              + "A name of the distribution itself is given as raw:"
              + id
              + "; see: proxkiln package list");
    }

    private Problem unknownSet(String what, String id, String where, List<String> known) {
      return TemplateSlug.PACKAGE_UNKNOWN.problem(
          where,
          "There is no " + what + " '" + id + "'.",
          "",
          Nearest.to(id, known).map(near -> "Did you mean '" + near + "'? ").orElse("")
              + "Known: "
              + String.join(", ", known));
    }

    private Problem unavailable(
        PackageEntry entry, String lack, String where, Optional<String> preset) {
      List<String> instead =
          sets.entries().stream()
              .filter(other -> other.category().equals(entry.category()))
              .filter(other -> other.lack(distribution).isEmpty())
              .map(PackageEntry::id)
              .toList();
      String near =
          Nearest.to(entry.id(), instead).map(other -> "There is '" + other + "'. ").orElse("");
      return TemplateSlug.PACKAGE_UNAVAILABLE.problem(
          where,
          distribution.title()
              + " has no package '"
              + entry.id()
              + "'"
              + preset.map(id -> ", which preset '" + id + "' needs").orElse("")
              + ".",
          lack,
          near
              + "Leave it out, choose another image, or give raw:NAME if a repository of yours has"
              + " it.");
    }
  }
}
