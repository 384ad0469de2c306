package dev.proxkiln.template.packages;

import dev.proxkiln.core.module.Resources;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every package, category and preset that is known; read when first asked for. */
public final class PackageSets {
  private static final String FOLDER = "packages";

  private final Resources resources;
  private @Nullable Read read;

  private record Read(
      Map<String, PackageEntry> entries,
      Map<String, Category> categories,
      Map<String, Preset> presets) {}

  public PackageSets(Resources resources) {
    this.resources = resources;
  }

  private synchronized Read all() {
    Read known = read;
    if (known == null) {
      known = new Read(new TreeMap<>(), new TreeMap<>(), new LinkedHashMap<>());
      List<Problem> problems = new ArrayList<>();
      for (String name : resources.list(FOLDER)) {
        if (name.endsWith(".yaml")) {
          String file = FOLDER + "/" + name;
          new PackageFile(
                  known.entries,
                  known.categories,
                  known.presets,
                  fault -> problems.add(unreadable(file, fault)))
              .read(resources.read(file).orElse(""));
        }
      }
      for (Preset preset : known.presets.values()) {
        for (List<String> ids : List.of(preset.packages(), preset.whereAvailable())) {
          for (String id : ids) {
            if (!known.entries.containsKey(id)) {
              problems.add(
                  unreadable(
                      FOLDER, "preset '" + preset.id() + "' names package '" + id + "', unknown"));
            }
          }
        }
      }
      if (!problems.isEmpty()) {
        throw new ProblemException(problems);
      }
      read = known;
    }
    return known;
  }

  private static Problem unreadable(String file, String fault) {
    return TemplateSlug.CATALOGUE_UNREADABLE.problem(
        file, "In " + file + ", " + fault + ".", "", "Correct it; see docs/packages.md.");
  }

  /**
   * Every package, by ID.
   *
   * @throws ProblemException {@code catalogue-unreadable}
   */
  public Collection<PackageEntry> entries() {
    return all().entries.values();
  }

  /** The package with an ID. */
  public Optional<PackageEntry> find(String id) {
    return Optional.ofNullable(all().entries.get(id));
  }

  /** Every category, by ID. */
  public Collection<Category> categories() {
    return all().categories.values();
  }

  /** Every preset, in the order of the file. */
  public Collection<Preset> presets() {
    return all().presets.values();
  }

  /** The preset with an ID. */
  public Optional<Preset> preset(String id) {
    return Optional.ofNullable(all().presets.get(id));
  }
}
