package dev.proxkiln.template.install;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.problem.TemplateSlug;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code template finish}: makes a template of a guest in which a system was installed. */
public final class TemplateFinish implements Action<FinishSpec> {

  private static final Field<String> GUEST =
      Field.of(
              "guest",
              "Guest",
              Type.text(
                  "VMID|NAME",
                  "[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}",
                  "Give the VM ID or the name of a guest that 'template install' made."),
              "The guest, by its VM ID or its name.")
          .choosing(
              facts ->
                  installed(facts)
                      .map(g -> new Field.Choice(Long.toString(g.vmid()), g.name()))
                      .toList())
          .mandatory()
          .at(1);

  private static final Field<String> STORAGE =
      Field.of(
              "storage",
              "Storage",
              Type.text(
                  "STORAGE",
                  "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]",
                  "Give the ID of a storage, like local."),
              "Storage for the cloud-init drive.")
          .byDefault(
              (facts, answers) ->
                  facts.storagesFor("images").stream().map(StorageFacts::id).findFirst())
          .choosing(
              facts ->
                  facts.storagesFor("images").stream()
                      .map(s -> new Field.Choice(s.id(), s.type()))
                      .toList());

  private static final Field<String> PREPARE =
      Field.of(
              "prepare",
              "Preparation",
              Type.word("WAY", "agent", "none"),
              "Whether the guest agent installs cloud-init and removes what only one machine may"
                  + " have; none where you did that yourself and switched the guest off.")
          .byDefault("agent");

  private static final Field<Long> DEADLINE =
      Field.of(
              "deadline",
              "Deadline",
              Type.integer(10, 7200),
              "Seconds for the guest to answer, and again to be prepared.")
          .byDefault(
              (facts, answers) -> Optional.of(facts.target() == TargetKind.SANDBOX ? 1200L : 600L));

  private static Stream<GuestFacts> installed(Facts facts) {
    return facts.guests().stream()
        .filter(g -> g.type().equals("qemu") && !g.template())
        .filter(g -> g.tags().contains(InstallSource.TAG));
  }

  @Override
  public String name() {
    return "template finish";
  }

  @Override
  public String summary() {
    return "Make a template of a guest that you installed a system in.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(GUEST, STORAGE, PREPARE, DEADLINE);
  }

  /**
   * Reads and checks.
   *
   * @return the spec, or {@code template-unknown}, {@code not-made-by-proxkiln}, {@code
   *     storage-without-images}
   */
  @Override
  public Checked<FinishSpec> read(Values values, Facts facts) {
    return schema(facts).read(values, facts).then(answers -> check(answers, values, facts));
  }

  private static Checked<FinishSpec> check(Answers answers, Values values, Facts facts) {
    String word = answers.get(GUEST);
    String where =
        values.find(GUEST.key()).map(v -> v.origin().name(GUEST.key())).orElse("--guest");
    List<GuestFacts> found =
        facts.guests().stream()
            .filter(g -> g.type().equals("qemu") && !g.template())
            .filter(g -> Long.toString(g.vmid()).equals(word) || g.name().equals(word))
            .toList();
    if (found.size() != 1) {
      return new Checked.Invalid<>(
          List.of(
              TemplateSlug.TEMPLATE_UNKNOWN.problem(
                  where,
                  found.isEmpty()
                      ? "There is no VM '" + word + "' in the cluster that is no template yet."
                      : "'" + word + "' is the name of " + found.size() + " guests.",
                  "",
                  "Give the VM ID that 'template install' told.")));
    }
    GuestFacts guest = found.getFirst();
    if (!guest.tags().contains(InstallSource.TAG)) {
      return new Checked.Invalid<>(List.of(notInstalled(guest, where)));
    }
    Optional<StorageFacts> storage =
        answers.find(STORAGE).flatMap(facts::storage).filter(s -> s.takes("images"));
    if (storage.isEmpty()) {
      return new Checked.Invalid<>(
          List.of(
              TemplateSlug.STORAGE_WITHOUT_IMAGES.problem(
                  "--" + STORAGE.key(),
                  "The storage for the cloud-init drive takes no disk images.",
                  "",
                  "See those that do with: pvesm status --content images")));
    }
    return new Checked.Valid<>(
        new FinishSpec(
            guest,
            storage.get().id(),
            answers.get(PREPARE).equals("agent"),
            Duration.ofSeconds(answers.get(DEADLINE))));
  }

  private static Problem notInstalled(GuestFacts guest, String where) {
    return TemplateSlug.NOT_MADE_BY_PROXKILN.problem(
        where,
        "Guest '" + guest.vmid() + "' ('" + guest.name() + "') was not made by 'template install'.",
        "It does not carry the tag '" + InstallSource.TAG + "'.",
        "If it may become a template, give it that tag first.");
  }

  @Override
  public Plan plan(FinishSpec spec, Facts facts) {
    return new FinishPlan(spec, facts).plan();
  }
}
