package dev.proxkiln.ui.page;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.desk.FileEntry;
import dev.proxkiln.ui.desk.QueueDesk;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.form.Reader;
import dev.proxkiln.ui.screen.Next;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A desk with nothing behind it. */
final class FakeDesk implements Desk {
  private static final List<String> HOSTILE =
      List.of(
          "\u001b[2J\u0007 cleared",
          "\u6f22\u5b57".repeat(60),
          "tab\tand\nline \u202eturned round\u200b",
          "");

  final List<Start> started = new ArrayList<>();
  final List<String> called = new ArrayList<>();
  final List<String> saved = new ArrayList<>();
  List<Unfinished> open = List.of();
  final FakeQueue queue = new FakeQueue();
  Optional<String> notice = Optional.empty();
  Values files = Values.none();
  Optional<String> latest = Optional.empty();
  boolean nodeless;

  /** What a node says may hold anything. */
  boolean hostile;

  List<Problem> refusals = List.of();

  /** What a survey found that has nothing to do. */
  Optional<Query.Rows> found = Optional.empty();

  private static final Query.Rows GUESTS =
      new Query.Rows(
          List.of(
              new Query.Column("VMID", "vmid"),
              new Query.Column("NAME", "name"),
              new Query.Column("STATE", "state"),
              new Query.Column("NODE", "node"),
              new Query.Column("TYPE", "type"),
              new Query.Column("MEMORY", "memory"),
              new Query.Column("CLONE OF", "clone-of"),
              new Query.Column("TAGS", "tags")),
          List.of(
              guest("101", "web", "running", "pve1", "vm", "2G", "debian-12"),
              guest(
                  "102", "the-database-of-accounting", "stopped", "pve2", "container", "8G", "")));

  private static Object guest(String... values) {
    List<String> keys = List.of("vmid", "name", "state", "node", "type", "memory", "clone-of");
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      row.put(keys.get(i), values[i]);
    }
    row.put("tags", "prod;proxkiln;series-web");
    return row;
  }

  private record ToyReader(String command) implements Reader {
    @Override
    public String summary() {
      return "";
    }

    @Override
    public Schema schema() {
      return ToyModule.SCHEMA;
    }

    @Override
    public Facts facts() {
      return ToyModule.FACTS;
    }

    @Override
    public Followed follow(Values values) {
      return new Followed(values, List.of());
    }

    @Override
    public List<Problem> check(Values followed) {
      return List.of();
    }

    @Override
    public String hide(Field<?> field, String password) {
      return "$6$hash";
    }
  }

  @Override
  public String version() {
    return "1.4.0";
  }

  /** Whether the module was switched off. */
  boolean off;

  /** Names of what a survey found to do; empty for an action. */
  List<String> due = List.of();

  /** What a survey could not look at. */
  List<Problem> unseen = List.of();

  @Override
  public List<Module> modules() {
    return off ? List.of() : List.of(new ToyModule());
  }

  @Override
  public Optional<Facts> facts() {
    return Optional.empty();
  }

  @Override
  public Facts look() {
    if (nodeless) {
      throw CoreSlug.UNEXPECTED
          .problem("", "Node 'pve1' does not answer.", "", "Look whether it is up.")
          .raise();
    }
    return ToyModule.FACTS;
  }

  @Override
  public Form form(String command, Values typed) {
    look();
    return Form.of(new ToyReader(command), files.overlay(typed));
  }

  @Override
  public Optional<String> latest(String command, String key) {
    return latest;
  }

  @Override
  public Query.Result ask(String query, Map<String, String> settings) {
    look();
    if (query.endsWith("show")) {
      return new Query.One(Map.of("name", settings.values().iterator().next()));
    }
    if (query.equals("guest list") && !hostile) {
      return GUESTS;
    }
    List<Object> rows = new ArrayList<>();
    for (String name : hostile ? HOSTILE : List.of("debian-12", "ubuntu-24.04")) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", name);
      row.put("vmid", 9000 + rows.size());
      row.put("title", "The image " + name);
      row.put("slug", "some-problem");
      row.put("firmware", "bios,uefi");
      rows.add(row);
    }
    return new Query.Rows(
        List.of(new Query.Column("ID", "id"), new Query.Column("TITLE", "title")),
        rows,
        List.of("One of these is older than its image."));
  }

  @Override
  public Checked<Proposal> plans(Form form) {
    if (found.isPresent()) {
      return new Checked.Valid<>(new Proposal(List.of(), found, List.of()));
    }
    if (!due.isEmpty()) {
      return new Checked.Valid<>(
          new Proposal(
              due.stream().map(FakeDesk::job).toList(), Optional.of(queue.rows()), unseen));
    }
    if (!refusals.isEmpty()) {
      return new Checked.Invalid<>(refusals);
    }
    return ToyModule.CREATE
        .plan(form.values(), ToyModule.FACTS)
        .then(plan -> new Checked.Valid<>(Proposal.of(List.of(plan))));
  }

  /** One that ends in a star has a second plan. */
  private static Job job(String name) {
    Plan plan = ToyModule.plan(name.replace("*", ""));
    return new Job(name.endsWith("*") ? List.of(plan, ToyModule.plan("copies")) : List.of(plan));
  }

  @Override
  public Next start(Start start) {
    started.add(start);
    return new Next.HomeWith(new TextPage("Running", "It runs."));
  }

  @Override
  public List<String> program() {
    return List.of("proxkiln");
  }

  @Override
  public String save(Form form, String file) {
    saved.add(file);
    return "/root/" + file;
  }

  @Override
  public String keep(Form form) {
    return "/etc/proxkiln/config.yaml";
  }

  @Override
  public List<Unfinished> unfinished() {
    return open;
  }

  @Override
  public Query.Rows runs() {
    return new Query.Rows(List.of(new Query.Column("RUN", "id")), List.of());
  }

  @Override
  public QueueDesk queue() {
    return queue;
  }

  @Override
  public Optional<String> notice() {
    return notice;
  }

  /** A queue of three. */
  static final class FakeQueue implements QueueDesk {
    final List<String> done = new ArrayList<>();
    List<Problem> problems = List.of();

    @Override
    public Query.Rows rows() {
      return new Query.Rows(
          List.of(new Query.Column("ID", "id"), new Query.Column("STATE", "state")),
          List.of(row("q1", "waiting", ""), row("q2", "waiting", "r2"), row("q3", "failed", "r3")));
    }

    private static Object row(String id, String state, String run) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", id);
      row.put("state", state);
      row.put("command", "template create");
      row.put("name", "debian-13");
      row.put("run", run);
      return row;
    }

    @Override
    public List<Due> due() {
      return List.of(
          new Due("q1 debian-13", Optional.of(ToyModule.plan("debian-13")), List.of()),
          new Due("q2 fedora-43", Optional.empty(), problems));
    }

    @Override
    public void run() {
      done.add("run");
    }

    @Override
    public void retry(String entry) {
      if (!entry.equals("q3")) {
        throw CoreSlug.INVALID_VALUE
            .problem("", "Entry '" + entry + "' did not fail.", "", "See: proxkiln queue list")
            .raise();
      }
      done.add("retry " + entry);
    }

    @Override
    public void remove(String entry) {
      done.add("remove " + entry);
    }
  }

  @Override
  public List<Object> rows(List<String> words) {
    if (words.getFirst().equals("doctor")) {
      return List.of(
          finding("time", "ok", "The clocks agree.", ""),
          finding("storage local", "bad", "It is full.", "proxkiln catalog update"));
    }
    if (words.getFirst().equals("module")) {
      return List.of(
          module("template", off ? "off" : "on", "proxkiln", off ? "" : "VM templates"),
          module("backup", "broken", "signed by acme", "Its jar is not what was signed."));
    }
    return List.of(setting("target", "sandbox", "default"), setting("jobs", "4", "flag"));
  }

  private static Object finding(String about, String state, String finding, String mend) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("about", about);
    row.put("state", state);
    row.put("finding", finding);
    row.put("why", "");
    row.put("mend", mend);
    return row;
  }

  private static Object module(String id, String state, String from, String title) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", id);
    row.put("state", state);
    row.put("version", "1.4.0");
    row.put("from", from);
    row.put("title", title);
    return row;
  }

  @Override
  public Query.One answer(List<String> words) {
    return new Query.One(module(words.getLast(), "on", "proxkiln", "VM templates"));
  }

  private static Object setting(String setting, String value, String origin) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("setting", setting);
    row.put("value", value);
    row.put("origin", origin);
    return row;
  }

  @Override
  public void call(List<String> words) {
    called.add(String.join(" ", words));
    off = words.equals(List.of("module", "disable", "template"));
    if (words.getLast().equals("wrong")) {
      throw CoreSlug.INVALID_VALUE
          .problem("", "Jobs 'wrong' is no whole number.", "", "Give a number from 1 to 64.")
          .raise();
    }
  }

  @Override
  public Next aside(List<String> words) {
    return new Next.Aside(() -> called.add(String.join(" ", words)));
  }

  @Override
  public Folder folder(String path) {
    return new Folder(
        "/root",
        hostile
            ? HOSTILE.stream().map(name -> new FileEntry(name, false, Long.MAX_VALUE)).toList()
            : List.of(
                new FileEntry("images", true, 0), new FileEntry("user.yaml", false, 3 << 20)));
  }

  @Override
  public Next openRun(String id) {
    return Next.stay();
  }

  static Origin file() {
    return new Origin(Origin.Kind.USER_FILE, "/root/.config/proxkiln/config.yaml");
  }
}
