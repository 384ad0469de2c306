package dev.proxkiln.template.source;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.SourceKind;
import dev.proxkiln.template.part.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An image at an address of the user's choice. */
final class UrlKind implements SourceKind {
  private final Likeness likeness;
  private final Evidence evidence;

  private final Field<String> url =
      Field.of(
          "url",
          "Address",
          Evidence.address(),
          "Address of an image, packed or not; --image then says which system it is.");

  UrlKind(Likeness likeness, Evidence evidence) {
    this.likeness = likeness;
    this.evidence = evidence;
  }

  /** Its own settings, and those that it shares with files, which come after both. */
  @Override
  public List<Field<?>> fields() {
    List<Field<?>> all = new ArrayList<>(List.of(url));
    all.addAll(evidence.fields());
    all.add(likeness.provisioning);
    return all;
  }

  @Override
  public Optional<Subject> subject(Answers answers) {
    return answers
        .find(url)
        .map(FileName::of)
        .map(file -> likeness.subject(answers, file.id(), file.name()));
  }

  @Override
  public Optional<Source> read(Reading reading) {
    String address = reading.get(url);
    FileName file = FileName.of(address);
    if (file.isIso()) {
      reading.problem(Refusals.iso(reading.where(url), address));
    }
    boolean insecure = address.startsWith("http:");
    if (insecure && !evidence.allowsHttp(reading)) {
      reading.problem(
          CoreSlug.INVALID_VALUE.problem(
              reading.where(url),
              "Address '" + address + "' is plain http.",
              "Anybody on the way could change what comes, and the checksum file with it.",
              "Give an https address, or --allow-http true."));
    }
    return evidence
        .ofAddress(reading, url, file)
        .map(
            trust ->
                new FetchedImage(
                    reading.subject(),
                    new Fetch(
                        address,
                        trust,
                        file.compression(),
                        evidence.member(reading, file),
                        "auto",
                        insecure)));
  }
}
