package dev.proxkiln.cli;

import dev.proxkiln.cli.call.ApplyCommand;
import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Flags;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Grammar;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.config.ConfigCommands;
import dev.proxkiln.cli.config.ExportCommands;
import dev.proxkiln.cli.config.ProfileCommands;
import dev.proxkiln.cli.config.SecretCommands;
import dev.proxkiln.cli.doctor.DoctorCommand;
import dev.proxkiln.cli.help.CompletionScript;
import dev.proxkiln.cli.help.ManPages;
import dev.proxkiln.cli.help.Overview;
import dev.proxkiln.cli.module.CatalogueUpdateCommand;
import dev.proxkiln.cli.module.ModuleCommands;
import dev.proxkiln.cli.node.FactsTree;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.queue.QueueCommands;
import dev.proxkiln.cli.run.RunCommands;
import dev.proxkiln.cli.sandbox.SandboxCommands;
import dev.proxkiln.cli.self.SelfCommands;
import dev.proxkiln.cli.shell.CommandPrompt;
import dev.proxkiln.cli.shell.LineShell;
import dev.proxkiln.cli.shell.Shell;
import dev.proxkiln.cli.support.LogsCommand;
import dev.proxkiln.cli.support.SupportCommand;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.CommandSchema;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.ui.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The commands of proxkiln itself. */
final class OwnCommands {
  private static final Schema NOTHING = Schema.of();

  private static final Field<String> SHELL =
      Field.of(
              "shell",
              "Shell",
              Type.word("SHELL", CompletionScript.SHELLS.toArray(String[]::new)),
              "The shell to complete for.")
          .byDefault("bash")
          .at(1);
  private static final Field<String> PAGE =
      Field.of(
              "man-page",
              "Page",
              Type.anyText(40),
              "Group of commands, for example template; left out, the page of proxkiln itself.")
          .at(1);
  private static final Field<Boolean> LIST =
      Field.of("list", "List", Type.flag(), "Print the names of all pages.").byDefault(false);
  private static final Field<String> WORD_1 = word("command-group", "Command", 1);
  private static final Field<String> WORD_2 = word("command-verb", "Verb", 2);
  private static final Schema WORDS = Schema.of(WORD_1, WORD_2);

  private final Field<String> problem =
      Field.of("slug", "Slug", Type.anyText(80), "Name of a problem, as printed with it.")
          .choosing(facts -> Field.Choice.plain(pages()))
          .mandatory()
          .at(1);

  private final Outside outside;
  private final Wiring wiring;

  OwnCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  private static Field<String> word(String key, String label, int position) {
    return Field.of(key, label, Type.anyText(40), "A word of the command.").at(position);
  }

  List<Command> all() {
    List<Command> all = new ArrayList<>();
    all.add(new ApplyCommand(outside, wiring).command());
    all.addAll(new RunCommands(outside, wiring).commands());
    all.add(own("facts", "Show what is known of the target.", NOTHING, this::facts));
    all.add(own("explain", "Explain a problem.", Schema.of(problem), this::explain));
    all.add(new CatalogueUpdateCommand(outside, wiring).command());
    all.addAll(new QueueCommands(outside, wiring).commands());
    all.add(new LogsCommand(outside, wiring).command());
    all.add(new DoctorCommand(outside, wiring).command());
    all.addAll(new ConfigCommands(outside, wiring).commands());
    all.add(new SupportCommand(outside, wiring).command());
    all.addAll(new ModuleCommands(outside, wiring).commands());
    all.addAll(new ExportCommands(outside, wiring).commands());
    all.addAll(new ProfileCommands(outside, wiring).commands());
    all.addAll(new SecretCommands(outside, wiring).commands());
    all.addAll(new SandboxCommands(outside, wiring).commands());
    all.add(own("menu", "Open the menu; the same as proxkiln alone.", NOTHING, this::menu));
    all.addAll(new SelfCommands(outside, wiring).commands());
    all.add(own("version", "Print the version.", NOTHING, this::version));
    all.add(own("completion", "Print a completion script.", Schema.of(SHELL), this::completion));
    all.add(
        own(
            "shell",
            "Read commands line by line, with completion and history; quit leaves.",
            NOTHING,
            this::shell));
    all.add(
        own(
            "man",
            "Print a manual page in roff: of proxkiln, or of a group of commands.",
            Schema.of(PAGE, LIST),
            this::man));
    all.add(own("help", "Print help, for all commands or one.", WORDS, this::help));
    all.add(
        new Command.Own(
            "schema",
            "Print the JSON Schema of a command's spec file.",
            WORDS,
            true,
            this::schema));
    return all;
  }

  private static Command own(String name, String summary, Schema schema, Command.Own.Body body) {
    return new Command.Own(name, summary, schema, false, body);
  }

  private int menu(Invocation invocation) {
    Globals globals = invocation.globals();
    if (globals.ui().equals("line") || isDumb()) {
      return new LineShell(outside, wiring).run(globals);
    }
    return new Shell(outside, wiring)
        .run(invocation)
        .orElseGet(() -> new LineShell(outside, wiring).run(globals));
  }

  private boolean isDumb() {
    // Training goes through the screens without a terminal.
    return !outside.environment().containsKey("PROXKILN_AOT_TRAINING")
        && outside.environment().getOrDefault("TERM", "dumb").equals("dumb");
  }

  private int shell(Invocation invocation) {
    invocation.answers();
    return new CommandPrompt(outside, wiring).run();
  }

  private int version(Invocation invocation) {
    Results results = new Results(outside, wiring, invocation);
    if (invocation.globals().output().equals("table")) {
      outside.out().println("proxkiln " + Version.text());
    } else {
      results.print(new Query.One(Map.of("version", Version.text())));
    }
    return 0;
  }

  private int facts(Invocation invocation) {
    Facts facts = wiring.connect(invocation).facts();
    new Results(outside, wiring, invocation).print(new Query.One(FactsTree.of(facts)));
    return 0;
  }

  private int explain(Invocation invocation) {
    String slug = invocation.answers().get(problem);
    Path page = wiring.home().page(slug);
    if (slug.matches("[a-z0-9-]+") && Files.isRegularFile(page)) {
      try {
        outside.out().print(Files.readString(page));
        return 0;
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    List<String> known = pages();
    if (known.isEmpty()) {
      throw CliSlug.HOME_INCOMPLETE
          .problem(
              "",
              "The pages that explain problems are not in '" + wiring.home().pages() + "'.",
              "",
              "Install proxkiln again.")
          .raise();
    }
    throw CliSlug.NO_SUCH_PAGE
        .problem(
            "",
            "There is no problem called '" + slug + "'.",
            "",
            Nearest.to(slug, known)
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("Problems are named in the last line of an error."))
        .raise();
  }

  private List<String> pages() {
    Path folder = wiring.home().pages();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".md"))
          .map(name -> name.substring(0, name.length() - 3))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private int completion(Invocation invocation) {
    String shell = invocation.answers().get(SHELL);
    outside.out().print(new CompletionScript(new Grammar(wiring.commands())).of(shell));
    return 0;
  }

  private int man(Invocation invocation) {
    Answers answers = invocation.answers();
    ManPages pages = new ManPages(wiring.commands());
    if (answers.get(LIST)) {
      pages.names().forEach(outside.out()::println);
      return 0;
    }
    String asked = answers.find(PAGE).orElse(ManPages.MAIN);
    String name =
        pages.names().stream()
            .filter(page -> page.equals(asked) || page.equals(ManPages.MAIN + "-" + asked))
            .findFirst()
            .orElseThrow(() -> unknown(asked));
    outside.out().print(pages.page(name));
    return 0;
  }

  private int help(Invocation invocation) {
    String words = words(invocation);
    Optional<Command> command = find(words);
    if (command.isPresent()) {
      Look look = outside.outLook().apply(invocation.globals().color());
      outside.out().print(Flags.help(command.get(), false, look.colour(), look.width().getAsInt()));
      return 0;
    }
    boolean group = wiring.commands().stream().anyMatch(c -> c.name().startsWith(words + " "));
    if (words.isEmpty() || group) {
      outside.out().print(Overview.text(wiring.commands(), words));
      return 0;
    }
    throw unknown(words);
  }

  private int schema(Invocation invocation) {
    String words = words(invocation);
    Command command = find(words).orElseThrow(() -> unknown(words));
    Map<String, Object> tree =
        CommandSchema.tree(command.name(), command.summary(), command.schema(Facts.none()));
    outside.out().print(wiring.json().pretty(tree));
    return 0;
  }

  private static String words(Invocation invocation) {
    Answers answers = invocation.answers();
    return Stream.of(answers.find(WORD_1), answers.find(WORD_2))
        .flatMap(Optional::stream)
        .reduce((a, b) -> a + " " + b)
        .orElse("");
  }

  private Optional<Command> find(String words) {
    return wiring.commands().stream().filter(c -> c.name().equals(words)).findFirst();
  }

  private ProblemException unknown(String words) {
    List<String> names = wiring.commands().stream().map(Command::name).toList();
    return CliSlug.UNKNOWN_COMMAND
        .problem(
            "",
            "There is no command '" + words + "'.",
            "",
            Nearest.to(words, names)
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("See: proxkiln help"))
        .raise();
  }
}
