package dev.proxkiln.template.talos;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.template.catalogue.Provisioning;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Snippet;
import dev.proxkiln.template.part.Sources;
import java.util.List;
import java.util.Optional;

/**
 * The machine configuration of a Talos guest, in the place of cloud-init's user data (Talos:
 * platform {@code nocloud}). Without one a clone waits for {@code talosctl apply-config}.
 */
public final class TalosPart implements Part<TalosPart.Wish> {
  private final Sources sources;

  private final Field<String> config =
      Field.of(
              "talos-config",
              "Talos configuration",
              Type.text(
                  "SECRET",
                  "secret:[a-z0-9][a-z0-9._-]{0,63}",
                  "Give secret:NAME; the secret is the whole machine configuration."),
              "Machine configuration of clones, as secret:NAME, because it holds the cluster's keys;"
                  + " left out, a clone waits for talosctl.")
          .from(Field.Source.SECRET)
          .onlyWhen(this::means);

  public TalosPart(Sources sources) {
    this.sources = sources;
  }

  /**
   * What the guest is given.
   *
   * @param secret name of the secret that is the configuration
   * @param place where the snippet is written
   */
  public record Wish(String secret, Snippet.Place place) {}

  private boolean means(Answers answers) {
    return sources
        .subject(answers)
        .map(subject -> subject.provisioning() == Provisioning.TALOS)
        .orElse(false);
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page("Talos", List.of(config)).in("Access");
  }

  @Override
  public Optional<Wish> read(Reading reading) {
    return reading
        .find(config)
        .flatMap(
            text ->
                Snippet.Place.find(reading, config)
                    .map(place -> new Wish(text.substring("secret:".length()), place)));
  }

  @Override
  public void plan(Wish wish, Draft draft) {
    Text content = Text.secret(wish.secret());
    draft.check(
        new Check.Matches(
            "talos-config",
            content,
            Text.of("(?m)\\A(?=[\\s\\S]*^version:\\s*[\"']?v1alpha1)(?=[\\s\\S]*^machine:)"),
            CoreSlug.INVALID_VALUE.problem(
                "--talos-config",
                "The secret '" + wish.secret() + "' holds no machine configuration of Talos.",
                "It has no 'version: v1alpha1' and no 'machine:' at the start of a line.",
                "Make one with: talosctl gen config")));
    draft.snippet(new Snippet(Snippet.Role.USER, wish.place(), content));
    draft.note("first boot", Text.of("Talos machine configuration"));
  }
}
