package dev.proxkiln.host.plugin;

import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Resources;
import dev.proxkiln.core.port.Publishers;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Makes the module of a plug-in, and holds it to what a module must be. */
public final class PluginModule {
  private static final String NAME = "[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*){0,2}";

  private final PluginJar jar;

  private PluginModule(PluginJar jar) {
    this.jar = jar;
  }

  /**
   * The module, opened and connected.
   *
   * @param taken words of the commands that there are already
   * @throws ProblemException {@code plugin-broken}, whatever its code throws
   */
  public static Module of(PluginJar jar, Set<String> taken, Supplier<Publishers> publishers) {
    return new PluginModule(jar).made(taken, publishers);
  }

  private Module made(Set<String> taken, Supplier<Publishers> publishers) {
    if (jar.api() != Module.API) {
      throw broken(
          "It was made for version "
              + jar.api()
              + " of the interfaces; this proxkiln has version "
              + Module.API
              + ".",
          null);
    }
    try {
      Class<?> provider =
          new PluginClasses(jar, Module.class.getClassLoader()).loadClass(jar.provider());
      if (!(provider.getConstructor().newInstance() instanceof Module module)) {
        throw broken("Its class '" + jar.provider() + "' is no Module.", null);
      }
      if (!jar.id().equals(module.id())) {
        throw broken(
            "Its manifest calls it '" + jar.id() + "', its code " + module.id() + ".", null);
      }
      module.open(new JarResources(jar));
      module.connect(publishers);
      check(names(module), taken);
      return module;
    } catch (ProblemException e) {
      if (e.first().slug().equals(HostSlug.PLUGIN_BROKEN.text())) {
        throw e;
      }
      throw broken("It refused to start: " + e.getMessage(), e);
    } catch (ReflectiveOperationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw broken("Its class '" + jar.provider() + "' cannot be used: " + cause + ".", cause);
    } catch (RuntimeException | Error e) {
      if (e instanceof VirtualMachineError machine && !(e instanceof StackOverflowError)) {
        throw machine;
      }
      throw broken("Its code failed: " + e + ".", e);
    }
  }

  /** The words of everything that a module can be asked for. */
  public static List<String> names(Module module) {
    List<String> names = new ArrayList<>();
    module.actions().forEach(action -> names.add(action.name()));
    module.surveys().forEach(survey -> names.add(survey.name()));
    module.queries().forEach(query -> names.add(query.name()));
    return names;
  }

  private void check(List<String> names, Set<String> taken) {
    Set<String> all = new HashSet<>(taken);
    for (String name : names) {
      if (!name.matches(NAME)) {
        throw broken("Its command '" + name + "' is not one to three words.", null);
      }
      Optional<String> other = all.stream().filter(one -> clash(one, name)).findFirst();
      if (other.isPresent()) {
        throw broken("Its command '" + name + "' clashes with '" + other.get() + "'.", null);
      }
      all.add(name);
    }
  }

  /** A command cannot have the words that others begin with. */
  private static boolean clash(String one, String other) {
    return one.equals(other) || one.startsWith(other + " ") || other.startsWith(one + " ");
  }

  private ProblemException broken(String why, @org.jspecify.annotations.Nullable Throwable cause) {
    ProblemException problem =
        HostSlug.PLUGIN_BROKEN
            .problem(
                "plug-in " + jar.id(),
                "The plug-in '" + jar.id() + "' " + jar.version() + " cannot be used.",
                why,
                "Get a version that fits, or remove it: proxkiln module remove " + jar.id())
            .raise();
    if (cause != null) {
      problem.initCause(cause);
    }
    return problem;
  }

  /** The files that came with a plug-in, in {@code templates/} of its jar. */
  private record JarResources(PluginJar jar) implements Resources {
    private static final String ROOT = "templates/";

    @Override
    public List<String> list(String folder) {
      String start = ROOT + (folder.isEmpty() ? "" : folder + "/");
      Set<String> names = new TreeSet<>();
      jar.entries().keySet().stream()
          .filter(name -> name.startsWith(start))
          .map(name -> name.substring(start.length()))
          .filter(name -> !name.contains("/"))
          .forEach(names::add);
      return List.copyOf(names);
    }

    @Override
    public Optional<String> read(String name) {
      return jar.entry(ROOT + name).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
