package dev.proxkiln.pve.pvesh;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.pve.problem.PveSlug;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The node is behind this machine's own ssh, with its keys, agent and known hosts. */
final class SshShell implements Shell {

  /** Never asks; the host's key must be known; a dead connection is noticed after 45 s. */
  private static final List<String> OPTIONS =
      List.of(
          "-o", "BatchMode=yes",
          "-o", "ConnectTimeout=10",
          "-o", "ServerAliveInterval=15",
          "-o", "ServerAliveCountMax=3");

  private static final int FAILED = 255;

  private static final Pattern HOST_KEY =
      Pattern.compile("Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED");
  private static final Pattern LOGIN =
      Pattern.compile("Permission denied \\(|Too many authentication failures");
  private static final Pattern AWAY =
      Pattern.compile(
          "(?m)^ssh: |^kex_exchange_identification|^Connection (?:closed|reset|timed out)"
              + "|^Timeout, server .* not responding|^scp: Connection closed"
              + "|client_loop: send disconnect");

  private final String user;
  private final String host;
  private final int port;
  private final List<String> options;
  private final Map<String, String> environment;

  /**
   * A way to a host.
   *
   * @param host name or address, IPv6 in brackets
   * @param port 1 to 65535
   */
  SshShell(String user, String host, int port) {
    this(user, host, port, List.of());
  }

  /**
   * A way to a host with more options.
   *
   * @param more for ssh and scp alike
   */
  SshShell(String user, String host, int port, List<String> more) {
    this.user = user;
    this.host = host;
    this.port = port;
    this.options = Stream.concat(OPTIONS.stream(), more.stream()).toList();
    // Commands start in a clean environment, but the user's agent holds the keys.
    String agent = System.getenv("SSH_AUTH_SOCK");
    this.environment = agent == null ? Map.of() : Map.of("SSH_AUTH_SOCK", agent);
  }

  @Override
  public Commands.Command command(
      List<String> argv, Optional<String> input, Duration deadline, List<String> hidden) {
    List<String> remote = new ArrayList<>(List.of("env", "LC_ALL=C.UTF-8"));
    remote.addAll(argv);
    List<String> ssh = new ArrayList<>(List.of("ssh"));
    ssh.addAll(options);
    ssh.addAll(List.of("-p", Integer.toString(port), "--", user + "@" + bare()));
    ssh.add(ShellWords.quote(remote));
    return new Commands.Command(ssh, environment, input, deadline, hidden);
  }

  /** ssh wants an IPv6 address without brackets, scp with them. */
  private String bare() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public Commands.Command copy(Path file, String path, Duration deadline) {
    List<String> scp = new ArrayList<>(List.of("scp", "-q"));
    scp.addAll(options);
    scp.addAll(List.of("-P", Integer.toString(port), "--"));
    scp.add(file.toAbsolutePath().toString());
    scp.add(user + "@" + host + ":" + path);
    return new Commands.Command(scp, environment, Optional.empty(), deadline, List.of());
  }

  @Override
  public Optional<Problem> trouble(String where, Commands.Ended ended) {
    // 255 is ssh's own code, but also that of many errors of pvesh: the words decide.
    String words = ended.err().strip();
    if (ended.exit() == 0) {
      return Optional.empty();
    }
    String at = user + "@" + host;
    if (HOST_KEY.matcher(words).find()) {
      return Optional.of(
          PveSlug.HOST_KEY_UNKNOWN.problem(
              where,
              "The ssh host key of '" + host + "' is not known here, or it changed.",
              words,
              "Run 'ssh -p "
                  + port
                  + " "
                  + at
                  + "' once and compare the key before you accept it."));
    }
    if (LOGIN.matcher(words).find()) {
      return Optional.of(
          PveSlug.LOGIN_FAILED.problem(
              where,
              "The node refused the ssh login as '" + at + "'.",
              words,
              "Put your public key into the node's ~/.ssh/authorized_keys, or start an ssh agent."));
    }
    if (ended.exit() == FAILED && AWAY.matcher(words).find()) {
      return Optional.of(
          PveSlug.NODE_UNREACHABLE.problem(
              where,
              "'" + host + "' cannot be reached by ssh, or the connection broke.",
              words,
              "Check address, port (" + port + ") and firewall."));
    }
    return Optional.empty();
  }
}
