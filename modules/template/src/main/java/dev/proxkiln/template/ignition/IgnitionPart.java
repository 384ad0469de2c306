package dev.proxkiln.template.ignition;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Snippet;
import dev.proxkiln.template.part.Sources;
import java.util.List;
import java.util.Optional;

/**
 * The Ignition file of Flatcar and Fedora CoreOS, as a snippet on the cloud-init drive.
 *
 * <p>Ignition's provider {@code proxmoxve} reads {@code user-data} of the drive labelled {@code
 * cidata}, and newer ones {@code vendor-data} where the user data are cloud-config
 * (coreos/ignition, internal/providers/proxmoxve). Fedora CoreOS has a new one, so there PVE's own
 * user data stay and carry the clone's host name; elsewhere the file takes their place.
 */
public final class IgnitionPart implements Part<IgnitionPart.Wish> {
  private static final String USER = "core";

  private final Sources sources;

  private final Field<String> file =
      Field.of(
              "ignition",
              "Ignition file",
              Type.anyText(400_000),
              "Butane or Ignition file for the first boot of clones; for images that read it.")
          .from(Field.Source.FILE)
          .onlyWhen(this::means);

  private final Field<List<String>> keys =
      Field.of(
              "ignition-keys",
              "Ignition SSH keys",
              Type.listOf(
                  Type.text(
                      "KEY",
                      "[a-z0-9@.-]+ [A-Za-z0-9+/]{40,}={0,2}(?: [^\\p{Cntrl}]*)?",
                      "Give a public key as in a .pub file, a file name, agent or host."),
                  ""),
              "Public keys that user core gets, besides those in the Ignition file.")
          .from(Field.Source.SSH_KEYS)
          .onlyWhen(this::means);

  public IgnitionPart(Sources sources) {
    this.sources = sources;
  }

  /**
   * What the guest is given.
   *
   * @param ignition the file
   * @param role which file of the drive carries it
   * @param place where the snippet is written
   */
  public record Wish(Ignition ignition, Snippet.Role role, Snippet.Place place) {}

  private boolean means(Answers answers) {
    return sources
        .subject(answers)
        .map(subject -> subject.provisioning() == Provisioning.IGNITION)
        .orElse(false);
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page("Ignition", List.of(file, keys)).in("Access").asking("ignition");
  }

  @Override
  public Optional<Wish> read(Reading reading) {
    if (reading.subject().provisioning() != Provisioning.IGNITION) {
      return Optional.empty();
    }
    Optional<Ignition> read =
        reading
            .find(file)
            .map(text -> checked(text, reading))
            .orElse(Optional.of(Ignition.empty()));
    Optional<Ignition> whole =
        read.map(ignition -> ignition.admitting(USER, reading.find(keys).orElse(List.of())));
    if (whole.isPresent() && !whole.get().admitsAnybody()) {
      reading.problem(locked(reading));
      return Optional.empty();
    }
    Optional<Snippet.Place> place = Snippet.Place.find(reading, file);
    if (whole.isEmpty() || place.isEmpty()) {
      return Optional.empty();
    }
    boolean behind = reading.subject().id().startsWith("fedora-coreos");
    return Optional.of(
        new Wish(whole.get(), behind ? Snippet.Role.VENDOR : Snippet.Role.USER, place.get()));
  }

  private Optional<Ignition> checked(String text, Reading reading) {
    return switch (Ignition.read(text, reading.where(file))) {
      case Checked.Valid<Ignition>(Ignition ignition) -> Optional.of(ignition);
      case Checked.Invalid<Ignition>(List<Problem> problems) -> {
        problems.forEach(reading::problem);
        yield Optional.empty();
      }
    };
  }

  private Problem locked(Reading reading) {
    return IgnitionSlug.IGNITION_LOCKED.problem(
        reading.where(file),
        "Nobody could log in to a clone of '" + reading.subject().id() + "'.",
        "It takes users and keys from its Ignition file only, and there are none.",
        "Give a Butane file with --ignition, or keys with --ignition-keys.");
  }

  @Override
  public void plan(Wish wish, Draft draft) {
    draft.snippet(new Snippet(wish.role(), wish.place(), Text.of(wish.ignition().json())));
    // Nothing there would upgrade packages; what asks for it only makes other readers stumble.
    draft.set("ciupgrade", "0");
    draft.note("first boot", Text.of("Ignition " + wish.ignition().version()));
  }
}
