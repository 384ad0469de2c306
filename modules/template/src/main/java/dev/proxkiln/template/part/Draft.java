package dev.proxkiln.template.part;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.problem.Problem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A plan in the making: every part adds its share. The guest is made by one call that carries all
 * parameters, and what was asked for is read back in one step.
 */
public final class Draft {

  /** The ID of the run that carries the plan out. */
  public static final Text RUN = Text.output("run", "id");

  /** The tag that says whose a guest is. */
  public static final Text MARK = Text.join("run-", RUN);

  /** When a step is due; within one phase steps stand in the order in which they were added. */
  public enum Phase {
    /** Get the image to the machine where proxkiln runs. */
    OBTAIN,
    /** Change a copy of it. */
    CUSTOMISE,
    /** Look at it before anything is made. */
    FIT,
    /** Bring to the node what the guest will be made of. */
    PLACE,
    /** The guest was made: remove what only that needed. */
    CLEAR,
    /** Settings that a call of their own makes. */
    SETTLE,
    /** Disks get their sizes. */
    GROW,
    /** Start it and have a system installed; ends with the guest stopped. */
    INSTALL
  }

  private final Facts facts;
  private final Subject subject;
  private final Text vmid;
  private final Text unique;
  private final List<Check> checks = new ArrayList<>();
  private boolean letsIn;
  private final Map<Phase, List<Step>> steps = new EnumMap<>(Phase.class);
  private final Map<String, Text> parameters = new LinkedHashMap<>();
  private final List<Expect> expected = new ArrayList<>();
  private final List<String> boot = new ArrayList<>();
  private final List<String> tags = new ArrayList<>();
  private final Map<String, Text> notes = new LinkedHashMap<>();
  private final Map<String, Text> announced = new LinkedHashMap<>();
  private final Map<Snippet.Role, Snippet> snippets = new TreeMap<>();
  private Optional<Content> content = Optional.empty();
  private String origin = "";

  /**
   * An empty draft.
   *
   * @param subject what the template is made of
   * @param vmid of the guest, perhaps known only during the run
   * @param prefix of this template's steps, where a plan holds several; else empty
   */
  public Draft(Facts facts, Subject subject, Text vmid, String prefix) {
    this.facts = facts;
    this.subject = subject;
    this.vmid = vmid;
    this.unique = Text.join(prefix, RUN);
  }

  public Facts facts() {
    return facts;
  }

  public Subject subject() {
    return subject;
  }

  public Text vmid() {
    return vmid;
  }

  /** For names of files: no other run has it, and no other template of the same plan. */
  public Text unique() {
    return unique;
  }

  /** API path of a resource of the node, for example {@code node("/qemu")}. */
  public String node(String path) {
    return "/nodes/" + facts.node() + path;
  }

  /** API path of the guest. */
  public Text guest() {
    return Text.join(node("/qemu/"), vmid);
  }

  /** Reads the guest's configuration. */
  public PveCall config() {
    return PveCall.get(guest(), "/config");
  }

  /** What must hold on the node before anything is made. */
  public void check(Check check) {
    checks.add(check);
  }

  /**
   * A step that only warns: it stands in the plan, and what it says comes up in every run.
   *
   * @param id of the step
   * @param label what the plan says
   */
  public void warn(Phase phase, String id, String label, Problem problem) {
    Check never = new Check.Matches(id, Text.of("so"), Text.of("^otherwise$"), problem);
    add(phase, new Step.Require(id, label, List.of(never), true));
  }

  public void add(Phase phase, Step step) {
    steps.computeIfAbsent(phase, p -> new ArrayList<>()).add(step);
  }

  /** A parameter of the call that makes the guest; each is set once. */
  public void set(String parameter, Text value) {
    if (parameters.putIfAbsent(parameter, value) != null) {
      throw new IllegalStateException("two parts set '" + parameter + "'");
    }
  }

  /** A literal parameter. */
  public void set(String parameter, String value) {
    set(parameter, Text.of(value));
  }

  /** What the configuration must say when the guest is ready to become a template. */
  public void expect(Expect expect) {
    expected.add(expect);
  }

  /** One more device to boot from, behind those that were added before. */
  public void boot(String device) {
    boot.add(device);
  }

  /** One more tag, besides the user's and those that every template has. */
  public void tag(String tag) {
    tags.add(tag);
  }

  /** Says in the notes what the template is made from, for example {@code the cloud image x}. */
  public void madeFrom(String what) {
    origin = what;
  }

  /** One more line of the notes: {@code - NAME: TEXT}. */
  public void note(String name, Text text) {
    notes.put(name, text);
  }

  /** One more fact of the announcement {@code TemplateCreated}. */
  public void announce(String name, Text text) {
    announced.put(name, text);
  }

  /** A cloud-init file of the guest; one for each role. */
  public void snippet(Snippet snippet) {
    if (snippets.putIfAbsent(snippet.role(), snippet) != null) {
      throw new IllegalStateException("two parts write " + snippet.role());
    }
  }

  /** What the first disk is made of from now on; a customisation replaces what the source said. */
  public void content(Content now) {
    content = Optional.of(now);
  }

  /** What the first disk is made of. */
  public Content content() {
    return content.orElseThrow(() -> new NoSuchElementException("no source was planned"));
  }

  // ---- what was added ----

  public List<Check> checks() {
    return List.copyOf(checks);
  }

  public List<Step> steps(Phase phase) {
    return List.copyOf(steps.getOrDefault(phase, List.of()));
  }

  public Map<String, Text> parameters() {
    return new LinkedHashMap<>(parameters);
  }

  public List<Expect> expected() {
    return List.copyOf(expected);
  }

  public List<String> boot() {
    return List.copyOf(boot);
  }

  public List<String> tags() {
    return List.copyOf(tags);
  }

  public Map<String, Text> notes() {
    return new LinkedHashMap<>(notes);
  }

  public Map<String, Text> announced() {
    return new LinkedHashMap<>(announced);
  }

  public List<Snippet> snippets() {
    return List.copyOf(snippets.values());
  }

  /** What it is made from, in words. */
  public String origin() {
    return origin;
  }

  /** Says that somebody can log in to clones. */
  public void letIn() {
    letsIn = true;
  }

  /** Whether somebody can, as far as the parts know. */
  public boolean letsIn() {
    return letsIn;
  }
}
