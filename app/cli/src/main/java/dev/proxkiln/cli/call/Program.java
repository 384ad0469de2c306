package dev.proxkiln.cli.call;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Completer;
import dev.proxkiln.cli.command.Flags;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Grammar;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.command.PlainWords;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.command.Words;
import dev.proxkiln.cli.help.Overview;
import dev.proxkiln.cli.log.LogLevel;
import dev.proxkiln.cli.log.LogLine;
import dev.proxkiln.cli.log.RunLog;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.NoNode;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.Layers;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.host.log.Masks;
import dev.proxkiln.host.log.RollingLog;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.ProblemText;
import dev.proxkiln.ui.Terminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** One start of proxkiln: finds the command, reads its settings, runs it, tells the exit code. */
public final class Program {
  /** Asked by completion scripts: the words of a command line, the last as far as it is typed. */
  private static final String COMPLETE = "__complete";

  /** Says that names of files fit, too. */
  private static final String FILES = ":files";

  private final Outside outside;
  private final Wiring wiring;

  /** A program. */
  public Program(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** Runs a command line to its end; never throws. */
  public int run(List<String> arguments) {
    if (arguments.size() > 1 && arguments.getFirst().equals(COMPLETE)) {
      return complete(arguments.subList(1, arguments.size()));
    }
    List<Command> commands = wiring.commands();
    List<String> names = commands.stream().map(Command::name).toList();
    Words words = Words.of(arguments, names);
    try {
      if (words.whole()) {
        Command command =
            commands.stream()
                .filter(c -> c.name().equals(words.command()))
                .findFirst()
                .orElseThrow();
        return run(command, words);
      }
      return unfinished(words, commands);
    } catch (ProblemException e) {
      return fail(e.problems(), Globals.DEFAULTS, Switches.NONE);
    } catch (RuntimeException | LinkageError e) {
      return fail(List.of(unexpected(e)), Globals.DEFAULTS, Switches.NONE);
    }
  }

  /** A line for each word that the last one can become, for completion scripts. Never complains. */
  private int complete(List<String> words) {
    try {
      Completer.Answer answer = wiring.completer().answer(words);
      for (Grammar.Entry entry : answer.entries()) {
        outside
            .out()
            .println(entry.about().isEmpty() ? entry.word() : entry.word() + "\t" + entry.about());
      }
      if (answer.files()) {
        outside.out().println(FILES);
      }
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(Program.class).debug("completion", e);
    }
    return 0;
  }

  private int run(Command command, Words words) {
    if (words.planning() && !command.plans()) {
      throw CliSlug.BAD_USAGE
          .problem(
              "plan",
              "'" + command.name() + "' changes nothing, so it has no plan.",
              "",
              "Run: proxkiln " + command.name())
          .raise();
    }
    if (words.queueing() && !(command instanceof Command.Acts)) {
      throw CliSlug.BAD_USAGE
          .problem(
              "queue add",
              "'" + command.name() + "' makes nothing, so it is not kept for later.",
              "",
              "Run: proxkiln " + command.name())
          .raise();
    }
    Flags.Given given =
        words.plain()
            ? PlainWords.read(command, words.rest())
                .orElseGet(() -> Flags.parse(command, words.planning(), words.rest()))
            : Flags.parse(command, words.planning(), words.rest());
    Switches switches = asSaid(given.switches());
    if (switches.help()) {
      Look look = outside.outLook().apply("auto");
      outside
          .out()
          .print(Flags.help(command, words.planning(), look.colour(), look.width().getAsInt()));
      return 0;
    }
    wiring.logging(switches, LogLevel.INFO, RollingLog.Limits.USUAL);
    Globals globals = Globals.DEFAULTS;
    try {
      Schema schema = command.schema(Facts.none());
      noteUnknownVariables(schema, switches);
      Values values = read(command, request(command, schema, given));
      wiring.settings(values);
      wiring.asking(!switches.noInput() && !command.name().equals("menu"));
      globals = Globals.read(Layers.only(values, Globals.SCHEMA)).orRaise();
      wiring.logging(switches, globals.logLevel(), globals.logLimits());
      wiring.checkToken(values);
      Sources.Resolved resolved =
          wiring.sources().follow(schema, Layers.without(values, KnownSettings.GENERAL));
      wiring.preferences();
      Invocation invocation =
          new Invocation(command, words.planning(), words.queueing(), resolved, globals, switches);
      if (!(command instanceof Command.Acts) && !resolved.problems().isEmpty()) {
        throw new ProblemException(resolved.problems());
      }
      return switch (command) {
        case Command.Acts acts -> new ActionRun(outside, wiring, invocation).run(acts.action());
        case Command.Asks asks -> answer(asks.query(), invocation);
        case Command.Surveys surveys ->
            new SurveyRun(outside, wiring, invocation).run(surveys.survey());
        case Command.Defines defines ->
            new DefinitionCommands(outside, wiring).define(defines.action(), invocation);
        case Command.Own own ->
            own.body().run(new Asking(outside, wiring).completed(invocation, Facts.none()));
      };
    } catch (ProblemException e) {
      return fail(e.problems(), globals, switches);
    } catch (RuntimeException | LinkageError e) {
      return fail(List.of(unexpected(e)), globals, switches);
    }
  }

  /** {@code PROXKILN_NO_INPUT} is for scripts that must never hang at a question. */
  private Switches asSaid(Switches switches) {
    String never = outside.environment().getOrDefault("PROXKILN_NO_INPUT", "");
    return never.isEmpty() || never.equals("0") ? switches : switches.neverAsking();
  }

  /** A mistyped variable would else do nothing without a word. */
  private void noteUnknownVariables(Schema schema, Switches switches) {
    List<String> strange =
        outside.environment().keySet().stream()
            .filter(name -> name.startsWith("PROXKILN_"))
            .filter(name -> !name.startsWith("PROXKILN_SECRET_"))
            .filter(name -> !Globals.OTHER_VARIABLES.contains(name))
            .filter(name -> !isVariable(name, Globals.SCHEMA) && !isVariable(name, schema))
            .sorted()
            .toList();
    if (strange.isEmpty() || switches.quiet()) {
      return;
    }
    Set<String> known = new HashSet<>(Globals.OTHER_VARIABLES);
    wiring.knownKeys().forEach(key -> known.add(Field.variable(key)));
    for (String name : strange) {
      if (!known.contains(name)) {
        String near = Nearest.to(name, known).map(n -> "; did you mean " + n + "?").orElse("");
        outside.err().println("note: " + name + " is no setting" + near);
      }
    }
  }

  private static boolean isVariable(String name, Schema schema) {
    return schema.fields().stream().anyMatch(field -> field.variable().equals(name));
  }

  private Values read(Command command, Layers.Request request) {
    Checked<Values> values = wiring.layers().read(request);
    if (!command.mends()) {
      return values.orRaise();
    }
    Checked<Answers> general =
        values.then(
            found ->
                KnownSettings.GENERAL.read(
                    Layers.only(found, KnownSettings.GENERAL), Facts.none()));
    return general instanceof Checked.Invalid<Answers>
        ? new Layers(List.of(), outside.environment(), outside.folder()).read(request).orRaise()
        : values.orRaise();
  }

  private Layers.Request request(Command command, Schema schema, Flags.Given given) {
    return wiring.request(
        command.specFor(),
        schema,
        command.takesDocuments() ? List.of() : given.switches().specs(),
        given.values());
  }

  private int answer(Query query, Invocation invocation) {
    Results results = new Results(outside, wiring, invocation);
    if (!query.needsTarget()) {
      Invocation whole = new Asking(outside, wiring).completed(invocation, Facts.none());
      Answers answers = query.schema(Facts.none()).read(whole.values(), Facts.none()).orRaise();
      Query.Result told = query.answer(answers, Facts.none(), new NoNode());
      results.print(told);
      return Results.exitCode(told);
    }
    Connection connection = wiring.connect(invocation);
    Facts facts = connection.facts();
    Invocation whole = new Asking(outside, wiring).completed(invocation, facts);
    Answers answers = query.schema(facts).read(whole.values(), facts).orRaise();
    Query.Result told = query.answer(answers, facts, connection.pve());
    results.print(told);
    return Results.exitCode(told);
  }

  /** No command, or half of one. */
  private int unfinished(Words words, List<Command> commands) {
    boolean help = words.rest().contains("--help") || words.rest().contains("-h");
    String stray = words.stray();
    if (!stray.isEmpty()) {
      List<String> names = commands.stream().filter(c -> !c.hidden()).map(Command::name).toList();
      String nearest = words.nearest(names);
      String said = (words.command() + " " + stray).strip();
      throw CliSlug.UNKNOWN_COMMAND
          .problem(
              "",
              "There is no command '" + said + "'.",
              "",
              nearest.isEmpty() ? "See: proxkiln help" : "Did you mean 'proxkiln " + nearest + "'?")
          .raise();
    }
    if (words.rest().contains("--version")) {
      outside.out().println("proxkiln " + Version.text());
      return 0;
    }
    // A terminal that draws nothing has the menu line by line; without one the list must do.
    if (words.command().isEmpty()
        && !help
        && (outside.outLook().apply("auto").live() || asksLineByLine())) {
      List<String> menu = new ArrayList<>(List.of("menu"));
      menu.addAll(words.rest());
      return run(menu);
    }
    String page = Overview.text(commands, words.command());
    if (help) {
      outside.out().print(page);
      return 0;
    }
    outside.err().print(page);
    return 2;
  }

  private boolean asksLineByLine() {
    Map<String, String> environment = outside.environment();
    boolean wanted = environment.getOrDefault("PROXKILN_UI", "").equals("line");
    boolean never = asSaid(Switches.NONE).noInput();
    if (never || !wanted && !environment.getOrDefault("TERM", "").equals("dumb")) {
      return false;
    }
    Optional<Terminal.Line> line = outside.terminal().open();
    try {
      if (line.isPresent()) {
        line.get().close();
      }
    } catch (IOException e) {
      return false;
    }
    return line.isPresent();
  }

  private int fail(List<Problem> found, Globals globals, Switches switches) {
    // What was typed, or what a machine says, may hold a secret where nobody looks for one.
    List<Problem> problems = found.stream().map(Masks.ofProcess()::apply).toList();
    log(problems);
    outside.err().print(ProblemText.of(problems, outside.look().apply(globals.color())));
    if (globals.output().equals("json")) {
      Results.problems(outside, wiring, problems);
    }
    return problems.getFirst().kind().exitCode();
  }

  /** What the user typed is not worth a line, nor the time to load what writes it. */
  private static void log(List<Problem> problems) {
    for (Problem problem : problems) {
      if (problem.kind() != Kind.INPUT && problem.kind() != Kind.INTERNAL) {
        LoggerFactory.getLogger(Program.class)
            .atError()
            .addKeyValue("slug", problem.slug())
            .log(RunLog.text(problem));
      }
    }
  }

  /** A bug, or a plug-in made for something else: the log has the trace, the screen a sentence. */
  private static Problem unexpected(Throwable e) {
    LoggerFactory.getLogger(Program.class)
        .atError()
        .addMarker(LogLine.FATAL)
        .addKeyValue("slug", CoreSlug.UNEXPECTED.text())
        .setCause(e)
        .log("unexpected");
    return CoreSlug.UNEXPECTED.problem(
        "",
        "proxkiln made a mistake: " + e,
        "This is a bug, not your fault.",
        "Look into the log, or run it again with -vv, and report it.");
  }
}
