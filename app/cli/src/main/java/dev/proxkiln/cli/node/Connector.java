package dev.proxkiln.cli.node;

import dev.proxkiln.cli.command.Globals;
import dev.proxkiln.cli.command.Switches;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.config.Sources;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Consoles;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.MemberFiles;
import dev.proxkiln.core.port.NodeFiles;
import dev.proxkiln.core.port.Ports;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.Time;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.console.SocketConsoles;
import dev.proxkiln.host.log.Masks;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.pve.FactsReader;
import dev.proxkiln.pve.Targets;
import dev.proxkiln.pve.pvesh.MemberShell;
import dev.proxkiln.pve.pvesh.PveshTransport;
import dev.proxkiln.pve.pvesh.SshNodeFiles;
import dev.proxkiln.pve.pvesh.SshPveshTransport;
import dev.proxkiln.pve.rest.Credentials;
import dev.proxkiln.pve.rest.RestTransport;
import dev.proxkiln.pve.rest.Trust;
import dev.proxkiln.sandbox.RunningSandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Reaches the target: chooses the transport, logs in, takes the facts. */
public final class Connector {
  private static final Path PVESH = Path.of("/usr/bin/pvesh");
  private static final Path CLUSTER = Path.of("/etc/pve");
  private static final Path CLUSTER_CA = CLUSTER.resolve("pve-root-ca.pem");

  private final Outside outside;
  private final SandboxNode sandbox;
  private final NodeFiles files;
  private final Supplier<Downloads> downloads;
  private final UnaryOperator<String> secrets;

  /**
   * A connector.
   *
   * @param files files of this machine
   * @param downloads made when a run needs them
   * @param secrets the text of a secret, by its name
   */
  public Connector(
      Outside outside,
      SandboxNode sandbox,
      NodeFiles files,
      Supplier<Downloads> downloads,
      UnaryOperator<String> secrets) {
    this.outside = outside;
    this.sandbox = sandbox;
    this.files = files;
    this.downloads = downloads;
    this.secrets = secrets;
  }

  /** A way to a node; commands run here, whatever the way is. */
  private record Way(PvePort pve, boolean rootSession, Commands commands, NodeFiles files) {}

  /** Connects to the target that some globals name, or to the default one. */
  public Connection connect(Globals globals, Switches switches) {
    Targets.Target target = Targets.parse(globals.target().orElseGet(() -> byDefault(switches)));
    Way way =
        switch (target.kind()) {
          case NONE -> throw new IllegalStateException("no target");
          case SANDBOX -> sandbox(switches);
          case LOCAL -> local();
          case REST -> rest(target, globals);
          case SSH -> ssh(target);
        };
    Facts facts =
        FactsReader.read(
            way.pve(), target.kind(), target.address(), globals.node(), way.rootSession());
    PvePort pve = new MaskedPve(way.pve(), Masks.ofProcess());
    return new Connection(
        facts,
        pve,
        secrets ->
            new Ports(
                pve,
                way.commands(),
                way.files(),
                downloads.get(),
                consoles(target.kind()),
                secrets,
                Time.SYSTEM));
  }

  /** Whether the target can be asked without starting anything. */
  public boolean isUp(Globals globals) {
    Targets.Target target =
        Targets.parse(globals.target().orElseGet(() -> byDefault(Switches.NONE.silent())));
    return target.kind() != TargetKind.SANDBOX || sandbox.running().isPresent();
  }

  /** How the target would be reached; empty where it is not told well. */
  public Optional<TargetKind> kind(Globals globals) {
    try {
      String target = globals.target().orElseGet(() -> byDefault(Switches.NONE.silent()));
      return Optional.of(Targets.parse(target).kind());
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  private String byDefault(Switches switches) {
    if (Files.isExecutable(PVESH) && Files.isDirectory(CLUSTER)) {
      return "local";
    }
    if (!switches.quiet()) {
      outside
          .err()
          .println("No Proxmox VE here: working on the sandbox node (--target chooses another).");
    }
    return "sandbox";
  }

  private Way sandbox(Switches switches) {
    RunningSandbox running = sandbox.demand(switches.quiet());
    RunningSandbox.Credentials root =
        RunningSandbox.credentials(sandbox.folder())
            .orElseThrow(() -> new IllegalStateException("a sandbox without credentials"));
    Masks.ofProcess().add(root.password());
    PvePort pve =
        new RestTransport(
            running.uri(),
            new Credentials.Password(root.user(), root.password()),
            Trust.Pinned.parse(running.fingerprint()));
    return new Way(
        pve, true, new ProcessCommands(), SandboxFiles.of(files, Path.of(running.stateDir())));
  }

  private Way local() {
    Commands commands = new ProcessCommands();
    PvePort pve = new PveshTransport(commands);
    NodeFiles members = new MemberFiles(files, node -> MemberShell.files(commands, pve, node));
    return new Way(pve, true, commands, members);
  }

  private Way ssh(Targets.Target target) {
    Commands commands = new ProcessCommands();
    return new Way(
        new SshPveshTransport(commands, target.user(), target.host(), target.port()),
        target.user().equals("root"),
        commands,
        new MemberFiles(
            new SshNodeFiles(commands, target.user(), target.host(), target.port()),
            Unreachable::files));
  }

  private Way rest(Targets.Target target, Globals globals) {
    String token =
        globals
            .token()
            .map(this::secretText)
            .orElseThrow(
                () ->
                    CliSlug.TOKEN_MISSING
                        .problem(
                            "--token",
                            "There is no API token for '" + target.address() + "'.",
                            "A node is reached over https with an API token.",
                            "Run: proxkiln secret set NAME, and give --token secret:NAME; or set"
                                + " PROXKILN_TOKEN to USER@REALM!TOKEN=SECRET.")
                        .raise());
    Credentials credentials = Credentials.ApiToken.parse(token);
    return new Way(
        new RestTransport(target.uri(), credentials, trust(globals)),
        credentials.rootSession(),
        new ProcessCommands(),
        Unreachable.files(target.address()));
  }

  private String secretText(String given) {
    String token =
        given.startsWith(Sources.SECRET_PREFIX)
            ? secrets.apply(given.substring(Sources.SECRET_PREFIX.length()))
            : given;
    Masks.ofProcess().add(token.substring(token.indexOf('=') + 1));
    return token;
  }

  private static Trust trust(Globals globals) {
    Optional<String> fingerprint = globals.fingerprint();
    if (fingerprint.isPresent()) {
      return Trust.Pinned.parse(fingerprint.get());
    }
    return Files.isReadable(CLUSTER_CA)
        ? new Trust.Authority(CLUSTER_CA)
        : new Trust.PublicAuthorities();
  }

  private Consoles consoles(TargetKind kind) {
    return switch (kind) {
      case SANDBOX -> new SocketConsoles(RunningSandbox.sockets(sandbox.folder()));
      case LOCAL -> new SocketConsoles(SocketConsoles.FOLDER);
      case NONE, REST, SSH -> Consoles.NONE;
    };
  }
}
