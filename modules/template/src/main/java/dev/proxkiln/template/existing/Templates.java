package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds templates among the guests of a cluster. */
public final class Templates {

  /** Every guest that proxkiln makes has this tag. */
  public static final String MADE = "proxkiln";

  /** Marks templates whose disks cannot have linked clones, so that others need not find out. */
  public static final String FULL_CLONE = "full-clone";

  /** The template that a command is about: its VM ID or its name. */
  public static final Field<String> TEMPLATE =
      Field.of(
              "template",
              "Template",
              Type.text(
                  "VMID|NAME",
                  "[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}",
                  "Give the VM ID or the name of a template."),
              "The template, by its VM ID or its name.")
          .choosing(
              facts ->
                  all(facts).map(g -> new Field.Choice(Long.toString(g.vmid()), g.name())).toList())
          .mandatory()
          .at(1);

  private Templates() {}

  /** The VM templates of the cluster in the order of their IDs. */
  static Stream<GuestFacts> all(Facts facts) {
    return facts.guests().stream()
        .filter(g -> g.type().equals("qemu") && g.template())
        .sorted((a, b) -> Long.compare(a.vmid(), b.vmid()));
  }

  /** Whether proxkiln made it. */
  public static boolean isOurs(GuestFacts guest) {
    return guest.tags().contains(MADE);
  }

  /** What the configuration of a template must still say; a guest may have no name at all. */
  public static List<Expect> stillIs(GuestFacts guest) {
    Expect template = Expect.equal("template", "1");
    return guest.name().isEmpty() || guest.name().equals("VM " + guest.vmid())
        ? List.of(template)
        : List.of(template, Expect.equal("name", guest.name()));
  }

  /** The configuration of a guest as its node tells it. */
  public static Map<String, Object> config(PvePort pve, GuestFacts guest) {
    return Tree.map(pve.send(ResolvedCall.get(guest.path() + "/config")).value(), "");
  }

  /** The same as texts. */
  public static Map<String, String> texts(Map<String, Object> config) {
    Map<String, String> texts = new TreeMap<>();
    config.forEach((key, value) -> texts.put(key, Tree.text(value)));
    return texts;
  }

  /** How the user wrote the setting, for the place of a problem. */
  public static String where(Values values) {
    return values
        .find(TEMPLATE.key())
        .map(value -> value.origin().name(TEMPLATE.key()))
        .orElse("--" + TEMPLATE.key());
  }

  /**
   * The template with a VM ID or a name.
   *
   * @param where for problems
   * @throws ProblemException {@code template-unknown}, {@code not-a-template}
   */
  public static GuestFacts find(Facts facts, String word, String where) {
    List<GuestFacts> found =
        facts.guests().stream()
            .filter(g -> g.type().equals("qemu"))
            .filter(g -> Long.toString(g.vmid()).equals(word))
            .toList();
    if (found.isEmpty()) {
      found =
          facts.guests().stream()
              .filter(g -> g.type().equals("qemu") && g.name().equals(word))
              .toList();
    }
    if (found.size() > 1) {
      // A clone may have kept the name of its template.
      List<GuestFacts> templates = found.stream().filter(GuestFacts::template).toList();
      found = templates.isEmpty() ? found : templates;
    }
    if (found.size() > 1) {
      // The name means the original; a copy goes by its VM ID.
      List<GuestFacts> originals = found.stream().filter(g -> !Copies.isCopy(g)).toList();
      found = originals.isEmpty() ? found : originals;
    }
    if (found.size() > 1) {
      throw TemplateSlug.TEMPLATE_UNKNOWN
          .problem(
              where,
              "'" + word + "' is the name of " + found.size() + " guests.",
              "",
              "Give one of the VM IDs: "
                  + String.join(", ", found.stream().map(g -> Long.toString(g.vmid())).toList())
                  + ".")
          .raise();
    }
    if (found.isEmpty()) {
      throw unknown(facts, word, where).raise();
    }
    GuestFacts guest = found.getFirst();
    if (!guest.template()) {
      throw TemplateSlug.NOT_A_TEMPLATE
          .problem(
              where,
              "Guest '" + guest.vmid() + "' ('" + guest.name() + "') is no template.",
              "",
              "See the templates with: proxkiln template list")
          .raise();
    }
    return guest;
  }

  /** The same as a value or its problems. */
  static Checked<GuestFacts> checked(Facts facts, String word, String where) {
    try {
      return new Checked.Valid<>(find(facts, word, where));
    } catch (ProblemException e) {
      return new Checked.Invalid<>(e.problems());
    }
  }

  private static Problem unknown(Facts facts, String word, String where) {
    List<String> names = all(facts).map(GuestFacts::name).toList();
    return TemplateSlug.TEMPLATE_UNKNOWN.problem(
        where,
        "There is no VM '" + word + "' in the cluster.",
        "",
        Nearest.to(word, names).map(near -> "Did you mean '" + near + "'? ").orElse("")
            + "See the templates with: proxkiln template list");
  }
}
