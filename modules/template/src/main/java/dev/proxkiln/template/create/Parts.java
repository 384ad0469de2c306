package dev.proxkiln.template.create;

import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.customise.CustomisePart;
import dev.proxkiln.template.firstboot.FirstBootPart;
import dev.proxkiln.template.ignition.IgnitionPart;
import dev.proxkiln.template.install.IsoKind;
import dev.proxkiln.template.offline.OfflinePlan;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.SourceKind;
import dev.proxkiln.template.part.Sources;
import dev.proxkiln.template.part.Subject;
import dev.proxkiln.template.part.Target;
import dev.proxkiln.template.source.OwnSources;
import dev.proxkiln.template.talos.TalosPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What {@code template create} is put together from: the one list of all parts. */
final class Parts {

  private final Sources sources;
  private final IdentityPart identity;
  private final HardwarePart hardware;
  private final DisksPart disks;
  private final BootPart boot;
  private final NetworkPart network;
  private final AccessPart access;
  private final List<Part<?>> extras;

  /** The parts of {@code template create}. */
  Parts(Library library) {
    this(new Sources(kinds(library)), library, true);
  }

  /**
   * The parts with other sources.
   *
   * @param images whether these may be images that something else than cloud-init configures
   */
  private Parts(Sources sources, Library library, boolean images) {
    this.sources = sources;
    identity = new IdentityPart(sources);
    hardware = new HardwarePart(sources);
    disks = new DisksPart(sources);
    boot = new BootPart(sources, disks.storage());
    network = new NetworkPart(sources, FirstBootPart::configuresNetwork);
    access = new AccessPart(sources);
    extras = extras(sources, access, disks.size(), library, images);
  }

  /** The parts of what a person installs from an ISO. */
  static Parts ofInstaller(Sources isos, Library library) {
    return new Parts(isos, library, false);
  }

  /** Where a template's disk can come from; the usual one last. */
  private static List<SourceKind> kinds(Library library) {
    Supplier<Catalogue> catalogue = library.catalogue();
    List<SourceKind> kinds =
        new ArrayList<>(
            OwnSources.kinds(catalogue, () -> catalogue.get().file(OwnSources.BUILDER)));
    kinds.add(new IsoKind(catalogue, false));
    kinds.add(new CatalogueKind(catalogue, library.today()));
    return kinds;
  }

  /** Parts that only some templates need, in the order of their pages and of their planning. */
  private static List<Part<?>> extras(
      Sources sources, AccessPart access, Field<Long> diskSize, Library library, boolean images) {
    CustomisePart customise =
        new CustomisePart(sources, library.packages(), diskSize, new OfflinePlan());
    FirstBootPart firstBoot =
        new FirstBootPart(
            sources,
            library.schemas(),
            new FirstBootPart.Wishes(
                customise::firstBoot,
                customise::reason,
                reading -> access.read(reading).map(Access::login)));
    return images
        ? List.of(customise, firstBoot, new IgnitionPart(sources), new TalosPart(sources))
        : List.of(customise, firstBoot);
  }

  private List<Part<?>> all() {
    List<Part<?>> all =
        new ArrayList<>(List.of(sources, identity, hardware, disks, boot, network, access));
    all.addAll(extras);
    return all;
  }

  Schema schema() {
    return new Schema(all().stream().map(Part::page).toList());
  }

  void check(Target target) {
    all().forEach(part -> part.check(target));
  }

  /** What the template will be made of, as far as the answers tell. */
  Optional<Subject> subject(Answers answers) {
    return sources.subject(answers);
  }

  /** The spec; empty when a part cannot do without what is missing or wrong. */
  Optional<TemplateSpec> read(Target target, Answers answers, Subject subject) {
    Reading reading = new Reading(target, answers, subject, boot.firmware(answers));
    Optional<Source> source = sources.read(reading);
    Optional<Disks> onDisks = disks.read(reading);
    Optional<Network> onNetwork = network.read(reading);
    List<TemplateSpec.Extra<?>> more = new ArrayList<>();
    extras.forEach(part -> TemplateSpec.Extra.read(part, reading).ifPresent(more::add));
    if (source.isEmpty() || onDisks.isEmpty() || onNetwork.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TemplateSpec(
            source.get(),
            identity.read(reading).orElseThrow(),
            hardware.read(reading).orElseThrow(),
            onDisks.get(),
            boot.read(reading).orElseThrow(),
            onNetwork.get(),
            access.read(reading),
            more));
  }

  /** Every part adds its share; what changes the image comes before the disks take it. */
  void plan(TemplateSpec spec, Draft draft) {
    sources.plan(spec.source(), draft);
    identity.plan(spec.identity(), draft);
    spec.extras().forEach(extra -> extra.plan(draft));
    disks.plan(spec.disks(), draft);
    boot.plan(spec.boot(), draft);
    hardware.plan(spec.hardware(), draft);
    network.plan(spec.network(), draft);
    spec.access().ifPresent(who -> access.plan(who, draft));
  }
}
