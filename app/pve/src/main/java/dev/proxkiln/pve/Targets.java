package dev.proxkiln.pve;

import dev.proxkiln.core.facts.TargetKind;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.pve.problem.PveSlug;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the address of a target: {@code sandbox}, {@code local}, {@code https://...}, {@code
 * ssh://...}.
 */
public final class Targets {
  private Targets() {}

  /** Port of pveproxy. */
  public static final int API_PORT = 8006;

  /** Port of sshd. */
  public static final int SSH_PORT = 22;

  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+]");
  private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_.-]{0,31}");

  /**
   * Where the node is.
   *
   * @param kind how it is reached
   * @param user user for ssh, empty otherwise
   * @param host name or address, IPv6 in brackets; empty for sandbox and local
   * @param port 1 to 65535, 0 for sandbox and local
   */
  public record Target(TargetKind kind, String user, String host, int port) {

    /** The address as it can be given again. */
    public String address() {
      return switch (kind) {
        case NONE -> "";
        case SANDBOX -> "sandbox";
        case LOCAL -> "local";
        case REST -> "https://" + host + ":" + port;
        case SSH -> "ssh://" + user + "@" + host + (port == SSH_PORT ? "" : ":" + port);
      };
    }

    /** The address for HTTP, {@code https://HOST:PORT}; only for targets by REST. */
    public URI uri() {
      return URI.create(address());
    }
  }

  /**
   * Reads an address; a missing port is 8006 or 22, a missing ssh user is root.
   *
   * @throws ProblemException {@code target-invalid}
   */
  public static Target parse(String text) {
    String bare = text.strip();
    return switch (bare.toLowerCase(Locale.ROOT)) {
      case "sandbox" -> new Target(TargetKind.SANDBOX, "", "", 0);
      case "local" -> new Target(TargetKind.LOCAL, "", "", 0);
      default -> remote(bare);
    };
  }

  private static Target remote(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw invalid(text, "it is no address: " + e.getReason());
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "https" -> {
        if (uri.getRawUserInfo() != null) {
          throw invalid(text, "user, password and token do not belong into the address");
        }
        yield target(TargetKind.REST, "", uri, text, API_PORT);
      }
      case "ssh" -> {
        String user = Optional.ofNullable(uri.getRawUserInfo()).orElse("root");
        if (!USER.matcher(user).matches()) {
          throw invalid(text, "'" + user + "' is no user name for ssh");
        }
        yield target(TargetKind.SSH, user, uri, text, SSH_PORT);
      }
      case "http" -> throw invalid(text, "Proxmox VE speaks https only");
      default -> throw invalid(text, "it is none of the known forms");
    };
  }

  private static Target target(
      TargetKind kind, String user, URI uri, String text, int defaultPort) {
    String host = uri.getHost();
    if (host == null || !HOST.matcher(host).matches()) {
      throw invalid(text, "it names no host");
    }
    boolean more =
        (uri.getRawPath() != null && !uri.getRawPath().isEmpty() && !uri.getRawPath().equals("/"))
            || uri.getRawQuery() != null
            || uri.getRawFragment() != null;
    if (more) {
      throw invalid(text, "nothing may follow host and port");
    }
    int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
    if (port == 0 || port > 65535) {
      throw invalid(text, "the port is not between 1 and 65535");
    }
    return new Target(kind, user, host, port);
  }

  private static ProblemException invalid(String text, String why) {
    return PveSlug.TARGET_INVALID
        .problem(
            "--target",
            "'" + withoutSecret(text) + "' is not a target.",
            why,
            "Use sandbox, local, https://HOST:PORT or ssh://USER@HOST.")
        .raise();
  }

  private static String withoutSecret(String text) {
    return text.replaceFirst("//([^:/@]*):[^@/]*@", "//$1:***@");
  }
}
