package dev.proxkiln.host.fetch;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Proxies as curl and apt take them from the environment: {@code https_proxy}, {@code http_proxy},
 * {@code all_proxy} and {@code no_proxy}, in lower or upper case. {@code no_proxy} holds host
 * names, domains with or without a leading dot, addresses, each with an optional port, or {@code
 * *}.
 */
final class EnvironmentProxies extends ProxySelector {
  private final Map<String, String> environment;

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public List<Proxy> select(URI address) {
    return List.of(
        proxy(address)
            .map(
                proxy ->
                    new Proxy(
                        Proxy.Type.HTTP,
                        InetSocketAddress.createUnresolved(proxy.getHost(), port(proxy))))
            .orElse(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException e) {
    // The download reports it.
  }

  /** Answers a proxy that asks for a name and password; empty when no proxy address has one. */
  Optional<Authenticator> authenticator() {
    Optional<String> login =
        Stream.of("https_proxy", "http_proxy", "all_proxy")
            .flatMap(name -> variable(name).stream())
            .flatMap(text -> parse(text).stream())
            .flatMap(proxy -> Optional.ofNullable(proxy.getRawUserInfo()).stream())
            .findFirst();
    return login.map(EnvironmentProxies::answering);
  }

  /** The proxy for an address as text without its login, for problems; empty for none. */
  String describe(URI address) {
    return proxy(address)
        .map(proxy -> " through the proxy '" + proxy.getHost() + ":" + port(proxy) + "'")
        .orElse("");
  }

  private Optional<URI> proxy(URI address) {
    String host = Optional.ofNullable(address.getHost()).orElse("").toLowerCase(Locale.ROOT);
    int port =
        address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
    if (isDirect(host, port)) {
      return Optional.empty();
    }
    return variable(address.getScheme() + "_proxy")
        .or(() -> variable("all_proxy"))
        .flatMap(EnvironmentProxies::parse);
  }

  private boolean isDirect(String host, int port) {
    for (String raw : variable("no_proxy").orElse("").split("[,\\s]+", -1)) {
      String entry = raw.strip().toLowerCase(Locale.ROOT);
      int colon = entry.lastIndexOf(':');
      if (colon > 0 && entry.indexOf(':') == colon && entry.substring(colon).equals(":" + port)) {
        entry = entry.substring(0, colon);
      }
      String domain = entry.startsWith("*.") ? entry.substring(2) : entry.replaceFirst("^\\.", "");
      boolean matches =
          entry.equals("*")
              || (!domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain)));
      if (matches) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> variable(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .flatMap(key -> Optional.ofNullable(environment.get(key)).stream())
        .filter(text -> !text.isBlank())
        .findFirst();
  }

  private static Optional<URI> parse(String text) {
    try {
      URI proxy = URI.create(text.contains("://") ? text : "http://" + text);
      return Optional.ofNullable(proxy.getHost()).map(host -> proxy);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static int port(URI proxy) {
    return proxy.getPort() >= 0 ? proxy.getPort() : 80;
  }

  private static Authenticator answering(String login) {
    int colon = login.indexOf(':');
    String user = decode(colon < 0 ? login : login.substring(0, colon));
    char[] password = colon < 0 ? new char[0] : decode(login.substring(colon + 1)).toCharArray();
    return new Authenticator() {
      @Override
      protected @Nullable PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY
            ? new PasswordAuthentication(user, password)
            : null;
      }
    };
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
