package dev.proxkiln.template.fleet;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.facts.StorageFacts;
import dev.proxkiln.core.module.Desired;
import dev.proxkiln.core.module.Desired.Difference;
import dev.proxkiln.core.module.Desired.Standing;
import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.template.existing.Copies;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the template that a plan would make: by its name, among those that proxkiln made. What it
 * should be is read from the plan's own calls, so nothing is declared twice.
 */
public final class WantedTemplate implements Desired {
  private static final String CREATE = "create";
  private static final String SUPERSEDED = "superseded";
  private static final Pattern DIGEST = Pattern.compile("digest: *([a-z0-9]+:[0-9a-f]{64,128})");

  @Override
  public Facts unhindered(Facts facts) {
    return new Facts(
        facts.target(),
        facts.address(),
        facts.version(),
        facts.node(),
        facts.reached(),
        facts.nodes(),
        facts.quorate(),
        facts.storages().stream().map(WantedTemplate::roomy).toList(),
        facts.bridges(),
        facts.guests().stream().filter(g -> !(g.template() && Templates.isOurs(g))).toList(),
        facts.pools(),
        facts.nextId(),
        facts.rootSession());
  }

  /** What is there already needs no room. */
  private static StorageFacts roomy(StorageFacts storage) {
    return new StorageFacts(
        storage.id(),
        storage.type(),
        storage.content(),
        storage.active(),
        storage.shared(),
        Optional.empty(),
        storage.path());
  }

  @Override
  public Standing standing(Plan plan, Facts facts, PvePort pve) {
    PveCall create = create(plan);
    String name = literal(create, "name").orElse("");
    Optional<Long> vmid = literal(create, "vmid").map(Long::parseLong);
    List<GuestFacts> named =
        facts.guests().stream()
            .filter(g -> g.type().equals("qemu") && g.name().equals(name))
            .filter(g -> !g.tags().contains(SUPERSEDED) && !Copies.isCopy(g))
            .toList();
    if (named.isEmpty()) {
      return vmid.flatMap(facts::guest)
          .<Standing>map(guest -> new Standing.InTheWay(name, takenId(name, guest)))
          .orElseGet(() -> new Standing.Missing(name));
    }
    List<GuestFacts> ours =
        named.stream().filter(g -> g.template() && Templates.isOurs(g)).toList();
    if (ours.size() != 1) {
      return new Standing.InTheWay(name, takenName(name, ours.isEmpty() ? named : ours));
    }
    GuestFacts guest = ours.getFirst();
    return new Standing.There(name, guest.vmid(), differences(plan, create, vmid, guest, pve));
  }

  private static PveCall create(Plan plan) {
    return plan.step(CREATE)
        .filter(Step.Call.class::isInstance)
        .map(step -> ((Step.Call) step).call())
        .orElseThrow(() -> new IllegalArgumentException("the plan makes no template"));
  }

  private static Optional<String> literal(PveCall call, String param) {
    return Optional.ofNullable(call.params().get(param))
        .flatMap(texts -> texts.getFirst().literal());
  }

  private static List<Difference> differences(
      Plan plan, PveCall create, Optional<Long> vmid, GuestFacts guest, PvePort pve) {
    List<Difference> found = new ArrayList<>();
    vmid.filter(id -> id != guest.vmid())
        .ifPresent(
            id ->
                found.add(new Difference("vmid", Long.toString(id), Long.toString(guest.vmid()))));
    if (!guest.node().equals(plan.node())) {
      found.add(new Difference("node", plan.node(), guest.node()));
    }
    Map<String, Object> config = Templates.config(pve, guest);
    Differences settings = new Differences(config);
    settings.want(create);
    for (Step step : plan.steps()) {
      if (step instanceof Step.Call call && call.call().verb() == Verb.PUT) {
        String path = call.call().path().render(p -> p instanceof Text.Literal(String s) ? s : "0");
        if (path.endsWith("/resize")) {
          settings.wantSize(
              literal(call.call(), "disk").orElse(""), literal(call.call(), "size").orElse(""));
        } else if (path.endsWith("/config")) {
          settings.want(call.call());
        }
      }
    }
    found.addAll(settings.found());
    digest(plan, Tree.text(config, "description")).ifPresent(found::add);
    return found;
  }

  /** Whether it was made of the very build that is wanted, where the wish names one. */
  private static Optional<Difference> digest(Plan plan, String notes) {
    Matcher made = DIGEST.matcher(notes);
    if (!made.find()) {
      return Optional.empty();
    }
    String actual = made.group(1);
    return plan.steps().stream()
        .filter(Step.Download.class::isInstance)
        .map(step -> ((Step.Download) step).fetch().trust())
        .filter(Fetch.Pinned.class::isInstance)
        .map(trust -> trust.algorithm() + ":" + ((Fetch.Pinned) trust).digest())
        .filter(wanted -> actual.startsWith(wanted.substring(0, wanted.indexOf(':') + 1)))
        .filter(wanted -> !wanted.equals(actual))
        .map(wanted -> new Difference("image", wanted, actual))
        .findFirst();
  }

  private static Problem takenId(String name, GuestFacts guest) {
    return TemplateSlug.TEMPLATE_IN_THE_WAY.problem(
        name,
        "VM ID '" + guest.vmid() + "' is that of '" + guest.name() + "'.",
        "Template '" + name + "' is wanted under it.",
        "Give another vmid, or leave it out.");
  }

  private static Problem takenName(String name, List<GuestFacts> guests) {
    GuestFacts guest = guests.getFirst();
    Optional<String> run =
        guest.tags().stream()
            .filter(tag -> tag.startsWith("run-"))
            .map(tag -> tag.substring("run-".length()))
            .findFirst();
    boolean half = Templates.isOurs(guest) && !guest.template() && run.isPresent();
    return TemplateSlug.TEMPLATE_IN_THE_WAY.problem(
        name,
        guests.size() > 1
            ? guests.size() + " guests are called '" + name + "'."
            : "Guest '" + guest.vmid() + "' is called '" + name + "' and is not that template.",
        half
            ? "A run that did not come to its end left it."
            : "A wanted template is known by its name, among the templates that proxkiln made.",
        half
            ? "Go on with: proxkiln resume "
                + run.get()
                + " (or take it back: proxkiln undo "
                + run.get()
                + ")"
            : "Rename or remove what is in the way, or give the template another name.");
  }
}
