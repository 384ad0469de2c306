package dev.proxkiln.template.preflight;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Finding;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code template preflight [IMAGE]}: says whether templates can be made on the target, and what
 * mends what is in the way; {@code --fix} mends what is safe.
 */
public final class TemplatePreflight implements Survey {
  private static final long GIBIBYTE = 1L << 30;

  private static final Field<String> IMAGE =
      Field.of(
              "image",
              "Image",
              Type.text(
                  "IMAGE", "[a-z0-9][a-z0-9.-]{0,59}", "Give an image, for example debian-13."),
              "Image to look at the target for; left out, any image.")
          .at(1);

  private static final Field<String> STORAGE =
      Field.of(
              "storage",
              "Storage",
              Type.text(
                  "STORAGE",
                  "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]",
                  "Give the ID of a storage, like local."),
              "Storage for the disks; left out, the first that takes images.")
          .choosing(
              facts ->
                  facts.storages().stream().map(s -> new Field.Choice(s.id(), s.type())).toList());

  private static final Field<Boolean> FIX =
      Field.of(
              "fix",
              "Fix",
              Type.flag(),
              "Mend what is safe to mend: what takes nothing away and can be undone.")
          .byDefault(false);

  private final Supplier<Catalogue> catalogue;

  public TemplatePreflight(Supplier<Catalogue> catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public String name() {
    return "template preflight";
  }

  @Override
  public String summary() {
    return "See whether templates can be made on the target, and what mends what is in the way.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(IMAGE, STORAGE, FIX);
  }

  @Override
  public Found look(Values values, Facts facts, Surroundings around) {
    Answers answers = schema(facts).read(values, facts).orRaise();
    Optional<Image> image = answers.find(IMAGE).map(this::image);
    List<Finding> findings = findings(answers.find(STORAGE), image, facts, around);
    List<Step> steps =
        findings.stream().map(Finding::step).flatMap(Optional::stream).distinct().toList();
    boolean fixing = answers.get(FIX) && !steps.isEmpty();
    List<Job> jobs =
        fixing
            ? List.of(
                new Job(
                    "preflight",
                    List.of(
                        new Plan(
                            name(),
                            "Make node " + facts.node() + " ready for templates",
                            facts.address(),
                            facts.node(),
                            steps))))
            : List.of();
    return new Found(Optional.of(rows(findings)), jobs, problems(findings, fixing, facts));
  }

  private Image image(String word) {
    return catalogue
        .get()
        .find(word)
        .orElseThrow(() -> catalogue.get().unknown("--image", word).raise());
  }

  /**
   * What is found about any image and the storage that would be taken.
   *
   * @throws dev.proxkiln.core.problem.ProblemException when the node refuses to be read
   */
  public List<Finding> findings(Facts facts, Surroundings around) {
    return findings(Optional.empty(), Optional.empty(), facts, around);
  }

  private List<Finding> findings(
      Optional<String> wanted, Optional<Image> image, Facts facts, Surroundings around) {
    NodeFindings node = new NodeFindings(facts);
    long least = image.map(Image::needs).map(n -> n.minDisk()).orElse(2 * GIBIBYTE);
    List<Finding> all = new ArrayList<>(node.all(wanted, least));
    all.add(processor(image, facts, around.pve()));
    Optional<String> uploads =
        facts.importsByPath()
            ? Optional.empty()
            : facts.storagesFor("import").stream().map(StorageFacts::id).findFirst();
    all.addAll(
        new Rights(facts, around.pve())
            .findings(node.storage(wanted).map(StorageFacts::id), uploads));
    all.addAll(new Tools(around.commands()).findings());
    return all;
  }

  /** The processors of the node against what images ask for. */
  private Finding processor(Optional<Image> image, Facts facts, PvePort pve) {
    Object status;
    try {
      status = pve.send(ResolvedCall.get("/nodes/" + facts.node() + "/status")).value();
    } catch (ProblemException e) {
      // Templates can be made without seeing this.
      Problem problem = e.first();
      boolean denied = problem.slug().equals(PveSlug.PERMISSION_DENIED.text());
      return Finding.warning(
              "processor",
              "The node does not say what its processors can.",
              denied
                  ? Rights.grant("/nodes/" + facts.node(), List.of("Sys.Audit"))
                  : problem.next())
          .because(problem.why());
    }
    Optional<Processor> processor = Processor.of(Tree.text(status, "cpuinfo.flags"));
    if (processor.isEmpty()) {
      return Finding.warning(
          "processor", "The node does not say what its processors can.", "lscpu");
    }
    Processor found = processor.get();
    if (image.isPresent() && !found.runs(image.get().needs().cpu())) {
      return Finding.bad(
          "processor",
          "They are " + found.word() + "; the image needs " + image.get().needs().cpu() + ".",
          "proxkiln catalog list");
    }
    long lost =
        catalogue.get().list().stream()
            .flatMap(listed -> catalogue.get().find(listed.id()).stream())
            .filter(i -> !found.runs(i.needs().cpu()))
            .count();
    return lost == 0 || image.isPresent()
        ? Finding.ok("processor", "They are " + found.word() + ".")
        : Finding.warning(
            "processor",
            "They are " + found.word() + ": " + lost + " images need more.",
            "proxkiln catalog list");
  }

  private static Query.Rows rows(List<Finding> findings) {
    List<Object> rows = new ArrayList<>();
    findings.forEach(finding -> rows.add(finding.row()));
    return new Query.Rows(Finding.columns(), rows);
  }

  /** One problem for all that is bad and is not being mended now. */
  private static List<Problem> problems(List<Finding> findings, boolean fixing, Facts facts) {
    List<Finding> bad =
        findings.stream()
            .filter(finding -> finding.state() == Finding.State.BAD)
            .filter(finding -> !fixing || finding.step().isEmpty())
            .toList();
    if (bad.isEmpty()) {
      return List.of();
    }
    boolean safe = bad.stream().anyMatch(finding -> finding.step().isPresent());
    return List.of(
        TemplateSlug.NOT_READY.problem(
            "node " + facts.node(),
            "Templates cannot be made on node '" + facts.node() + "' yet.",
            "In the way: " + String.join(", ", bad.stream().map(Finding::about).toList()) + ".",
            "Run the commands of the list" + (safe ? ", or add --fix for what is safe." : ".")));
  }
}
