package dev.proxkiln.cli.wiring;

import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Resources;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.plugin.PluginFolder;
import dev.proxkiln.host.plugin.PluginModule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * The modules of this start: those that ship with proxkiln, then the plug-ins. One that cannot be
 * used is reported and left out; one that is switched off is not run at all.
 */
public final class Modules {
  /** How a module stands. */
  public enum State {
    ON,
    OFF,
    BROKEN;

    /** In lower case, as it is printed. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A module.
   *
   * @param version its own; empty where nobody knows it
   * @param shipped whether it is a part of proxkiln
   * @param signer name of the key that a plug-in is signed with
   * @param module what can be used of it; only where it is on
   * @param problems why it is broken
   */
  public record Entry(
      String id,
      String version,
      boolean shipped,
      State state,
      Optional<String> signer,
      Optional<Module> module,
      List<Problem> problems) {}

  private final Resources resources;
  private final Supplier<Publishers> publishers;
  private final Set<String> off;
  private final List<Entry> entries = new ArrayList<>();

  private Modules(Resources resources, Supplier<Publishers> publishers, Set<String> off) {
    this.resources = resources;
    this.publishers = publishers;
    this.off = off;
  }

  /**
   * Loads them.
   *
   * @param off IDs of those that are switched off
   * @param plugins the plug-ins; without any, nothing of what reads them is loaded
   * @param own words of proxkiln's own commands, asked for only where there are plug-ins
   */
  static List<Entry> load(
      Resources resources,
      Supplier<Publishers> publishers,
      Set<String> off,
      Optional<PluginFolder> plugins,
      Supplier<Set<String>> own) {
    Modules modules = new Modules(resources, publishers, off);
    modules.shipped();
    plugins.ifPresent(folder -> modules.plugins(folder, own));
    return List.copyOf(modules.entries);
  }

  private void shipped() {
    for (ServiceLoader.Provider<Module> provider :
        ServiceLoader.load(Module.class).stream().toList()) {
      try {
        Module module = provider.get();
        boolean isOff = off.contains(module.id());
        if (!isOff) {
          module.open(resources);
          module.connect(publishers);
        }
        entries.add(
            new Entry(
                module.id(),
                Version.text(),
                true,
                isOff ? State.OFF : State.ON,
                Optional.empty(),
                isOff ? Optional.empty() : Optional.of(module),
                List.of()));
      } catch (ServiceConfigurationError | RuntimeException e) {
        Problem problem =
            CliSlug.HOME_INCOMPLETE.problem(
                "",
                "A module cannot be used.",
                String.valueOf(e.getMessage()),
                "Install it again.");
        String name = provider.type().getSimpleName();
        entries.add(
            new Entry(
                name,
                "",
                true,
                State.BROKEN,
                Optional.empty(),
                Optional.empty(),
                List.of(problem)));
      }
    }
  }

  private void plugins(PluginFolder folder, Supplier<Set<String>> own) {
    List<String> ids = folder.ids();
    if (ids.isEmpty()) {
      return;
    }
    Set<String> taken = new HashSet<>(own.get());
    entries.forEach(
        entry -> entry.module().ifPresent(module -> taken.addAll(PluginModule.names(module))));
    for (String id : ids) {
      Entry entry = plugin(folder, id, taken);
      entry.module().ifPresent(module -> taken.addAll(PluginModule.names(module)));
      entries.add(entry);
    }
  }

  private Entry plugin(PluginFolder folder, String id, Set<String> taken) {
    Optional<PluginFolder.Verified> read = Optional.empty();
    try {
      PluginFolder.Verified verified = folder.read(id);
      read = Optional.of(verified);
      if (entries.stream().anyMatch(entry -> entry.id().equals(id))) {
        throw HostSlug.PLUGIN_BROKEN
            .problem(
                "plug-in " + id,
                "The plug-in '" + id + "' cannot be used.",
                "Another module has that ID.",
                "Remove it: proxkiln module remove " + id)
            .raise();
      }
      if (off.contains(id)) {
        return entry(id, State.OFF, read, Optional.empty(), List.of());
      }
      Module module = PluginModule.of(verified.jar(), taken, publishers);
      return entry(id, State.ON, read, Optional.of(module), List.of());
    } catch (ProblemException e) {
      LoggerFactory.getLogger(Modules.class)
          .atWarn()
          .addKeyValue("slug", e.first().slug())
          .setCause(e.getCause())
          .log("the plug-in {} is left out: {}", id, e.first().why());
      return entry(id, State.BROKEN, read, Optional.empty(), e.problems());
    }
  }

  private static Entry entry(
      String id,
      State state,
      Optional<PluginFolder.Verified> read,
      Optional<Module> module,
      List<Problem> problems) {
    return new Entry(
        id,
        read.map(verified -> verified.jar().version()).orElse(""),
        false,
        state,
        read.flatMap(PluginFolder.Verified::signer),
        module,
        problems);
  }
}
