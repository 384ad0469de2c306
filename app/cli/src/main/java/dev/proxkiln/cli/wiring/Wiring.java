package dev.proxkiln.cli.wiring;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Completer;
import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Grammar;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.command.KnownSettings;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.log.LogLevel;
import dev.proxkiln.cli.log.LogPlace;
import dev.proxkiln.cli.node.Connection;
import dev.proxkiln.cli.node.Connector;
import dev.proxkiln.cli.node.SandboxNode;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.cli.outside.HomeResources;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.settings.ModulesOff;
import dev.proxkiln.cli.settings.SettingsPlaces;
import dev.proxkiln.cli.vault.Passphrases;
import dev.proxkiln.cli.vault.VaultStore;
import dev.proxkiln.config.ConfigSlug;
import dev.proxkiln.config.JacksonTreeText;
import dev.proxkiln.config.JacksonYamlText;
import dev.proxkiln.config.Layers;
import dev.proxkiln.config.Preferences;
import dev.proxkiln.config.SecretSource;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.NodeFiles;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.port.Secrets;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.tree.TreeText;
import dev.proxkiln.host.catalogue.CatalogueStore;
import dev.proxkiln.host.fetch.Limits;
import dev.proxkiln.host.fetch.Patience;
import dev.proxkiln.host.fetch.StreamingDownloads;
import dev.proxkiln.host.file.AtomicFiles;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.host.file.LocalFiles;
import dev.proxkiln.host.log.Masks;
import dev.proxkiln.host.log.RollingLog;
import dev.proxkiln.host.plugin.PluginFolder;
import dev.proxkiln.host.plugin.PluginKeys;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.host.queue.QueueFolder;
import dev.proxkiln.host.queue.QueueItem;
import dev.proxkiln.host.release.Installation;
import dev.proxkiln.host.run.BatchStore;
import dev.proxkiln.host.run.FileRunStore;
import dev.proxkiln.host.trust.PinnedKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts together by hand. What costs time to load is made when it is first asked for, so
 * that {@code version} and {@code catalog list} load none of it.
 */
public final class Wiring {

  private final Outside outside;
  private final Layout layout;
  private final Home home;
  private final Front front;
  private @Nullable List<Modules.Entry> modules;
  private @Nullable List<Command> commands;
  private @Nullable TreeText json;
  private @Nullable FileRunStore runs;
  private Values settings = Values.none();
  private @Nullable VaultStore vault;
  private boolean asking;

  public Wiring(Outside outside, Layout layout, Home home, Front front) {
    this.outside = outside;
    this.layout = layout;
    this.home = home;
    this.front = front;
  }

  /** The same parts with another outside, put together anew. */
  public Wiring with(Outside other) {
    return new Wiring(other, layout, home, front);
  }

  /** Where files of this user or machine live. */
  public Layout layout() {
    return layout;
  }

  /** The tree that the program was installed in. */
  public Home home() {
    return home;
  }

  /** The modules that are on. */
  public List<Module> modules() {
    return moduleEntries().stream().flatMap(entry -> entry.module().stream()).toList();
  }

  /** All modules; one that cannot be used is reported and left out. */
  public List<Modules.Entry> moduleEntries() {
    List<Modules.Entry> known = modules;
    if (known == null) {
      known =
          Modules.load(
              new HomeResources(
                  layout.config().resolve("templates"), catalogue(), home.templates()),
              this::publishers,
              modulesOff().read(),
              Files.isDirectory(layout.plugins()) ? Optional.of(plugins()) : Optional.empty(),
              () -> names(front.commands(outside, this, List.of())));
      for (Modules.Entry entry : known) {
        for (Problem problem : entry.problems()) {
          outside.err().println("note: " + problem.what() + " " + problem.why());
        }
      }
      modules = known;
    }
    return known;
  }

  /**
   * Looks for the modules anew when they are asked for next: one was switched, added or removed.
   */
  public void forgetModules() {
    modules = null;
    commands = null;
  }

  /** Which modules are switched off. */
  public ModulesOff modulesOff() {
    return new ModulesOff(layout, outside.environment());
  }

  /** Modules that others made. */
  public PluginFolder plugins() {
    return new PluginFolder(layout.plugins(), new PluginKeys(layout.pluginKeys()));
  }

  /** Every command, modules first. */
  public List<Command> commands() {
    List<Command> known = commands;
    if (known == null) {
      known = new ArrayList<>();
      for (Module module : modules()) {
        for (Action<?> action : module.actions()) {
          known.add(new Command.Acts(action));
        }
        for (Survey survey : module.surveys()) {
          known.add(new Command.Surveys(survey));
        }
        for (Query query : module.queries()) {
          known.add(new Command.Asks(query));
        }
      }
      known.addAll(front.commands(outside, this, List.copyOf(known)));
      commands = known;
    }
    return known;
  }

  /** The words of every command. */
  public Set<String> commandNames() {
    return names(commands());
  }

  private static Set<String> names(List<Command> commands) {
    return commands.stream().map(Command::name).collect(Collectors.toSet());
  }

  /** The keys of every setting. */
  public Set<String> knownKeys() {
    return KnownSettings.keysOf(commands());
  }

  /** JSON text. */
  public TreeText json() {
    TreeText known = json;
    if (known == null) {
      known = new JacksonTreeText();
      json = known;
    }
    return known;
  }

  /** A tree as YAML text. */
  public String yaml(Object tree) {
    return new JacksonYamlText().write(tree);
  }

  /** The settings of this call that are of no command: globals, preferences. */
  public Values settings() {
    return settings;
  }

  /** Says what {@link #settings()} are; what no command is concerned with is left out. */
  public void settings(Values values) {
    settings = Layers.only(values, KnownSettings.GENERAL);
  }

  /**
   * Settings of proxkiln itself.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code invalid-value}
   */
  public Answers preferences() {
    Values given = Layers.only(settings, Preferences.SCHEMA);
    return given.entries().isEmpty()
        ? Preferences.DEFAULTS
        : Preferences.SCHEMA.read(given, Facts.none()).orRaise();
  }

  /** What settings files and the environment say. */
  public Layers layers() {
    return new Layers(
        SettingsPlaces.all(layout, outside.folder()), outside.environment(), outside.folder());
  }

  /**
   * What to ask layers for the settings of a command: its own, and those that every command reads.
   *
   * @param command words of the command; empty for none
   */
  public Layers.Request request(String command, Schema schema) {
    return request(command, schema, List.of(), Map.of());
  }

  /**
   * The same with what the call gave.
   *
   * @param specs spec files; {@code -} is standard input
   * @param flags what was typed, by key
   */
  public Layers.Request request(
      String command, Schema schema, List<String> specs, Map<String, String> flags) {
    // Only a settings file needs to know the keys of all commands: they are not made before.
    return new Layers.Request(
        command, schema, KnownSettings.GENERAL, this::knownKeys, this::commandNames, specs, flags);
  }

  /** The layers below a definition: nothing of the moment, neither the environment nor a folder. */
  Layers lastingLayers() {
    return new Layers(SettingsPlaces.lasting(layout), Map.of(), outside.folder());
  }

  /** Settings kept by name. */
  public DefinitionFolder definitions() {
    return new DefinitionFolder(this, layout.definitions());
  }

  /** Follows what settings point to: files, keys, settings of this machine. */
  public Sources sources() {
    return new SettingSources(outside.environment(), outside.folder()).sources();
  }

  /**
   * Secrets for a run.
   *
   * @param own those that belong to the run itself
   */
  public Secrets secrets(Map<String, String> own) {
    Masks masks = Masks.ofProcess();
    own.values().forEach(masks::add);
    Secrets source = new SecretSource(own, outside.environment(), vault()::find, secretFolder());
    return name -> masks.add(source.secret(name));
  }

  /** Secrets as this machine keeps them, whatever the environment says. */
  public Secrets keptSecrets() {
    Secrets source = new SecretSource(Map.of(), Map.of(), vault()::find, secretFolder());
    return name -> Masks.ofProcess().add(source.secret(name));
  }

  /** The names of the secrets that this machine keeps, sorted. */
  public List<String> secretNames() {
    Set<String> names = new TreeSet<>(vault().sealed().keySet());
    names.addAll(SecretSource.names(secretFolder()));
    return List.copyOf(names);
  }

  /** The folder of secrets that are files of their own. */
  public Path secretFolder() {
    return layout.config().resolve("secrets");
  }

  /** The vault of this machine. */
  public VaultStore vault() {
    VaultStore store = vault;
    if (store == null) {
      store = new VaultStore(layout, json(), new AtomicFiles(), passphrases());
      vault = store;
    }
    return store;
  }

  /** Where passphrases come from. */
  public Passphrases passphrases() {
    return new Passphrases(
        name -> Optional.ofNullable(outside.environment().get(name)),
        () -> asking ? outside.terminal().open() : Optional.empty());
  }

  /** Lets secrets be asked for on the terminal; a whole screen on it must not be written over. */
  public void asking(boolean may) {
    asking = may;
  }

  /** Files of this machine. */
  public NodeFiles files() {
    return new LocalFiles();
  }

  /** The image catalogues that were fetched. */
  public CatalogueStore catalogues() {
    return new CatalogueStore(layout.catalogues());
  }

  /** The folder of images and keys: ours, or that of a newer catalogue. */
  private Path catalogue() {
    return catalogues().inUse(home.catalogueVersion()).orElse(home.templates());
  }

  /** The keys that images are trusted by. */
  public PinnedKeys pinnedKeys() {
    return new PinnedKeys(keyFolders());
  }

  private List<Path> keyFolders() {
    return List.of(
        layout.keys(),
        layout.config().resolve("templates").resolve("keys"),
        catalogue().resolve("keys"),
        home.templates().resolve("keys"));
  }

  /** Downloads into the cache; keys of the administrator come before ours. */
  public Downloads downloads() {
    return downloads(Patience.USUAL);
  }

  /** What publishers offer; a question is given up soon. */
  public Publishers publishers() {
    return downloads(Patience.BRIEF).publishers();
  }

  private StreamingDownloads downloads(Patience patience) {
    return new StreamingDownloads(
        layout.images(),
        keyFolders(),
        new ProcessCommands(),
        outside.environment(),
        patience,
        Limits.USUAL);
  }

  /** The runs of this machine. */
  public FileRunStore runs() {
    FileRunStore known = runs;
    if (known == null) {
      known =
          new FileRunStore(
              layout.runs(),
              json(),
              InstantSource.system(),
              ThreadLocalRandom.current(),
              Installation.of(home.folder()).map(in -> home.folder().getFileName().toString()));
      runs = known;
    }
    return known;
  }

  /** Runs that were started together. */
  public BatchStore batches() {
    return new BatchStore(
        layout.batches(), json(), InstantSource.system(), ThreadLocalRandom.current());
  }

  /** What waits to be run. */
  public QueueFolder queue() {
    return new QueueFolder(layout.state().resolve("queue"), json(), InstantSource.system());
  }

  /**
   * Refuses a token that stands where others can see it.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code secret-in-clear}
   */
  public void checkToken(Values values) {
    Optional<Values.Value> token = values.find("token");
    if (token.isPresent()
        && token.get().origin().kind() != Origin.Kind.ENVIRONMENT
        && !token.get().raw().startsWith(Sources.SECRET_PREFIX)) {
      throw ConfigSlug.SECRET_IN_CLEAR
          .problem(
              token.get().origin().name("token"),
              "The API token stands in clear text.",
              "Everybody on this machine can see flags, and files get copied.",
              "Run: proxkiln secret set token, and give secret:token; or set PROXKILN_TOKEN.")
          .raise();
    }
  }

  /** Connects to the target that was asked for, or to the default one. */
  public Connection connect(Invocation invocation) {
    return connect(invocation.globals(), invocation.switches());
  }

  /** Connects to the target that some globals name. */
  public Connection connect(Globals globals, Switches switches) {
    Connection connection = connector().connect(globals, switches);
    new QuickFacts(this).keep(globals, connection.facts());
    return connection;
  }

  /** Whether a target can be asked without starting anything. */
  public boolean isUp(Globals globals) {
    return connector().isUp(globals);
  }

  /** What reaches targets. */
  public Connector connector() {
    return new Connector(
        outside, sandbox(), files(), this::downloads, name -> secrets(Map.of()).secret(name));
  }

  /** The sandbox node of this user. */
  public SandboxNode sandbox() {
    return new SandboxNode(outside, layout, home);
  }

  /**
   * Asks on the whole screen for what a call leaves open; empty where the terminal shows none.
   *
   * @return the exit code of what was done
   */
  public OptionalInt askOnScreen(Invocation invocation) {
    return front.ask(outside, this, invocation);
  }

  /** What completes words of command lines. */
  public Completer completer() {
    return new Completer(
        new Grammar(commands()), this::secretNames, this::kept, new QuickFacts(this)::of);
  }

  /**
   * Names that this machine keeps.
   *
   * @param key one of {@link dev.proxkiln.cli.command.Offer#KEPT}
   */
  public List<String> kept(String key) {
    return switch (key) {
      case "definition" -> definitions().names();
      case "profile" -> SettingsPlaces.profiles(layout, outside.folder());
      default -> queue().all().stream().map(QueueItem::id).toList();
    };
  }

  /**
   * Connects to the target that a plan was made for.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code plan-other-target}
   */
  public Connection connect(Invocation invocation, Plan plan) {
    Optional<String> given = invocation.globals().target();
    if (given.isPresent() && !given.get().equals(plan.target())) {
      throw CliSlug.PLAN_OTHER_TARGET
          .problem(
              "--target",
              "The plan is for '" + plan.target() + "', not for '" + given.get() + "'.",
              "A plan names the storages and guests of one target.",
              "Leave --target out, or make a new plan.")
          .raise();
    }
    return connector()
        .connect(
            invocation.globals().at(Optional.of(plan.target()), Optional.of(plan.node())),
            invocation.switches());
  }

  /** Says where the log goes and how much of it, before anything is logged. */
  public void logging(Switches switches, LogLevel level, RollingLog.Limits limits) {
    boolean all = switches.verbose() > 1;
    new LogPlace(Optional.of(logFile()), all ? LogLevel.DEBUG : level, limits, all).hold();
    Masks.ofProcess().addFrom(outside.environment());
  }

  /** The file that the log is written to. */
  public Path logFile() {
    return layout.logs().resolve("proxkiln.log");
  }
}
