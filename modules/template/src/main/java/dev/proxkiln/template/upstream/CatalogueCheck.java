package dev.proxkiln.template.upstream;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Download;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Support;
import dev.proxkiln.template.upstream.Finding.Weight;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** {@code catalog check}: asks the publishers whether the catalogue still holds. */
public final class CatalogueCheck implements Query {
  private static final int AT_ONCE = 16;
  private static final int PER_HOST = 2;

  private static final Field<String> IMAGE =
      Field.of(
              "image",
              "Image",
              Type.text(
                  "IMAGE", "[a-z0-9][a-z0-9.-]{0,59}", "Give an image, for example debian-13."),
              "Check one image only, by its ID or an alias.")
          .at(1);

  private static final Field<String> FAMILY =
      Field.of(
          "family",
          "Family",
          Type.text(
              "NAME", "[a-z0-9-]{1,40}", "Give a family or a distribution, for example rhel."),
          "Check images of one family or distribution only.");

  private static final Field<String> ARCH =
      Field.of(
          "arch",
          "Architecture",
          Type.word("ARCH", "amd64", "arm64"),
          "Check files for one processor architecture only.");

  private static final Field<Boolean> ENDED =
      Field.of(
              "ended",
              "Ended too",
              Type.flag(),
              "Check releases that get no fixes any more, too; publishers move or delete those.")
          .byDefault(false);

  private static final List<Column> COLUMNS =
      List.of(
          new Column("IMAGE", "id"),
          new Column("ARCH", "arch"),
          new Column("FIRMWARE", "firmware"),
          new Column("RESULT", "result"),
          new Column("WHAT WAS FOUND", "says"));

  private final Supplier<Catalogue> catalogue;
  private final Supplier<LocalDate> today;
  private final Supplier<Publishers> publishers;

  /** The query; the day decides which releases have ended. */
  public CatalogueCheck(
      Supplier<Catalogue> catalogue, Supplier<LocalDate> today, Supplier<Publishers> publishers) {
    this.catalogue = catalogue;
    this.today = today;
    this.publishers = publishers;
  }

  @Override
  public String name() {
    return "catalog check";
  }

  @Override
  public String summary() {
    return "Ask the publishers whether addresses, checksums and signatures still hold.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(IMAGE, FAMILY, ARCH, ENDED);
  }

  @Override
  public boolean needsTarget() {
    return false;
  }

  private record Checked(Image image, Download download, List<Finding> findings) {
    Weight worst() {
      return findings.stream()
          .map(Finding::weight)
          .max(Comparator.naturalOrder())
          .orElse(Weight.FINE);
    }
  }

  @Override
  public Result answer(Answers answers, Facts facts, PvePort pve) {
    Optional<String> arch = answers.find(ARCH);
    Set<String> keys = catalogue.get().keys();
    Publishers asked = publishers.get();
    Manners manners = new Manners(AT_ONCE, PER_HOST);
    List<Checked> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Checked>> running = new ArrayList<>();
      for (Image image : wanted(answers)) {
        for (Download download : image.downloads()) {
          if (arch.isEmpty() || arch.get().equals(download.arch())) {
            running.add(
                threads.submit(
                    () ->
                        new Checked(
                            image,
                            download,
                            new Inspection(download, keys, asked, manners).run())));
          }
        }
      }
      for (Future<Checked> one : running) {
        all.add(result(one));
      }
    }
    long broken = all.stream().filter(checked -> checked.worst() == Weight.BROKEN).count();
    return new Rows(
        COLUMNS,
        all.stream().<Object>map(CatalogueCheck::row).toList(),
        notes(all),
        Math.toIntExact(broken));
  }

  private static Checked result(Future<Checked> running) {
    try {
      return running.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private List<Image> wanted(Answers answers) {
    Optional<String> word = answers.find(IMAGE);
    if (word.isPresent()) {
      return List.of(
          catalogue
              .get()
              .find(word.get())
              .orElseThrow(() -> catalogue.get().unknown("--image", word.get()).raise()));
    }
    Optional<String> family = answers.find(FAMILY);
    boolean ended = answers.find(ENDED).orElse(false);
    LocalDate day = today.get();
    return catalogue.get().images().stream()
        .filter(
            i -> family.map(f -> i.family().equals(f) || i.distribution().equals(f)).orElse(true))
        .filter(i -> ended || Support.on(i.eol(), i.eolExtended(), day) != Support.ENDED)
        .toList();
  }

  private static Map<String, Object> row(Checked checked) {
    Weight worst = checked.worst();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", checked.image().id());
    row.put("arch", checked.download().arch());
    row.put(
        "firmware",
        String.join(
            ",", checked.download().firmware().stream().sorted().map(Firmware::word).toList()));
    row.put("url", checked.download().url());
    row.put("result", worst.word());
    row.put(
        "says",
        String.join(
            "; ",
            checked.findings().stream()
                .filter(f -> worst == Weight.FINE ? f.about().equals("address") : true)
                .filter(f -> worst == Weight.FINE || f.weight() != Weight.FINE)
                .map(f -> f.about() + ": " + f.text())
                .toList()));
    row.put("findings", checked.findings().stream().map(Finding::tree).toList());
    return row;
  }

  private static List<String> notes(List<Checked> all) {
    List<String> counts = new ArrayList<>();
    for (Weight weight : Weight.values()) {
      long count = all.stream().filter(c -> c.worst() == weight).count();
      counts.add(count + " " + weight.word());
    }
    return List.of(all.size() + " files checked: " + String.join(", ", counts) + ".");
  }
}
