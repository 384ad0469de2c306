package dev.proxkiln.cli.shell;

import dev.proxkiln.cli.call.ActionRun;
import dev.proxkiln.cli.call.DefinitionCommands;
import dev.proxkiln.cli.call.FormReader;
import dev.proxkiln.cli.call.Program;
import dev.proxkiln.cli.call.SurveyRun;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.run.AnswerFile;
import dev.proxkiln.cli.run.Batch;
import dev.proxkiln.cli.run.RunCommands;
import dev.proxkiln.cli.run.Runs;
import dev.proxkiln.cli.self.UpdateNotice;
import dev.proxkiln.cli.wiring.NoNode;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Layers;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.ui.desk.Desk;
import dev.proxkiln.ui.desk.FileEntry;
import dev.proxkiln.ui.desk.QueueDesk;
import dev.proxkiln.ui.form.Form;
import dev.proxkiln.ui.page.WizardPage;
import dev.proxkiln.ui.screen.Next;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The program as the pages of the shell see it. */
final class ShellDesk implements Desk {
  /** How long what was asked of the target is taken for true. */
  private static final long FRESH = Duration.ofSeconds(20).toNanos();

  /** Rows for what is unfinished, in the menu. */
  private static final int UNFINISHED = 4;

  private final Outside outside;
  private final Wiring wiring;
  private final Outside silent;
  private final Wiring quiet;
  private final Globals globals;
  private final ShellRuns runs;
  private @Nullable Connection connection;
  private @Nullable Proposed proposed;
  private long asked;

  /**
   * What was proposed last.
   *
   * @param entries the plans of an action
   * @param jobs what a survey found; empty for an action
   */
  private record Proposed(Form form, List<Batch.Entry> entries, List<Survey.Job> jobs) {}

  /**
   * A desk.
   *
   * @param outside for what has the terminal to itself
   * @param silent says nothing, for what happens behind the pages
   */
  ShellDesk(Outside outside, Wiring wiring, Outside silent, Wiring quiet, Globals globals) {
    this.outside = outside;
    this.wiring = wiring;
    this.silent = silent;
    this.quiet = quiet;
    this.globals = globals;
    this.runs =
        new ShellRuns(
            silent,
            quiet,
            globals,
            (command, answers) -> Next.push(new WizardPage(this, command, answers)));
  }

  @Override
  public String version() {
    return Version.text();
  }

  @Override
  public List<Module> modules() {
    return quiet.modules();
  }

  @Override
  public synchronized Optional<Facts> facts() {
    return Optional.ofNullable(connection).map(Connection::facts);
  }

  @Override
  public Facts look() {
    return connection().facts();
  }

  private Connection connection() {
    synchronized (this) {
      Connection known = connection;
      if (known != null && System.nanoTime() - asked < FRESH) {
        return known;
      }
    }
    // Pages that ask for what is known are not to wait for this.
    Connection found = quiet.connect(globals, Switches.NONE);
    synchronized (this) {
      connection = found;
      asked = System.nanoTime();
    }
    return found;
  }

  // ---- settings ----

  private Command command(String words) {
    return quiet.commands().stream()
        .filter(command -> command.name().equals(words))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(words));
  }

  /** What settings files and the environment say for a command. */
  private Values settings(Command command, Schema schema) {
    Values all = quiet.layers().read(quiet.request(command.specFor(), schema)).orRaise();
    return Layers.without(all, KnownSettings.GENERAL);
  }

  @Override
  public Form form(String words, Values typed) {
    Command command = command(words);
    Facts facts = look();
    Values start = settings(command, command.schema(Facts.none())).overlay(typed);
    return Form.of(new FormReader(command, facts, quiet.sources(), quiet::kept), start);
  }

  @Override
  public Optional<String> latest(String command, String key) {
    return runs.latest(command, key);
  }

  private Invocation invocation(Form form, Globals with) {
    FormReader reader = (FormReader) form.reader();
    return new Invocation(
        command(reader.command()),
        false,
        false,
        reader.resolve(form.values()),
        with,
        Switches.NONE);
  }

  // ---- queries ----

  @Override
  public Query.Result ask(String words, Map<String, String> given) {
    Values values = Values.of(given, new Origin(Origin.Kind.TYPED, ""));
    return switch (command(words)) {
      case Command.Asks asks -> answer(asks, values);
      case Command.Surveys surveys -> rows(surveys, values);
      case Command other -> throw new IllegalArgumentException(other.name());
    };
  }

  private Query.Result answer(Command.Asks asks, Values typed) {
    Query query = asks.query();
    Values values = settings(asks, query.schema(Facts.none())).overlay(typed);
    if (!query.needsTarget()) {
      Answers answers = query.schema(Facts.none()).read(values, Facts.none()).orRaise();
      return query.answer(answers, Facts.none(), new NoNode());
    }
    Connection there = connection();
    Answers answers = query.schema(there.facts()).read(values, there.facts()).orRaise();
    return query.answer(answers, there.facts(), there.pve());
  }

  private Query.Result rows(Command.Surveys surveys, Values typed) {
    Values values = settings(surveys, surveys.schema(Facts.none())).overlay(typed);
    Invocation invocation =
        new Invocation(
            surveys,
            false,
            false,
            quiet.sources().follow(surveys.schema(Facts.none()), values),
            globals,
            Switches.NONE);
    Survey.Found found =
        new SurveyRun(silent, quiet, invocation).look(surveys.survey(), connection());
    return found.rows().orElseGet(() -> new Query.Rows(List.of(), List.of()));
  }

  // ---- plans ----

  @Override
  public Checked<Proposal> plans(Form form) {
    Invocation invocation = invocation(form, globals);
    return switch (invocation.command()) {
      case Command.Acts(Action<?> action) -> {
        List<Batch.Entry> entries =
            new ActionRun(silent, quiet, invocation).plans(action, form.reader().facts());
        propose(new Proposed(form, entries, List.of()));
        yield new Checked.Valid<>(Proposal.of(entries.stream().map(Batch.Entry::plan).toList()));
      }
      case Command.Surveys(Survey survey) -> proposal(form, survey, invocation);
      case Command other -> throw new IllegalArgumentException(other.name());
    };
  }

  private Checked<Proposal> proposal(Form form, Survey survey, Invocation invocation) {
    Survey.Found found = new SurveyRun(silent, quiet, invocation).look(survey, connection());
    // A job without a plan has nothing that could be agreed to.
    List<Survey.Job> jobs = found.jobs().stream().filter(job -> !job.plans().isEmpty()).toList();
    if (jobs.isEmpty() && found.rows().isEmpty() && !found.problems().isEmpty()) {
      return new Checked.Invalid<>(found.problems());
    }
    propose(new Proposed(form, List.of(), jobs));
    return new Checked.Valid<>(
        new Proposal(
            jobs.stream().map(job -> new Job(job.plans())).toList(),
            found.rows(),
            found.problems()));
  }

  private synchronized void propose(Proposed now) {
    proposed = now;
  }

  private synchronized Proposed proposed(Form form) {
    Proposed last = proposed;
    if (last == null || last.form() != form) {
      throw new IllegalStateException("what was agreed to is not what was proposed");
    }
    return last;
  }

  /**
   * What was begun last, as it stands.
   *
   * @param text a sentence for the terminal that the pages have left
   */
  record Begun(String text, int exitCode) {}

  /** What was begun last; empty when nothing was. */
  Optional<Begun> begun() {
    return runs.begun();
  }

  @Override
  public Next start(Start start) {
    Invocation invocation = invocation(start.form(), globals.onError(start.onError()));
    Proposed last = proposed(start.form());
    return invocation.command() instanceof Command.Acts
        ? start(start, last.entries(), invocation)
        : survey(start, last.jobs(), invocation);
  }

  private Next start(Start start, List<Batch.Entry> entries, Invocation invocation) {
    List<Batch.Entry> chosen = start.chosen().stream().map(entries::get).toList();
    if (entries.size() == 1) {
      return runs.started(
          new Runs(silent, quiet, invocation), chosen.getFirst().plan(), connection());
    }
    return chosen.size() == 1
        ? runs.started(chosen.getFirst(), invocation.globals())
        : runs.started(chosen.stream().map(List::of).toList(), invocation.globals());
  }

  private Next survey(Start start, List<Survey.Job> jobs, Invocation invocation) {
    List<Survey.Job> chosen = start.chosen().stream().map(jobs::get).toList();
    SurveyRun survey = new SurveyRun(silent, quiet, invocation);
    Survey.Job first = chosen.getFirst();
    if (chosen.size() == 1 && first.plans().size() == 1) {
      return runs.started(survey.runs(first), first.plans().getFirst(), connection());
    }
    boolean keeps = chosen.stream().anyMatch(Survey.Job::keeps);
    Globals with = keeps ? invocation.globals().keeping() : invocation.globals();
    return runs.started(survey.chains(chosen), with);
  }

  @Override
  public List<String> program() {
    List<String> words = new ArrayList<>(List.of("proxkiln"));
    globals.target().ifPresent(target -> words.addAll(List.of("--target", target)));
    globals.node().ifPresent(node -> words.addAll(List.of("--node", node)));
    return words;
  }

  // ---- files ----

  @Override
  public String save(Form form, String name) {
    Path file = outside.folder().resolve(name);
    if (Files.exists(file)) {
      throw CoreSlug.INVALID_VALUE
          .problem("", "'" + file + "' is there already.", "", "Give another name.")
          .raise();
    }
    Invocation invocation = invocation(form, globals);
    invocation.resolved().aside().forEach(new DefinitionCommands(silent, quiet)::keepSecret);
    quiet
        .files()
        .write(file.toString(), AnswerFile.text(quiet, invocation, form.reader().facts()), 0640);
    return file.toString();
  }

  @Override
  public String keep(Form form) {
    Invocation invocation = invocation(form, globals);
    invocation.resolved().aside().forEach(new DefinitionCommands(silent, quiet)::keepSecret);
    Path file = quiet.layout().config().resolve("config.yaml");
    return MyDefaults.keep(quiet, file, form).toString();
  }

  @Override
  public Folder folder(String path) {
    Path folder = outside.folder().resolve(path).toAbsolutePath().normalize();
    try (Stream<Path> files = Files.list(folder)) {
      List<FileEntry> entries =
          files
              .filter(file -> !file.getFileName().toString().startsWith("."))
              .map(ShellDesk::entry)
              .sorted(
                  Comparator.comparing((FileEntry entry) -> !entry.folder())
                      .thenComparing(FileEntry::name))
              .toList();
      return new Folder(folder.toString(), entries);
    } catch (IOException e) {
      throw FileTrouble.reading(folder, e);
    }
  }

  private static FileEntry entry(Path file) {
    boolean folder = Files.isDirectory(file);
    try {
      return new FileEntry(file.getFileName().toString(), folder, folder ? 0 : Files.size(file));
    } catch (IOException e) {
      return new FileEntry(file.getFileName().toString(), folder, 0);
    }
  }

  // ---- tables ----

  @Override
  public List<Unfinished> unfinished() {
    return runs.unfinished(UNFINISHED).stream()
        .map(one -> new Unfinished(one.id(), one.title(), one.about(), one::open))
        .toList();
  }

  @Override
  public Query.Rows runs() {
    return new RunCommands(silent, quiet).rows();
  }

  @Override
  public QueueDesk queue() {
    return new ShellQueue(silent, quiet, globals);
  }

  @Override
  public Optional<String> notice() {
    UpdateNotice notice = new UpdateNotice(silent, quiet);
    notice.refresh();
    return notice.text();
  }

  @Override
  public List<Object> rows(List<String> words) {
    return new ShellCalls(silent, quiet, globals).rows(words);
  }

  @Override
  public Query.One answer(List<String> words) {
    return new Query.One(new ShellCalls(silent, quiet, globals).one(words));
  }

  @Override
  public void call(List<String> words) {
    try {
      new ShellCalls(silent, quiet, globals).call(words);
    } finally {
      modulesMayDiffer(words);
    }
  }

  private void modulesMayDiffer(List<String> words) {
    if (words.getFirst().equals("module")) {
      quiet.forgetModules();
      wiring.forgetModules();
    }
  }

  @Override
  public Next aside(List<String> words) {
    return new Next.Aside(
        () -> {
          new Program(outside, wiring).run(new ShellCalls(silent, quiet, globals).there(words));
          modulesMayDiffer(words);
          waitForEnter();
        });
  }

  private void waitForEnter() {
    outside.terminal().open().ifPresent(line -> line.read("\nEnter goes back. "));
  }

  @Override
  public Next openRun(String id) {
    return runs.open(id);
  }
}
