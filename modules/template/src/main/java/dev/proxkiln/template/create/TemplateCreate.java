package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Download;
import dev.proxkiln.template.catalogue.Firmware;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.catalogue.Needs;
import dev.proxkiln.template.fleet.SeveralImages;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code template create}: downloads a cloud image and makes a template of it. */
public final class TemplateCreate implements Action<TemplateSpec> {

  private final Supplier<Catalogue> catalogue;
  private final TemplateFields fields;
  private final String version;

  /**
   * The action.
   *
   * @param version of proxkiln, for the notes of what it makes
   */
  public TemplateCreate(Supplier<Catalogue> catalogue, String version) {
    this.catalogue = catalogue;
    this.fields = new TemplateFields(catalogue);
    this.version = version;
  }

  @Override
  public String name() {
    return "template create";
  }

  @Override
  public String summary() {
    return "Make a VM template of a cloud image.";
  }

  @Override
  public Schema schema(Facts facts) {
    return fields.schema();
  }

  @Override
  public Optional<String> several() {
    return Optional.of(SeveralImages.IMAGE);
  }

  @Override
  public Checked<List<Values>> each(Values values) {
    return SeveralImages.of(values);
  }

  @Override
  public Plan plan(TemplateSpec spec, Facts facts) {
    return new CreatePlan(spec, facts, version).plan();
  }

  /**
   * Reads and checks.
   *
   * @return the spec, or every problem: those of {@link Schema#read}, {@code image-unknown}, {@code
   *     image-without-build}, {@code catalogue-unreadable}, {@code vmid-taken}, {@code
   *     storage-without-images}, {@code storage-too-small}, {@code storage-without-import}, {@code
   *     bridge-missing}, {@code pool-missing}, {@code quorum-lost}, {@code snippet-unreachable}
   */
  @Override
  public Checked<TemplateSpec> read(Values values, Facts facts) {
    List<Problem> problems = new ArrayList<>();
    try {
      Checked<Answers> checked = fields.schema().read(values, facts);
      if (checked instanceof Checked.Invalid<Answers>(List<Problem> wrong)) {
        problems.addAll(wrong);
      }
      Target target = new Target(values, facts, problems);
      target.check();
      if (checked instanceof Checked.Valid<Answers>(Answers answers)) {
        Optional<TemplateSpec> spec = target.spec(answers);
        if (problems.isEmpty() && spec.isPresent()) {
          return new Checked.Valid<>(spec.get());
        }
      }
    } catch (ProblemException e) {
      // A catalogue file that cannot be read.
      problems.addAll(e.problems());
    }
    return new Checked.Invalid<>(problems.stream().distinct().toList());
  }

  /** The checks of one reading that look at the target as a whole, and have names of their own. */
  private final class Target {
    private final Values values;
    private final Facts facts;
    private final List<Problem> problems;

    Target(Values values, Facts facts, List<Problem> problems) {
      this.values = values;
      this.facts = facts;
      this.problems = problems;
    }

    private Optional<String> given(String key) {
      return values.find(key).map(value -> value.raw().strip());
    }

    /** How the user wrote a setting, for the place of a problem. */
    private String where(String key) {
      return values.find(key).map(value -> value.origin().name(key)).orElse("--" + key);
    }

    void check() {
      given(fields.image.key())
          .filter(word -> catalogue.get().find(word).isEmpty())
          .filter(word -> Image.ID.matcher(word).matches())
          .ifPresent(word -> problems.add(catalogue.get().unknown(where("image"), word)));
      if (!facts.known()) {
        return;
      }
      if (!facts.quorate()) {
        problems.add(Conditions.quorumLost(facts));
      }
      given(fields.vmid.key())
          .filter(text -> text.matches("\\d{3,9}"))
          .flatMap(text -> facts.guest(Long.parseLong(text)))
          .ifPresent(guest -> problems.add(Conditions.vmidTaken(where("vmid"), guest)));
      storage();
      importStorage();
      bridgeAndPool();
    }

    private void storage() {
      Optional<String> id = given(fields.storage.key());
      boolean good =
          id.isEmpty()
              ? !facts.storagesFor("images").isEmpty()
              : facts.storage(id.get()).map(s -> s.takes("images")).orElse(false);
      if (!good) {
        problems.add(Conditions.withoutImages(where("storage"), id, facts));
      }
    }

    private void importStorage() {
      if (facts.importsByPath()) {
        return;
      }
      Optional<String> id = given(fields.imageStorage.key());
      boolean good =
          id.isEmpty()
              ? !facts.storagesFor("import").isEmpty()
              : facts.storage(id.get()).map(s -> s.takes("import")).orElse(false);
      if (!good) {
        problems.add(Conditions.withoutImport(where("image-storage"), id, facts));
      }
    }

    private void bridgeAndPool() {
      given(fields.bridge.key())
          .filter(bridge -> !facts.bridges().contains(bridge))
          .ifPresent(
              bridge -> problems.add(Conditions.bridgeMissing(where("bridge"), bridge, facts)));
      given(fields.pool.key())
          .filter(pool -> !facts.pools().contains(pool))
          .ifPresent(pool -> problems.add(Conditions.poolMissing(where("pool"), pool, facts)));
    }

    /** The spec; empty when the image, its build, the storage or the bridge is missing. */
    Optional<TemplateSpec> spec(Answers answers) {
      Optional<Image> image = fields.chosen(answers);
      if (image.isEmpty()) {
        return Optional.empty();
      }
      Needs needs = image.get().needs();
      Firmware firmware =
          answers.find(fields.firmware).orElse("bios").equals("uefi")
              ? Firmware.UEFI
              : Firmware.BIOS;
      Optional<Download> download = image.get().download(TemplateFields.ARCH, firmware);
      if (download.isEmpty()) {
        problems.add(withoutBuild(image.get(), firmware));
      }
      Optional<StorageFacts> storage = answers.find(fields.storage).flatMap(facts::storage);
      storage.ifPresent(s -> space(s, answers.get(fields.diskSize), needs));
      Optional<String> bridge = answers.find(fields.bridge);
      if (facts.known() && bridge.isEmpty()) {
        problems.add(Conditions.bridgeMissing("--bridge", "", facts));
      }
      Optional<TemplateSpec.Snippet> snippet = snippet(image.get(), answers);
      if (!facts.known()) {
        problems.add(Conditions.noTarget());
      }
      if (download.isEmpty() || storage.isEmpty() || bridge.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new TemplateSpec(
              image.get(),
              download.get().fetch(answers.get(fields.pinned), catalogue.get().keys()),
              answers.find(fields.vmid),
              answers.get(fields.name),
              answers.find(fields.tags).orElse(List.of()),
              answers.find(fields.notes).orElse(""),
              answers.find(fields.pool),
              storage.get(),
              facts.importsByPath() ? Optional.empty() : answers.find(fields.imageStorage),
              new TemplateSpec.Guest(
                  firmware,
                  answers.find(fields.secureBoot).orElse(false),
                  answers.get(fields.machine),
                  answers.get(fields.cpu),
                  answers.get(fields.cores),
                  answers.get(fields.sockets),
                  answers.get(fields.memory),
                  answers.get(fields.diskSize),
                  answers.get(fields.diskBus)),
              new TemplateSpec.Network(
                  bridge.get(),
                  answers.find(fields.vlan),
                  answers.find(fields.mtu),
                  answers.get(fields.firewall),
                  answers.get(fields.ipv4),
                  answers.find(fields.gateway),
                  answers.get(fields.ipv6),
                  answers.find(fields.gateway6),
                  answers.find(fields.dns).orElse(List.of()),
                  answers.find(fields.searchDomains).orElse(List.of())),
              new TemplateSpec.Access(
                  answers.get(fields.user),
                  answers.find(fields.password).map(text -> text.substring("secret:".length())),
                  answers.find(fields.sshKeys).orElse(List.of()),
                  answers.get(fields.upgrade)),
              snippet));
    }

    private Problem withoutBuild(Image image, Firmware firmware) {
      return TemplateSlug.IMAGE_WITHOUT_BUILD.problem(
          where("firmware"),
          "Image '" + image.id() + "' has no build for " + firmware.word() + ".",
          "It has: "
              + String.join(
                  ", ", image.firmware(TemplateFields.ARCH).stream().map(Firmware::word).toList())
              + ".",
          "Leave --firmware out.");
    }

    private void space(StorageFacts storage, long diskSize, Needs needs) {
      long least = Conditions.space(storage, diskSize, needs);
      storage
          .availableBytes()
          .filter(free -> free < least)
          .ifPresent(
              free ->
                  problems.add(
                      Conditions.tooSmall(where("storage"), storage.id(), least)
                          .because("It has " + (free >> 20) + " MiB free.")));
    }

    private Optional<TemplateSpec.Snippet> snippet(Image image, Answers answers) {
      Optional<String> content =
          VendorData.of(
              image,
              answers.find(fields.timezone),
              answers.find(fields.installAgent).orElse(false));
      if (content.isEmpty() || !facts.known()) {
        return Optional.empty();
      }
      String key = answers.find(fields.timezone).isPresent() ? "timezone" : "install-agent";
      Optional<StorageFacts> storage =
          facts.storagesFor("snippets").stream().filter(s -> s.path().isPresent()).findFirst();
      boolean reachable = facts.target().sharesFiles() || facts.target() == TargetKind.SSH;
      if (storage.isEmpty() || !reachable) {
        problems.add(
            TemplateSlug.SNIPPET_UNREACHABLE.problem(
                where(key),
                "--" + key + " needs a snippet on the node, and none can be put there.",
                reachable
                    ? "No active storage of node '" + facts.node() + "' takes snippets."
                    : "The API has no way to put a snippet there.",
                reachable
                    ? "Allow snippets on a file storage (pvesm set local --content LIST, the whole"
                        + " new list), or leave --"
                        + key
                        + " out."
                    : "Run proxkiln on the node, or reach it with ssh://, or leave --"
                        + key
                        + " out."));
        return Optional.empty();
      }
      return Optional.of(
          new TemplateSpec.Snippet(
              storage.get().id(), storage.get().path().orElseThrow() + "/snippets", content.get()));
    }
  }

  /** For messages: a size in bytes as people read it. */
  static String size(long bytes) {
    return Type.printSize(bytes);
  }
}
