package dev.proxkiln.template.firstboot;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.template.cloudinit.Schemas;
import dev.proxkiln.template.customise.Customisation;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Snippet;
import dev.proxkiln.template.part.Sources;
import dev.proxkiln.template.part.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What clones do at their first boot and PVE has no setting for: vendor data, and cloud-init files
 * of the user's own.
 */
public final class FirstBootPart implements Part<FirstBoot> {

  private final Sources sources;
  private final Supplier<Schemas> schemas;
  private final Wishes wishes;

  private final Field<String> vendor =
      Field.of(
              "vendor-data",
              "Vendor data",
              Type.document(),
              "Own cloud-init file that adds to what Proxmox VE says; joined with other settings.")
          .from(Field.Source.FILE)
          .onlyWhen(this::readsCloudInit);

  private final Field<String> user =
      Field.of(
              "user-data",
              "User data",
              Type.document(),
              "Own cloud-init file in the place of the one with host name, user, password and"
                  + " keys.")
          .from(Field.Source.FILE)
          .onlyWhen(this::readsCloudInit);

  private final Field<Boolean> replace =
      Field.of(
              "replace-user-data",
              "Replace user data",
              Type.flag(),
              "Agree that own user data leaves clones without host name and password of Proxmox"
                  + " VE.")
          .byDefault(false)
          .onlyWhen(answers -> answers.find(user).isPresent());

  private static final String NETWORK_CONFIG = "network-config";

  private final Field<String> network =
      Field.of(
              NETWORK_CONFIG,
              "Network configuration",
              Type.document(),
              "Own cloud-init network file, version 1 or 2, in the place of addresses and DNS.")
          .from(Field.Source.FILE)
          .onlyWhen(this::readsCloudInit);

  private final Field<String> meta =
      Field.of(
              "meta-data",
              "Meta data",
              Type.document(),
              "Own cloud-init meta data; with it clones do not notice later changes of settings.")
          .from(Field.Source.FILE)
          .onlyWhen(this::readsCloudInit);

  /**
   * What others know of a reading.
   *
   * @param firstBoot what is left to the first boot
   * @param needing the setting to blame when no snippet can be written for that
   * @param login what PVE would say in its own user data
   */
  public record Wishes(
      Function<Reading, Customisation> firstBoot,
      Function<Reading, Field<?>> needing,
      Function<Reading, Optional<Login>> login) {}

  /** A part; the schemas are read when a file is first given. */
  public FirstBootPart(Sources sources, Supplier<Schemas> schemas, Wishes wishes) {
    this.sources = sources;
    this.schemas = schemas;
    this.wishes = wishes;
  }

  /** Whether a network configuration of the user's own takes the place of addresses and DNS. */
  public static boolean configuresNetwork(Answers answers) {
    return answers.all().containsKey(NETWORK_CONFIG);
  }

  private boolean readsCloudInit(Answers answers) {
    return sources.subject(answers).map(s -> s.provisioning().takesFiles()).orElse(true);
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page("First boot", List.of(vendor, user, replace, network, meta))
        .in("Access")
        .asking();
  }

  @Override
  public Optional<FirstBoot> read(Reading reading) {
    Subject subject = reading.subject();
    Map<String, Object> ours = VendorConfig.of(wishes.firstBoot().apply(reading), subject.family());
    Composition composition =
        new Composition(
            new Complaints(reading),
            schemas,
            ours,
            wishes.login().apply(reading).orElse(new Login("", List.of(), false, false)));
    composition.vendor(vendor, reading.find(vendor));
    composition.user(user, reading.find(user), reading.find(replace).orElse(false));
    composition.network(network, reading.find(network));
    composition.meta(meta, reading.find(meta));
    Map<Snippet.Role, String> files = composition.files();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    Field<?> blamed =
        List.of(vendor, user, network, meta).stream()
            .filter(field -> reading.find(field).isPresent())
            .<Field<?>>map(field -> field)
            .findFirst()
            .orElseGet(() -> wishes.needing().apply(reading));
    return Snippet.Place.find(reading, blamed)
        .map(
            place ->
                new FirstBoot(
                    files.entrySet().stream()
                        .map(file -> new Snippet(file.getKey(), place, Text.of(file.getValue())))
                        .toList()));
  }

  @Override
  public void plan(FirstBoot wish, Draft draft) {
    wish.snippets().forEach(draft::snippet);
  }
}
