package dev.proxkiln.cli.queue;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.run.Agreement;
import dev.proxkiln.cli.run.Background;
import dev.proxkiln.cli.run.Wish;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.host.queue.QueueFolder;
import dev.proxkiln.host.queue.QueueItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code queue}: wishes that are kept until they are run. */
public final class QueueCommands {
  private static final Field<List<String>> IDS =
      Field.of(
              "entry",
              "Entry",
              Type.listOf(Type.text("ID", "q\\d{1,18}", "Give an ID, like q3."), ","),
              "ID of an entry of the queue.")
          .at(1);
  private static final Field<Boolean> ALL =
      Field.of("all", "All", Type.flag(), "Remove what waits and what failed, too.")
          .byDefault(false);

  private final Outside outside;
  private final Wiring wiring;

  public QueueCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  private QueueFolder queue() {
    return wiring.queue();
  }

  /** The commands. */
  public List<Command> commands() {
    Schema none = Schema.of();
    return List.of(
        new Command.Own(
            "queue add",
            "Keep a command with its settings to be run later: queue add COMMAND ..., or the"
                + " documents of a file (-f FILE).",
            none,
            false,
            true,
            this::add),
        new Command.Own("queue list", "List what is in the queue.", none, false, this::list),
        new Command.Own(
                "queue run",
                "Run what waits, side by side, and go on with what was cut off.",
                none,
                false,
                this::run)
            .withDetach(),
        new Command.Own(
                "queue retry",
                "Let what failed wait for the next run; without an ID all that failed.",
                Schema.of(IDS),
                false,
                this::retry)
            .withSeveral(IDS.key()),
        new Command.Own(
                "queue remove", "Remove entries.", Schema.of(IDS.mandatory()), false, this::remove)
            .withSeveral(IDS.key()),
        new Command.Own("queue clear", "Remove what is done.", Schema.of(ALL), false, this::clear));
  }

  /** Adds the documents of files. */
  private int add(Invocation invocation) {
    List<String> files = invocation.switches().specs();
    if (files.isEmpty()) {
      throw CliSlug.BAD_USAGE
          .problem(
              "queue add",
              "There is nothing to add.",
              "",
              "Write a command behind it: proxkiln queue add template create IMAGE, or give -f"
                  + " FILE.")
          .raise();
    }
    List<Wish> wishes = Wishes.read(wiring, files);
    return add(invocation, wishes, wiring.connect(invocation));
  }

  /**
   * Adds wishes, unless they could not be run as the node is now.
   *
   * @throws ProblemException everything that is wrong with them
   */
  public int add(Invocation invocation, List<Wish> wishes, Connection connection) {
    QueueRun.check(wishes, connection);
    Globals globals = invocation.globals();
    List<QueueItem> added =
        queue()
            .add(
                wishes.stream()
                    .map(
                        wish ->
                            new QueueFolder.Wish(
                                wish.name(),
                                wish.action().name(),
                                globals.target().orElse(""),
                                globals.node().orElse(""),
                                raw(wish),
                                wish.aside()))
                    .toList());
    new Results(outside, wiring, invocation).print(rows(added, false));
    if (!invocation.switches().quiet()) {
      outside.err().println("Run it with: proxkiln queue run");
    }
    return 0;
  }

  private static Map<String, String> raw(Wish wish) {
    Map<String, String> raw = new LinkedHashMap<>();
    wish.values().entries().forEach((key, value) -> raw.put(key, value.raw()));
    return raw;
  }

  private int list(Invocation invocation) {
    QueueFolder queue = queue();
    new Results(outside, wiring, invocation).print(rows(queue.all(), queue.running()));
    return 0;
  }

  /** What is in the queue. */
  public Query.Rows rows() {
    QueueFolder queue = queue();
    return rows(queue.all(), queue.running());
  }

  private static Query.Rows rows(List<QueueItem> items, boolean running) {
    List<Object> rows = new ArrayList<>();
    for (QueueItem item : items) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", item.id());
      row.put("name", item.name());
      boolean cutOff = item.state() == QueueItem.State.RUNNING && !running;
      row.put("state", cutOff ? "interrupted" : item.state().text());
      row.put("command", item.command());
      row.put("target", item.target());
      row.put("added", item.added());
      row.put("run", item.run());
      if (!item.problems().isEmpty()) {
        row.put("problem", Tree.text(item.problems().getFirst(), "slug"));
        row.put("problems", item.problems());
      }
      rows.add(row);
    }
    return new Query.Rows(
        List.of(
            new Query.Column("ID", "id"),
            new Query.Column("NAME", "name"),
            new Query.Column("STATE", "state"),
            new Query.Column("COMMAND", "command"),
            new Query.Column("ADDED", "added"),
            new Query.Column("RUN", "run"),
            new Query.Column("PROBLEM", "problem")),
        rows);
  }

  private int run(Invocation invocation) {
    QueueFolder queue = queue();
    List<QueueItem> open =
        queue.all().stream()
            .filter(
                item ->
                    item.state() == QueueItem.State.WAITING
                        || item.state() == QueueItem.State.RUNNING)
            .toList();
    if (open.isEmpty()) {
      if (!invocation.switches().quiet()) {
        outside.err().println("Nothing waits in the queue.");
      }
      return 0;
    }
    new Agreement(outside, invocation)
        .toQueue(open.stream().map(item -> item.command() + " " + item.name()).toList());
    if (invocation.switches().detach()) {
      new Background(outside, wiring).queue(invocation.globals());
      return new Background(outside, wiring).started(invocation, "run", "queue");
    }
    return new QueueRun(outside, wiring, invocation, queue).run();
  }

  private int retry(Invocation invocation) {
    int count = retry(invocation.answers().find(IDS));
    say(invocation, count + (count == 1 ? " entry waits" : " entries wait") + ".");
    return 0;
  }

  /** Lets entries that failed wait again, all where none is named; gives their number. */
  public int retry(Optional<List<String>> ids) {
    QueueFolder queue = queue();
    List<QueueItem> failed =
        queue.all().stream().filter(item -> item.state() == QueueItem.State.FAILED).toList();
    List<QueueItem> chosen = ids.isEmpty() ? failed : chosen(ids.get(), failed, "did not fail");
    for (QueueItem item : chosen) {
      queue.change(item.id(), now -> now.now(QueueItem.State.WAITING, now.run(), List.of()));
    }
    return chosen.size();
  }

  private int remove(Invocation invocation) {
    say(invocation, removed(remove(invocation.answers().get(IDS))));
    return 0;
  }

  /** Takes entries out that nobody works on; gives their number. */
  public int remove(List<String> ids) {
    QueueFolder queue = queue();
    List<QueueItem> chosen = chosen(ids, idle(queue), "is being run");
    chosen.forEach(item -> queue.remove(item.id()));
    return chosen.size();
  }

  private int clear(Invocation invocation) {
    QueueFolder queue = queue();
    boolean all = invocation.answers().get(ALL);
    List<QueueItem> chosen =
        idle(queue).stream().filter(item -> all || item.state() == QueueItem.State.DONE).toList();
    chosen.forEach(item -> queue.remove(item.id()));
    say(invocation, removed(chosen.size()));
    return 0;
  }

  private static String removed(int count) {
    return count + (count == 1 ? " entry" : " entries") + " removed.";
  }

  private void say(Invocation invocation, String text) {
    if (!invocation.switches().quiet()) {
      outside.err().println(text);
    }
  }

  /** Everything that nobody works on now. */
  private static List<QueueItem> idle(QueueFolder queue) {
    boolean running = queue.running();
    return queue.all().stream()
        .filter(item -> !(running && item.state() == QueueItem.State.RUNNING))
        .toList();
  }

  private List<QueueItem> chosen(List<String> ids, List<QueueItem> from, String why) {
    List<QueueItem> chosen = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (String id : ids) {
      Optional<QueueItem> found = from.stream().filter(item -> item.id().equals(id)).findFirst();
      found.ifPresentOrElse(chosen::add, () -> problems.add(unknown(id, why)));
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    return chosen;
  }

  private Problem unknown(String id, String why) {
    return CliSlug.QUEUE_UNKNOWN.problem(
        id,
        queue().find(id).isPresent()
            ? "Entry '" + id + "' " + why + "."
            : "There is no entry '" + id + "' in the queue.",
        "",
        "See: proxkiln queue list");
  }
}
