package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.module.Resources;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Every image that proxkiln knows; files are read when the first question comes. */
public final class Catalogue {

  private static final String FOLDER = "images";
  private static final String ENDING = ".yaml";

  private final Resources resources;
  private final Map<String, List<Listed>> listed = new LinkedHashMap<>();
  private final Map<String, List<Image>> parsed = new HashMap<>();
  private boolean looked;

  /** A catalogue over the shipped and the user's own files. */
  public Catalogue(Resources resources) {
    this.resources = resources;
  }

  /**
   * The text of a file that is shipped beside the catalogue.
   *
   * @param name for example {@code build/cloud-image.sh}
   */
  public String file(String name) {
    return resources
        .read(name)
        .orElseThrow(() -> new IllegalStateException("'" + name + "' is not shipped"));
  }

  /**
   * What there is, in the order of the files.
   *
   * @throws ProblemException {@code catalogue-unreadable}, one problem for every fault
   */
  public synchronized List<Listed> list() {
    if (!looked) {
      look();
      looked = true;
    }
    return listed.values().stream().flatMap(List::stream).toList();
  }

  private void look() {
    CatalogueIndex index =
        resources
            .read(FOLDER + "/" + CatalogueIndex.NAME)
            .map(CatalogueIndex::read)
            .orElse(new CatalogueIndex(Map.of()));
    List<Problem> problems = new ArrayList<>();
    for (String file : files()) {
      String text = text(file);
      CatalogueIndex.Section section = index.sections().get(file);
      if (section != null && section.checksum() == CatalogueIndex.checksum(text)) {
        listed.put(file, section.images());
      } else {
        parsed.put(file, parse(file, text, problems));
        listed.put(file, parsed.get(file).stream().map(Listed::of).toList());
      }
    }
    Map<String, List<Listed>> left =
        new Claims(
                file -> resources.isOwn(FOLDER + "/" + file),
                (file, fault) -> problems.add(problem(file, fault)))
            .settle(listed);
    if (!problems.isEmpty()) {
      listed.clear();
      parsed.clear();
      throw new ProblemException(problems);
    }
    listed.putAll(left);
  }

  private List<String> files() {
    return resources.list(FOLDER).stream().filter(name -> name.endsWith(ENDING)).toList();
  }

  private String text(String file) {
    return resources.read(FOLDER + "/" + file).orElse("");
  }

  private static List<Image> parse(String file, String text, List<Problem> problems) {
    return CatalogueFile.read(text, fault -> problems.add(problem(file, fault)));
  }

  private static Problem problem(String file, String fault) {
    String name = FOLDER + "/" + file;
    return TemplateSlug.CATALOGUE_UNREADABLE.problem(
        name,
        "In " + name + ", " + fault + ".",
        "",
        "Correct the file; docs/catalogue.md describes its keys.");
  }

  /**
   * The image with an ID or alias; only the file that holds it is parsed.
   *
   * @throws ProblemException {@code catalogue-unreadable}
   */
  public synchronized Optional<Image> find(String word) {
    list();
    for (Map.Entry<String, List<Listed>> file : listed.entrySet()) {
      for (Listed called : file.getValue()) {
        if (called.isCalled(word)) {
          return images(file.getKey()).stream()
              .filter(image -> image.id().equals(called.id()))
              .findFirst();
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Every image with everything that is known of it.
   *
   * @throws ProblemException {@code catalogue-unreadable}
   */
  public synchronized List<Image> images() {
    list();
    return listed.entrySet().stream()
        .flatMap(
            file -> {
              Set<String> left =
                  file.getValue().stream().map(Listed::id).collect(Collectors.toSet());
              return images(file.getKey()).stream().filter(image -> left.contains(image.id()));
            })
        .toList();
  }

  private List<Image> images(String file) {
    return parsed.computeIfAbsent(
        file,
        name -> {
          List<Problem> problems = new ArrayList<>();
          List<Image> images = parse(name, text(name), problems);
          if (!problems.isEmpty()) {
            throw new ProblemException(problems);
          }
          return images;
        });
  }

  /** The text that the index should have. */
  String index() {
    StringBuilder out = new StringBuilder();
    for (String file : files()) {
      out.append(
          CatalogueIndex.print(file, text(file), images(file).stream().map(Listed::of).toList()));
    }
    return out.toString();
  }

  /** The problem of a word that names no image. */
  public Problem unknown(String where, String word) {
    List<String> known = new ArrayList<>();
    for (Listed image : list()) {
      known.add(image.id());
      known.addAll(image.aliases());
    }
    return TemplateSlug.IMAGE_UNKNOWN.problem(
        where,
        "There is no image '" + word + "' in the catalogue.",
        "",
        Nearest.to(word, known).map(near -> "Did you mean '" + near + "'? ").orElse("")
            + "See all with: proxkiln catalog list");
  }

  /** Fingerprints of the OpenPGP keys at hand. */
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    for (String name : resources.list("keys")) {
      if (name.endsWith(".asc")) {
        keys.add(name.substring(0, name.length() - ".asc".length()));
      }
    }
    return keys;
  }
}
