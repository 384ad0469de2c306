package dev.proxkiln.template.create;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Snippet;
import dev.proxkiln.template.part.Sources;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** What a clone does at its first boot and PVE has no setting for: vendor data. */
final class FirstBootPart implements Part<Snippet> {

  private final Sources sources;

  private final Field<String> timezone =
      Field.of(
              "timezone",
              "Time zone",
              Type.text(
                  "ZONE", "[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}", "Example: Europe/Berlin."),
              "Time zone of clones, for example Europe/Berlin; needs a snippet on the node.")
          .ruled(
              (zone, facts, answers) ->
                  ZoneId.getAvailableZoneIds().contains(zone)
                      ? Optional.empty()
                      : Optional.of(
                          new BadValue("is no known time zone", "Give one like Europe/Berlin.")))
          .onlyWhen(this::readsVendorData);

  private final Field<Boolean> installAgent =
      Field.of(
              "install-agent",
              "Install agent",
              Type.flag(),
              "Let clones install the QEMU guest agent at their first boot, for images without it;"
                  + " needs a snippet on the node.")
          .byDefault(false)
          .ruled(
              (wanted, facts, answers) ->
                  wanted && hasReadOnlyRoot(answers)
                      ? Optional.of(
                          new BadValue(
                              "cannot work on an image with a read-only root", "Leave it out."))
                      : Optional.empty())
          .onlyWhen(this::readsVendorData);

  FirstBootPart(Sources sources) {
    this.sources = sources;
  }

  private boolean readsVendorData(Answers answers) {
    return sources.subject(answers).map(s -> s.provisioning().takesUsers()).orElse(true);
  }

  private boolean hasReadOnlyRoot(Answers answers) {
    return sources
        .needs(answers)
        .map(needs -> needs.packages().equals("transactional-update"))
        .orElse(false);
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page("First boot", List.of(timezone, installAgent));
  }

  @Override
  public Optional<Snippet> read(Reading reading) {
    Field<?> needing = reading.find(timezone).isPresent() ? timezone : installAgent;
    return VendorData.of(
            reading.subject(), reading.find(timezone), reading.find(installAgent).orElse(false))
        .flatMap(
            content ->
                Snippet.Place.find(reading, needing)
                    .map(place -> new Snippet(Snippet.Role.VENDOR, place, Text.of(content))));
  }

  @Override
  public void plan(Snippet snippet, Draft draft) {
    draft.snippet(snippet);
  }
}
