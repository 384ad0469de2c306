package dev.proxkiln.pve.pvesh;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.NodeFiles;
import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Problem;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Files on a node behind ssh.
 *
 * <p>What runs there are fixed scripts; paths are their arguments and never part of their text.
 */
public final class SshNodeFiles implements NodeFiles {

  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /**
   * Beside, with its final mode from the start, synced, then renamed. $1 path, $2 mode, $3 the name
   * beside. The folder may be missing: a storage's snippets folder is made with its first file.
   */
  private static final String WRITE =
      """
      set -e
      umask 077
      case $1 in */*) mkdir -p -m 0755 -- "${1%/*}/" ;; esac
      trap 'rm -f -- "$3"' EXIT
      rm -f -- "$3"
      install -m "$2" /dev/null "$3"
      cat > "$3"
      sync -- "$3"
      mv -fT -- "$3" "$1"
      """;

  private static final String EXISTS = "if [ -e \"$1\" ]; then echo yes; else echo no; fi";

  private final Commands commands;
  private final Shell shell;
  private final String address;

  /**
   * Files of a host.
   *
   * @param host name or address, IPv6 in brackets
   * @param port 1 to 65535
   */
  public SshNodeFiles(Commands commands, String user, String host, int port) {
    this(commands, new SshShell(user, host, port), user + "@" + host);
  }

  SshNodeFiles(Commands commands, Shell shell, String address) {
    this.commands = commands;
    this.shell = shell;
    this.address = address;
  }

  @Override
  public void write(String path, String content, int mode) {
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    String beside = path + ".proxkiln-" + HexFormat.of().formatHex(random);
    run(
        path,
        "file-unwritable",
        WRITE,
        Optional.of(content),
        absolute(path),
        String.format(Locale.ROOT, "%04o", mode & 07777),
        beside);
  }

  @Override
  public boolean exists(String path) {
    return run(path, "file-unreadable", EXISTS, Optional.empty(), absolute(path))
        .lastLine()
        .equals("yes");
  }

  @Override
  public void delete(String path) {
    run(path, "file-unwritable", "rm -f -- \"$1\"", Optional.empty(), absolute(path));
  }

  private static String absolute(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path: '" + path + "'");
    }
    return path;
  }

  private Commands.Ended run(
      String path, String slug, String script, Optional<String> input, String... arguments) {
    List<String> argv = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    argv.addAll(List.of(arguments));
    Commands.Ended ended = commands.run(shell.command(argv, input, DEADLINE, List.of()));
    if (!ended.ok()) {
      String where = address + ":" + path;
      throw shell.trouble(where, ended).orElseGet(() -> problem(where, slug, ended)).raise();
    }
    return ended;
  }

  /** The slugs are those that files on this machine have too; their enum is out of sight here. */
  private static Problem problem(String where, String slug, Commands.Ended ended) {
    String why = ended.err().strip();
    boolean full = why.contains("No space left on device") || why.contains("quota exceeded");
    return new Problem(
        full ? "disk-full" : slug,
        full ? Kind.HOST : Kind.WORK,
        where,
        full ? "There is no room left for the file." : "The file cannot be worked with.",
        why,
        "Look at the folder on the node: its space, and who may write there.");
  }
}
