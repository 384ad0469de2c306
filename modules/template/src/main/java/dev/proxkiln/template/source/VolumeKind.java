package dev.proxkiln.template.source;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.part.Content;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.SourceKind;
import dev.proxkiln.template.part.Subject;
import dev.proxkiln.template.part.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A volume that is on a storage of the node already: an image for import, or a guest's disk. */
final class VolumeKind implements SourceKind {
  private final Likeness likeness;

  private final Field<String> volume =
      Field.of(
          "volume",
          "Volume",
          Type.text(
              "VOLUME",
              "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]:[^\\s,:]{1,200}",
              "Give a volume ID, for example local:import/image.qcow2."),
          "Volume on the node to copy: an image for import, or the disk of a stopped guest.");

  VolumeKind(Likeness likeness) {
    this.likeness = likeness;
  }

  @Override
  public List<Field<?>> fields() {
    return List.of(volume);
  }

  @Override
  public boolean bringsFile() {
    return false;
  }

  @Override
  public Optional<Subject> subject(Answers answers) {
    return answers
        .find(volume)
        .map(id -> FileName.of(id.substring(id.indexOf(':') + 1)))
        .map(name -> likeness.subject(answers, name.id(), name.name()));
  }

  /** The storage and the type of a volume are seen in its ID. */
  @Override
  public void check(Target target) {
    Facts facts = target.facts();
    Optional<String> given = target.given(volume).filter(id -> id.contains(":"));
    if (given.isEmpty() || !facts.known()) {
      return;
    }
    String id = given.get();
    String where = target.where(volume.key());
    String storage = id.substring(0, id.indexOf(':'));
    Optional<StorageFacts> found = facts.storage(storage);
    if (found.isEmpty() || !found.get().active()) {
      target.problem(
          unusable(
              where,
              id,
              "Node '" + facts.node() + "' has no active storage '" + storage + "'.",
              "See its storages with: pvesm status"));
      return;
    }
    String name = id.substring(id.indexOf(':') + 1);
    if (name.matches("(?:iso|vztmpl|backup|snippets|rootdir)/.*")) {
      target.problem(
          unusable(
              where,
              id,
              "Its content type is '" + name.substring(0, name.indexOf('/')) + "'.",
              "Give a volume with content type 'import' or 'images'; a file elsewhere can be given"
                  + " with --image-file."));
    }
  }

  private static Problem unusable(String where, String id, String why, String next) {
    return SourceSlug.VOLUME_UNUSABLE.problem(
        where, "Volume '" + id + "' cannot be made into a disk.", why, next);
  }

  @Override
  public Optional<Source> read(Reading reading) {
    return Optional.of(new NodeVolume(reading.subject(), reading.get(volume)));
  }

  /**
   * A volume of the node.
   *
   * @param id volume ID
   */
  record NodeVolume(Subject subject, String id) implements Source {

    @Override
    public void plan(Draft draft) {
      String storage = id.substring(0, id.indexOf(':'));
      draft.add(
          Draft.Phase.OBTAIN,
          Step.Call.read(
              "image",
              "Look at volume " + id,
              PveCall.get(draft.node("/storage/" + storage + "/content/" + id)),
              Map.of("virtual-size", "size", "format", "format")));
      draft.content(
          new Content.Volume(Text.of(id), Optional.of(Text.output("image", "virtual-size"))));
      draft.madeFrom("volume " + id + ", as " + subject.id());
      draft.announce("image", Text.of(subject.id()));
      draft.announce("volume", Text.of(id));
    }
  }
}
