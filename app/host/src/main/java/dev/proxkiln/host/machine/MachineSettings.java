package dev.proxkiln.host.machine;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.TextFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The proxy, the cache for apt and the added certificate authorities of this machine. */
public final class MachineSettings {
  private static final Pattern APT =
      Pattern.compile("(?m)^Acquire::http::Proxy \"(https?://[^\"]+)\";$");
  private static final Pattern DATACENTER = Pattern.compile("(?m)^http_proxy:\\s*(\\S+)\\s*$");

  /** Where administrators of Debian's and of Red Hat's family put authorities of their own. */
  private static final List<String> AUTHORITIES =
      List.of("usr/local/share/ca-certificates", "etc/pki/ca-trust/source/anchors");

  private final Commands commands;
  private final Map<String, String> environment;
  private final Path root;

  /**
   * The settings.
   *
   * @param environment the process environment
   * @param root of the file system, another one in tests
   */
  public MachineSettings(Commands commands, Map<String, String> environment, Path root) {
    this.commands = commands;
    this.environment = Map.copyOf(environment);
    this.root = root;
  }

  /**
   * The HTTP proxy: of the environment, else of the cluster's {@code datacenter.cfg}.
   *
   * @throws ProblemException {@code nothing-to-inherit}
   */
  public String proxy() {
    Optional<String> found =
        Stream.of("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY")
            .flatMap(name -> Optional.ofNullable(environment.get(name)).stream())
            .filter(value -> !value.isBlank())
            .findFirst()
            .or(this::ofCluster);
    return usable(
        "proxy", found, "Neither the environment (http_proxy) nor datacenter.cfg has one.");
  }

  private Optional<String> ofCluster() {
    Path file = root.resolve("etc/pve/datacenter.cfg");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    Matcher matcher = DATACENTER.matcher(TextFile.read(file));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * The proxy of apt ({@code Acquire::http::Proxy}), which is a cache most of the time.
   *
   * @throws ProblemException {@code nothing-to-inherit}
   */
  public String aptCache() {
    String said;
    try {
      said = commands.run(Commands.Command.of("apt-config", "dump")).out();
    } catch (ProblemException e) {
      // No apt on this machine.
      said = "";
    }
    Matcher matcher = APT.matcher(said);
    return usable(
        "apt-cache",
        matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty(),
        "apt has no Acquire::http::Proxy here.");
  }

  /**
   * The certificates that the administrator added to those of the distribution, PEM, one after the
   * other.
   *
   * @throws ProblemException {@code nothing-to-inherit}, {@code file-unreadable}
   */
  public String certificates() {
    List<String> found = new ArrayList<>();
    for (String name : AUTHORITIES) {
      Path folder = root.resolve(name);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.getFileName().toString().matches(".*\\.(?:crt|pem)"))
              .sorted()
              .map(TextFile::read)
              .filter(text -> text.contains("-----BEGIN CERTIFICATE-----"))
              .forEach(found::add);
        } catch (IOException e) {
          throw FileTrouble.reading(folder, e);
        }
      }
    }
    if (found.isEmpty()) {
      throw nothing(
          "ca-certificates",
          "There is no certificate in /" + String.join(" or /", AUTHORITIES) + ".",
          "Leave it out, or name the file.");
    }
    return String.join("\n", found);
  }

  private static String usable(String key, Optional<String> found, String none) {
    if (found.isEmpty()) {
      throw nothing(key, none, "Leave it out, or give the address.");
    }
    String address = found.get().replaceFirst("/$", "");
    URI uri;
    try {
      uri = URI.create(address.contains("://") ? address : "http://" + address);
    } catch (IllegalArgumentException e) {
      throw nothing(key, "What this machine has is no address.", "Give the address.");
    }
    if (uri.getUserInfo() != null) {
      throw nothing(
          key,
          "The address of this machine's holds a password, which templates must not carry.",
          "Give an address without it.");
    }
    String host = String.valueOf(uri.getHost());
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
      throw nothing(
          key,
          "This machine's is at '" + host + "', which for a guest is the guest itself.",
          "Give the address by which guests reach it.");
    }
    return uri.toString();
  }

  private static ProblemException nothing(String key, String why, String next) {
    return HostSlug.NOTHING_TO_INHERIT
        .problem("--" + key, "There is no " + key + " to take from this machine.", why, next)
        .raise();
  }
}
