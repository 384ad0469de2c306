package dev.proxkiln.host.key;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Commands.Command;
import dev.proxkiln.core.port.Commands.Ended;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads SSH public keys from files, from the agent and from this host's authorized keys. */
public final class SshKeys {
  private static final String AGENT = "SSH_AUTH_SOCK";

  private final Commands commands;
  private final Map<String, String> environment;
  private final Path authorized;

  /** Keys of this machine: root's {@code authorized_keys} and the agent of this process. */
  public SshKeys(Commands commands) {
    this(commands, System.getenv(), Path.of("/root/.ssh/authorized_keys"));
  }

  /**
   * Keys of given places.
   *
   * @param commands for {@code ssh-add}
   * @param environment where {@code SSH_AUTH_SOCK} is looked up
   * @param authorized the host's {@code authorized_keys}
   */
  public SshKeys(Commands commands, Map<String, String> environment, Path authorized) {
    this.commands = commands;
    this.environment = Map.copyOf(environment);
    this.authorized = authorized;
  }

  /**
   * The keys in a file, one a line; comments and options are dropped.
   *
   * @throws ProblemException {@code file-unreadable}; {@code ssh-key-invalid} for every line that
   *     is no key, and for a file without any
   */
  public List<SshKey> file(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (MalformedInputException e) {
      throw invalid(file.toString(), "it is not text").raise();
    } catch (IOException e) {
      throw FileTrouble.reading(file, e);
    }
    return parse(text, file.toString());
  }

  /** The keys that may log in to this host as root; problems as for {@link #file}. */
  public List<SshKey> authorized() {
    return file(authorized);
  }

  /**
   * The keys that the SSH agent holds.
   *
   * @throws ProblemException {@code ssh-agent-empty}, {@code command-missing}, {@code
   *     command-timeout}, {@code ssh-key-invalid}
   */
  public List<SshKey> agent() {
    String socket = environment.getOrDefault(AGENT, "");
    if (socket.isBlank()) {
      throw agentEmpty("the variable " + AGENT + " is not set, so no agent is known").raise();
    }
    Command list = Command.of("ssh-add", "-L").with(AGENT, socket).within(Duration.ofSeconds(20));
    Ended ended = commands.run(list);
    if (!ended.ok()) {
      throw agentEmpty((ended.out() + ended.err()).strip()).raise();
    }
    return parse(ended.out(), "ssh agent");
  }

  /**
   * The keys in a text, one a line.
   *
   * @param where what the text is, for problems
   * @throws ProblemException {@code ssh-key-invalid}, all of them at once
   */
  public static List<SshKey> parse(String text, String where) {
    if (text.contains("PRIVATE KEY")) {
      throw invalid(where, "it is a private key, which must never leave its owner").raise();
    }
    List<SshKey> keys = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      try {
        keys.add(SshKey.parse(line));
      } catch (IllegalArgumentException e) {
        problems.add(invalid(where + " line " + number, String.valueOf(e.getMessage())));
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    if (keys.isEmpty()) {
      throw invalid(where, "there is no key in it").raise();
    }
    return List.copyOf(keys);
  }

  private static Problem invalid(String where, String why) {
    return HostSlug.SSH_KEY_INVALID.problem(
        where,
        "'" + where + "' is not an SSH public key",
        why,
        "give the public key, for example the file ~/.ssh/id_ed25519.pub");
  }

  private static Problem agentEmpty(String why) {
    return HostSlug.SSH_AGENT_EMPTY.problem(
        "ssh agent",
        "the SSH agent gives no keys",
        why,
        "run ssh-add, keep " + AGENT + " through sudo, or give a file with the public key");
  }
}
