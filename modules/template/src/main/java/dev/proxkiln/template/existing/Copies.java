package dev.proxkiln.template.existing;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The copies of a template on other nodes of its cluster, known by their tags: a copy has {@link
 * #COPY}, all marks of the runs that its original has, and that of the run which made it. So a copy
 * of something that had the same name once is none.
 */
public final class Copies {
  /** Tag of a copy on another node. */
  public static final String COPY = "copy";

  private static final String RUN = "run-";

  private Copies() {}

  /** Whether it is a copy of another template. */
  public static boolean isCopy(GuestFacts guest) {
    return guest.tags().contains(COPY);
  }

  /** Whether a template can be known again by its copies: it has the mark of a run. */
  public static boolean canBeKnown(GuestFacts original) {
    return !marks(original).isEmpty();
  }

  private static Set<String> marks(GuestFacts guest) {
    return guest.tags().stream().filter(tag -> tag.startsWith(RUN)).collect(Collectors.toSet());
  }

  /** Whether one is a copy of the other, whatever their names are by now. */
  public static boolean isCopyOf(GuestFacts copy, GuestFacts original) {
    Set<String> marks = marks(original);
    // A copy of what was made of the original has further marks.
    return copy.template()
        && isCopy(copy)
        && !isCopy(original)
        && !marks.isEmpty()
        && marks(copy).containsAll(marks)
        && marks(copy).size() == marks.size() + 1;
  }

  /**
   * The template that a guest was cloned of, as far as its tags tell; where there are copies of it,
   * the one on the node of the guest.
   */
  public static Optional<GuestFacts> templateOf(GuestFacts guest, Facts facts) {
    return facts.guests().stream()
        .filter(GuestFacts::template)
        .filter(template -> canBeKnown(template) && isClone(guest, template))
        // What was made of another template has the marks of that one, too.
        .max(
            Comparator.comparingInt((GuestFacts template) -> marks(template).size())
                .thenComparing(template -> template.node().equals(guest.node())));
  }

  /** Whether a guest was cloned of a template: a clone inherits its marks. */
  public static boolean isClone(GuestFacts guest, GuestFacts template) {
    return !guest.template() && marks(guest).containsAll(marks(template));
  }

  /** The copies of a template, by their VM IDs. */
  public static List<GuestFacts> of(GuestFacts original, Facts facts) {
    return Templates.all(facts).filter(guest -> isCopyOf(guest, original)).toList();
  }

  /** The template that a copy was made of; empty when that is gone. */
  public static Optional<GuestFacts> original(GuestFacts copy, Facts facts) {
    return Templates.all(facts).filter(guest -> isCopyOf(copy, guest)).findFirst();
  }

  /** The copies that were made here and whose original is gone, by their VM IDs. */
  public static List<GuestFacts> orphans(Facts facts) {
    return Templates.all(facts)
        .filter(guest -> Templates.isOurs(guest) && isCopy(guest) && canBeKnown(guest))
        .filter(guest -> original(guest, facts).isEmpty())
        .toList();
  }

  /**
   * The template that a clone on a node is made of: the one with the VM ID or name when it is
   * there, else its copy there.
   *
   * @param word VM ID or name
   * @param where for problems
   * @return the template on that node; or {@code template-unknown}, {@code not-a-template}, {@code
   *     template-not-on-node}
   */
  public static Checked<GuestFacts> on(String node, Facts facts, String word, String where) {
    return Templates.checked(facts, word, where).then(found -> on(node, facts, found, where));
  }

  private static Checked<GuestFacts> on(String node, Facts facts, GuestFacts found, String where) {
    if (found.node().equals(node)) {
      return new Checked.Valid<>(found);
    }
    Optional<GuestFacts> copy =
        of(found, facts).stream().filter(guest -> guest.node().equals(node)).findFirst();
    if (copy.isPresent()) {
      return new Checked.Valid<>(copy.get());
    }
    boolean old =
        Templates.all(facts)
            .anyMatch(g -> isCopy(g) && g.node().equals(node) && g.name().equals(found.name()));
    return new Checked.Invalid<>(
        List.of(
            TemplateSlug.TEMPLATE_NOT_ON_NODE.problem(
                where,
                "Template '" + found.name() + "' is not on node '" + node + "'.",
                "It is on node '"
                    + found.node()
                    + "'"
                    + (old
                        ? ", and what has its name on '" + node + "' is a copy of another version."
                        : ", and there is no copy of it."),
                "Put it there with: proxkiln template publish "
                    + found.name()
                    + " --nodes "
                    + node)));
  }

  /**
   * The template to be cloned where no node is asked for: the one on the node that the work is for,
   * if there is one, so that the clone is there; else the one that the word means.
   *
   * @throws dev.proxkiln.core.problem.ProblemException as {@link Templates#find}
   */
  public static GuestFacts near(Facts facts, String word, String where) {
    GuestFacts found = Templates.find(facts, word, where);
    return on(facts.node(), facts, found, where) instanceof Checked.Valid<GuestFacts>(GuestFacts g)
        ? g
        : found;
  }
}
