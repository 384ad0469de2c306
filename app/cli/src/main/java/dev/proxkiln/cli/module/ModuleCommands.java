package dev.proxkiln.cli.module;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Consent;
import dev.proxkiln.cli.wiring.Modules;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.plugin.PluginFolder;
import dev.proxkiln.host.plugin.PluginJar;
import dev.proxkiln.host.plugin.PluginModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code module ...}: the modules, those that ship and those that others made. */
public final class ModuleCommands {
  private static final Field<String> FILE =
      Field.of("jar", "File", Type.anyText(4096), "Jar of the plug-in.").mandatory().at(1);
  private static final Field<String> SIGNATURE =
      Field.of(
          "signature",
          "Signature",
          Type.anyText(4096),
          "File with the signature of the jar; left out, the one beside it that ends in .sig.");
  private static final Field<Boolean> UNSIGNED =
      Field.of(
              "allow-unsigned",
              "Unsigned",
              Type.flag(),
              "Take a plug-in that nobody signed, as it is now.")
          .byDefault(false);

  private final Field<String> id =
      Field.of("module", "Module", Type.anyText(40), "ID of a module.")
          .choosing(facts -> Field.Choice.plain(ids()))
          .mandatory()
          .at(1);

  private final Outside outside;
  private final Wiring wiring;

  public ModuleCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  private List<String> ids() {
    return wiring.moduleEntries().stream().map(Modules.Entry::id).toList();
  }

  /** The commands. */
  public List<Command> commands() {
    return List.of(
        own("list", "List the modules and plug-ins.", Schema.of(), this::list),
        own("info", "Show a module.", Schema.of(id), this::info),
        own("enable", "Switch a module on.", Schema.of(id), call -> turn(call, true)),
        own("disable", "Switch a module off.", Schema.of(id), call -> turn(call, false)),
        own(
            "install",
            "Install a plug-in, or another version of it.",
            Schema.of(FILE, SIGNATURE, UNSIGNED),
            this::install),
        own("remove", "Remove a plug-in.", Schema.of(id), this::remove));
  }

  private static Command own(String verb, String summary, Schema schema, Command.Own.Body body) {
    return new Command.Own("module " + verb, summary, schema, false, body);
  }

  /** Every module as a plain tree. */
  public List<Object> rows() {
    List<Object> rows = new ArrayList<>();
    wiring.moduleEntries().forEach(entry -> rows.add(row(entry)));
    return rows;
  }

  private int list(Invocation invocation) {
    new Results(outside, wiring, invocation)
        .print(
            new Query.Rows(
                List.of(
                    new Query.Column("MODULE", "id"),
                    new Query.Column("STATE", "state"),
                    new Query.Column("VERSION", "version"),
                    new Query.Column("FROM", "from"),
                    new Query.Column("TITLE", "title")),
                rows()));
    return 0;
  }

  private Map<String, Object> row(Modules.Entry entry) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", entry.id());
    row.put("state", entry.state().word());
    row.put("version", entry.version());
    row.put(
        "from",
        entry.shipped()
            ? "proxkiln"
            : entry.signer().map(key -> "signed by " + key).orElse("not signed"));
    row.put(
        "title",
        entry
            .module()
            .map(Module::title)
            .orElse(entry.problems().isEmpty() ? "" : entry.problems().getFirst().why()));
    return row;
  }

  private int info(Invocation invocation) {
    Modules.Entry entry = find(invocation.answers().get(id));
    Map<String, Object> tree = new LinkedHashMap<>(row(entry));
    tree.put("interfaces", Module.API);
    if (!entry.shipped()) {
      tree.put("folder", wiring.plugins().place(entry.id()).toString());
    }
    tree.put("commands", entry.module().map(PluginModule::names).orElse(List.of()));
    if (!entry.problems().isEmpty()) {
      tree.put("problems", entry.problems().stream().map(Problem::tree).toList());
    }
    new Results(outside, wiring, invocation).print(new Query.One(tree));
    return 0;
  }

  private Modules.Entry find(String wanted) {
    List<String> ids = ids();
    return wiring.moduleEntries().stream()
        .filter(entry -> entry.id().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                unknown(
                    "There is no module '" + wanted + "'.",
                    Nearest.to(wanted, ids)
                        .map(near -> "Did you mean '" + near + "'?")
                        .orElse("See them with: proxkiln module list")));
  }

  private static ProblemException unknown(String what, String next) {
    return CliSlug.MODULE_UNKNOWN.problem("module", what, "", next).raise();
  }

  private int turn(Invocation invocation, boolean on) {
    Modules.Entry entry = find(invocation.answers().get(id));
    Set<String> off = new TreeSet<>(wiring.modulesOff().read());
    boolean changes = on ? off.remove(entry.id()) : off.add(entry.id());
    if (changes) {
      wiring.modulesOff().write(off);
    }
    told(
        invocation,
        entry.id(),
        changes,
        "'" + entry.id() + "' is " + (changes ? "" : "already ") + (on ? "on." : "off."));
    return 0;
  }

  private int install(Invocation invocation) {
    Answers answers = invocation.answers();
    Path file = outside.folder().resolve(answers.get(FILE));
    Optional<Path> beside =
        answers
            .find(SIGNATURE)
            .map(outside.folder()::resolve)
            .or(() -> Optional.of(file.resolveSibling(file.getFileName() + ".sig")))
            .filter(one -> answers.find(SIGNATURE).isPresent() || Files.exists(one));
    byte[] jar = PluginFolder.bytesOf(file);
    Optional<byte[]> signature = beside.map(PluginFolder::bytesOf);
    PluginFolder.Verified checked =
        wiring
            .plugins()
            .check(jar, signature, answers.get(UNSIGNED), file.getFileName().toString());
    String id = checked.jar().id();
    Set<String> others = new TreeSet<>(wiring.commandNames());
    Optional<Modules.Entry> before =
        wiring.moduleEntries().stream().filter(entry -> entry.id().equals(id)).findFirst();
    if (before.map(Modules.Entry::shipped).orElse(false)) {
      throw unknown(
          "'" + id + "' is a module of proxkiln itself, and no plug-in can take its place.",
          "Ask its maker for another ID.");
    }
    before
        .flatMap(Modules.Entry::module)
        .ifPresent(module -> PluginModule.names(module).forEach(others::remove));
    Consent.to(outside, invocation.switches(), question(checked, before));
    // Its code runs only after the consent, and must work before it takes the place of another one.
    Module module = PluginModule.of(checked.jar(), others, wiring::publishers);
    wiring.plugins().install(checked, jar, signature);
    told(
        invocation,
        id,
        true,
        "Installed '"
            + id
            + "' "
            + checked.jar().version()
            + ": "
            + String.join(", ", PluginModule.names(module))
            + ".");
    return 0;
  }

  private static String question(PluginFolder.Verified checked, Optional<Modules.Entry> before) {
    PluginJar jar = checked.jar();
    return "This installs plug-in '"
        + jar.id()
        + "' "
        + jar.version()
        + before.map(entry -> " in the place of " + entry.version()).orElse("")
        + ", signed by "
        + checked.signer().map(key -> "'" + key + "'").orElse("nobody")
        + ". It can do whatever proxkiln may do.";
  }

  private int remove(Invocation invocation) {
    Modules.Entry entry = find(invocation.answers().get(id));
    if (entry.shipped()) {
      throw unknown(
          "'" + entry.id() + "' is a module of proxkiln itself.",
          "Switch it off: proxkiln module disable " + entry.id());
    }
    Consent.to(
        outside,
        invocation.switches(),
        "This removes plug-in '" + entry.id() + "' " + entry.version() + ".");
    wiring.plugins().remove(entry.id());
    Set<String> off = new TreeSet<>(wiring.modulesOff().read());
    if (off.remove(entry.id())) {
      wiring.modulesOff().write(off);
    }
    told(invocation, entry.id(), true, "Removed '" + entry.id() + "'.");
    return 0;
  }

  private void told(Invocation invocation, String module, boolean changed, String sentence) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("module", module);
    tree.put("changed", changed);
    new Results(outside, wiring, invocation).told(tree, sentence);
  }
}
