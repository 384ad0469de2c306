package dev.proxkiln.template.source;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.SourceKind;
import dev.proxkiln.template.part.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An image that is a file of the machine where proxkiln runs. */
final class FileKind implements SourceKind {
  private final Likeness likeness;
  private final Evidence evidence;

  /** A comma would end the path in the property string of a disk. */
  private final Field<String> file =
      Field.of(
              "image-file",
              "Image file",
              Type.text("PATH", "[^,\\p{Cntrl}]{1,1024}", "Give a file name without a comma."),
              "Disk image that is a file here, packed or not; --image then says which system it is.")
          // Kept settings are read in other folders: by a timer, by the queue.
          .from(Field.Source.PATH);

  FileKind(Likeness likeness, Evidence evidence) {
    this.likeness = likeness;
    this.evidence = evidence;
  }

  @Override
  public List<Field<?>> fields() {
    return List.of(file);
  }

  @Override
  public Optional<Subject> subject(Answers answers) {
    return answers
        .find(file)
        .map(FileName::ofPath)
        .map(name -> likeness.subject(answers, name.id(), name.name()));
  }

  @Override
  public Optional<Source> read(Reading reading) {
    String path = reading.get(file);
    FileName name = FileName.ofPath(path);
    if (name.isIso()) {
      reading.problem(Refusals.iso(reading.where(file), path));
    }
    return evidence
        .ofFile(reading, file, name)
        .map(
            trust ->
                new FetchedImage(
                    reading.subject(),
                    new Fetch(
                        Path.of(path).toAbsolutePath().normalize().toUri().toString(),
                        trust,
                        name.compression(),
                        evidence.member(reading, name),
                        "auto",
                        false)));
  }
}
