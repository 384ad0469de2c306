package dev.proxkiln.template.customise;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.packages.Category;
import dev.proxkiln.template.packages.Choice;
import dev.proxkiln.template.packages.Distribution;
import dev.proxkiln.template.packages.PackageSets;
import dev.proxkiln.template.part.Subject;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings that customise a template, and how they are read. */
public final class CustomiseFields {

  private final Function<Answers, Optional<Subject>> chosen;
  private final OutboundFields outbound;
  private final Supplier<PackageSets> sets;

  public final Field<List<String>> packages;
  public final Field<List<String>> categories;
  public final Field<List<String>> presets;

  public final Field<List<GuestFile>> files =
      Field.of(
              "copy-file",
              "Files",
              Type.listOf(file(), ""),
              "Files that the template gets, each as LOCAL:GUEST-PATH or LOCAL:GUEST-PATH:MODE.")
          .from(Field.Source.GUEST_FILES);

  public final Field<List<String>> commands =
      Field.of(
          "run-command",
          "Commands",
          Type.listOf(
              Type.text(
                  "COMMAND",
                  "[^\\p{Cntrl}]{1,4000}",
                  "Give one line of shell, which root runs inside the guest."),
              ""),
          "Shell commands that root runs inside the guest, in order, one a line.");

  public final Field<String> timezone =
      Field.of(
              "timezone",
              "Time zone",
              Type.text(
                  "ZONE", "[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}", "Example: Europe/Berlin."),
              "Time zone of clones, for example Europe/Berlin.")
          .ruled(
              (zone, facts, answers) ->
                  ZoneId.getAvailableZoneIds().contains(zone)
                      ? Optional.empty()
                      : Optional.of(
                          new BadValue("is no known time zone", "Give one like Europe/Berlin.")));

  public final Field<String> locale =
      Field.of(
          "locale",
          "Locale",
          Type.text(
              "LOCALE",
              "C\\.UTF-8|[a-z]{2,3}_[A-Z]{2}(?:@[a-z]{1,20})?\\.UTF-8",
              "Give a UTF-8 locale, for example de_DE.UTF-8."),
          "Language and formats of clones, for example de_DE.UTF-8.");

  public final Field<String> keyboard =
      Field.of(
          "keyboard",
          "Keyboard",
          Type.text(
              "LAYOUT",
              "[a-z]{2,8}(?::[a-z0-9_-]{1,30})?",
              "Give a layout, like de, or layout and variant, like de:nodeadkeys."),
          "Console keyboard of clones, for example de or de:nodeadkeys.");

  public final Field<Boolean> installAgent =
      Field.of(
              "install-agent",
              "Install the agent",
              Type.flag(),
              "Whether the QEMU guest agent is installed and enabled.")
          .byDefault(false)
          .ruled(
              (wanted, facts, answers) ->
                  wanted && readOnlyRoot(answers)
                      ? Optional.of(
                          new BadValue(
                              "cannot work on an image with a read-only root", "Leave it out."))
                      : Optional.empty());

  public final Field<Boolean> lockRoot =
      Field.of(
              "lock-root",
              "Lock root",
              Type.flag(),
              "Whether the password of root is locked, so that nobody logs in with it.")
          .byDefault(false);

  public final Field<String> when =
      Field.of(
              "customize",
              "Customize",
              Type.word("WAY", "auto", "offline", "first-boot"),
              "When this is done: offline on a copy of the image, or at the first boot of clones.")
          .byDefault("auto");

  public final Field<String> with =
      Field.of(
              "customize-with",
              "Customize with",
              Type.word("TOOL", "libguestfs", "block"),
              "What works offline: libguestfs is isolated, block is faster and shares the kernel.")
          .byDefault("libguestfs")
          .onlyWhen(answers -> !answers.find(when).orElse("auto").equals("first-boot"));

  /**
   * The settings.
   *
   * @param chosen what the template is made of, by the answers so far
   */
  public CustomiseFields(Function<Answers, Optional<Subject>> chosen, Supplier<PackageSets> sets) {
    this.chosen = chosen;
    this.outbound = new OutboundFields(chosen);
    this.sets = sets;
    this.packages =
        Field.of(
                "packages",
                "Packages",
                Type.listOf(
                    Type.text(
                        "PACKAGE",
                        "(?:raw:)?[A-Za-z0-9@][A-Za-z0-9.+_@:-]{0,99}",
                        "Give names like curl,htop; raw:NAME takes a name of the distribution as it is."),
                    ",; "),
                "Packages that the template gets; see: package list.")
            .choosing(facts -> onShelves(sets.get()));
    this.categories =
        Field.of(
                "package-category",
                "Package categories",
                Type.listOf(word("CATEGORY", "Give a category, like network."), ",; "),
                "Categories whose packages the template gets, as far as its system has them.")
            .choosing(
                facts ->
                    sets.get().categories().stream()
                        .map(c -> new Field.Choice(c.id(), c.title()))
                        .toList());
    this.presets =
        Field.of(
                "preset",
                "Presets",
                Type.listOf(word("PRESET", "Give a preset, like server."), ",; "),
                "Sets of packages for a purpose; see: package presets.")
            .choosing(
                facts ->
                    sets.get().presets().stream()
                        .map(p -> new Field.Choice(p.id(), p.title()))
                        .toList());
  }

  /** Every package, each under the title of its category. */
  private static List<Field.Choice> onShelves(PackageSets sets) {
    Map<String, String> titles =
        sets.categories().stream().collect(Collectors.toMap(Category::id, Category::title));
    return sets.entries().stream()
        .map(
            entry ->
                new Field.Choice(entry.id(), entry.about())
                    .in(titles.getOrDefault(entry.category(), "")))
        .toList();
  }

  private static Type<String> word(String name, String next) {
    return Type.text(name, "[a-z][a-z0-9-]{0,39}", next);
  }

  /**
   * The packages that the answers choose, in the words of the image's distribution.
   *
   * @param where how the user wrote a setting
   */
  public Choice choice(Answers answers, Function<Field<?>, String> where) {
    Distribution distribution =
        chosen
            .apply(answers)
            .map(i -> new Distribution(i.needs().packages(), i.family(), i.id(), i.title()))
            .orElse(new Distribution("", "", "", "this image"));
    return Choice.of(
        new Choice.Wish(
            answers.find(packages).orElse(List.of()),
            answers.find(categories).orElse(List.of()),
            answers.find(presets).orElse(List.of())),
        distribution,
        sets.get(),
        new Choice.Places(where.apply(packages), where.apply(categories), where.apply(presets)));
  }

  /** The page of the settings. */
  public Schema.Page page() {
    List<Field<?>> all = new ArrayList<>(what());
    all.add(when);
    all.add(with);
    return new Schema.Page("Customization", all)
        .in("Guest")
        .asking("packages", "preset", "timezone", "install-agent");
  }

  /** The settings that say what is done. */
  List<Field<?>> what() {
    List<Field<?>> fields = new ArrayList<>();
    fields.addAll(List.of(packages, categories, presets, files, commands));
    fields.addAll(List.of(timezone, locale, keyboard, installAgent, lockRoot));
    fields.addAll(outbound.all());
    return fields;
  }

  /** A setting that the user gave and that says how. */
  Optional<Field<String>> onlyHow(Answers answers) {
    return Stream.of(when, with).filter(answers::given).findFirst();
  }

  private boolean readOnlyRoot(Answers answers) {
    return chosen
        .apply(answers)
        .map(image -> image.needs().packages().equals("transactional-update"))
        .orElse(false);
  }

  private static Type<GuestFile> file() {
    String next =
        "Give LOCAL:GUEST-PATH, for example motd:/etc/motd, or with a mode: motd:/etc/motd:0644.";
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "string");
    return new Type<>(
        "FILE",
        raw -> {
          try {
            return GuestFile.parse(raw);
          } catch (IllegalArgumentException e) {
            throw new BadValue("is not a file and its place in the guest", next);
          }
        },
        GuestFile::print,
        schema,
        List.of(),
        false);
  }

  /**
   * What the answers ask for.
   *
   * @param choice the packages, without problems
   */
  public Customisation read(Answers answers, Choice choice) {
    Optional<Needs> needs = chosen.apply(answers).map(Subject::needs);
    Customisation wish =
        new Customisation(
            needs.map(Needs::packages).orElse(""),
            choice.repositories(),
            choice.names(),
            answers.find(files).orElse(List.of()),
            answers.find(commands).orElse(List.of()),
            answers.find(timezone),
            answers.find(locale),
            answers.find(keyboard).map(Customisation.Keyboard::parse),
            answers.find(installAgent).orElse(false),
            answers.find(lockRoot).orElse(false),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return outbound.with(wish, answers);
  }
}
