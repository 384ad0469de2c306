package dev.proxkiln.template.create;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Download;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Listed;
import dev.proxkiln.template.catalogue.Support;
import dev.proxkiln.template.catalogue.Usable;
import dev.proxkiln.template.part.Content;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.SourceKind;
import dev.proxkiln.template.part.Subject;
import dev.proxkiln.template.part.Target;
import dev.proxkiln.template.problem.TemplateSlug;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** An image of the catalogue, downloaded from its publisher: the usual source. */
final class CatalogueKind implements SourceKind {

  /** What the catalogue calls the image that lists begin at. */
  private static final String USUAL = "debian-stable";

  private final Supplier<Catalogue> catalogue;
  private final Supplier<LocalDate> today;

  private final Field<String> image;

  private final Field<Boolean> pinned =
      Field.of(
              "pinned",
              "Dated build",
              Type.flag(),
              "Take the dated build that the catalogue knows by digest, in place of the newest.")
          .byDefault(false);

  CatalogueKind(Supplier<Catalogue> catalogue, Supplier<LocalDate> today) {
    this.catalogue = catalogue;
    this.today = today;
    image =
        Field.of(
                "image",
                "Image",
                Type.text(
                    "IMAGE", "[a-z0-9][a-z0-9.-]{0,59}", "Give an image, for example debian-13."),
                "Cloud image to start from, by its ID or an alias; see: catalog list.")
            .choosing(
                facts ->
                    catalogue.get().list().stream()
                        .filter(i -> i.arch().contains(Subject.ARCH))
                        .map(this::choice)
                        .toList())
            .at(1);
  }

  private Field.Choice choice(Listed listed) {
    return new Field.Choice(listed.id(), listed.title())
        .in(ImageChoice.category(listed))
        .usually(listed.isCalled(USUAL))
        .with(
            () ->
                catalogue
                    .get()
                    .find(listed.id())
                    .map(ImageChoice::details)
                    .orElseGet(LinkedHashMap::new));
  }

  @Override
  public List<Field<?>> fields() {
    return List.of(image, pinned);
  }

  private Optional<Image> chosen(Answers answers) {
    return answers.find(image).flatMap(word -> catalogue.get().find(word));
  }

  @Override
  public Optional<Subject> subject(Answers answers) {
    return chosen(answers).map(Subject::of);
  }

  @Override
  public void check(Target target) {
    target
        .given(image)
        .filter(word -> catalogue.get().find(word).isEmpty())
        .filter(word -> Image.ID.matcher(word).matches())
        .ifPresent(
            word -> target.problem(catalogue.get().unknown(target.where(image.key()), word)));
  }

  @Override
  public Optional<Source> read(Reading reading) {
    Image found = chosen(reading.answers()).orElseThrow();
    Optional<Problem> refusal = Usable.refusal(reading.where(image), found);
    if (refusal.isPresent()) {
      reading.problem(refusal.get());
      return Optional.empty();
    }
    Optional<Download> download = found.download(Subject.ARCH, reading.firmware());
    if (download.isEmpty()) {
      reading.problem(
          TemplateSlug.IMAGE_WITHOUT_BUILD.problem(
              reading.target().where("firmware"),
              "Image '" + found.id() + "' has no build for " + reading.firmware().word() + ".",
              "It has: "
                  + String.join(
                      ", ", found.firmware(Subject.ARCH).stream().map(Firmware::word).toList())
                  + ".",
              "Leave --firmware out."));
    }
    Optional<Problem> unverified =
        download.flatMap(file -> Usable.refusal(reading.where(image), found, file));
    if (unverified.isPresent()) {
      reading.problem(unverified.get());
      return Optional.empty();
    }
    if (reading.get(pinned) && download.flatMap(Download::pinned).isEmpty()) {
      reading.problem(
          TemplateSlug.IMAGE_WITHOUT_BUILD.problem(
              reading.where(pinned),
              "Of image '" + found.id() + "' no dated build is known by its digest.",
              "The newest build would be another one tomorrow.",
              "Leave --pinned out, or give a build of your own choice with --url and --sha256."));
      return Optional.empty();
    }
    return download.map(
        file ->
            new CatalogueImage(
                reading.subject(),
                file.fetch(reading.get(pinned), catalogue.get().keys()),
                ended(found)));
  }

  /** The last day on which its publisher made fixes, where that is over. */
  private Optional<LocalDate> ended(Image found) {
    return Support.on(found.eol(), found.eolExtended(), today.get()) == Support.ENDED
        ? found.eolExtended().or(found::eol)
        : Optional.empty();
  }

  /**
   * An image of the catalogue.
   *
   * @param fetch what to download and how to trust it
   * @param ended since when it gets no fixes any more
   */
  record CatalogueImage(Subject subject, Fetch fetch, Optional<LocalDate> ended) implements Source {

    @Override
    public void plan(Draft draft) {
      ended.ifPresent(
          day ->
              draft.warn(
                  Draft.Phase.OBTAIN,
                  "support",
                  "Warn: " + subject.title() + " has had no fixes since " + day,
                  TemplateSlug.IMAGE_WITHOUT_FIXES.problem(
                      "--image",
                      subject.title() + " has had no fixes since " + day + ".",
                      "Holes that were found since are open in every clone.",
                      "Take a newer release; see: proxkiln catalog list --supported")));
      String trust =
          switch (fetch.trust()) {
            case Fetch.Pinned(String algorithm, String _) ->
                "verify it by the " + algorithm + " of the catalogue";
            case Fetch.Unverified() -> "unverified";
            case Fetch.Published published ->
                "verify it by "
                    + published.algorithm()
                    + (published.signature().isPresent()
                        ? " and signature"
                        : ", which is not signed");
          };
      draft.add(
          Draft.Phase.OBTAIN,
          new Step.Download("image", "Download " + subject.title() + ", " + trust, fetch, 60));
      draft.content(Content.File.of("image", fetch.format()));
      draft.madeFrom("the cloud image " + subject.id() + " (" + subject.title() + ")");
      draft.note("address", Text.output("image", "url"));
      draft.note("digest", Text.output("image", "digest"));
      draft.note("verified", Text.output("image", "verified"));
      draft.announce("image", Text.of(subject.id()));
      draft.announce("digest", Text.output("image", "digest"));
      draft.announce("verified", Text.output("image", "verified"));
    }
  }
}
