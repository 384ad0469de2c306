package dev.proxkiln.host.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {
  @Test
  void takesTheVariableOfTheSchemeInEitherCase() {
    EnvironmentProxies proxies =
        new EnvironmentProxies(
            Map.of("https_proxy", "http://secure:3128", "HTTP_PROXY", "plain:8080/"));
    assertThat(select(proxies, "https://x/")).isEqualTo("secure:3128");
    assertThat(select(proxies, "http://x/")).isEqualTo("plain:8080");
    EnvironmentProxies all = new EnvironmentProxies(Map.of("ALL_PROXY", "http://any"));
    assertThat(select(all, "https://x/")).isEqualTo("any:80");
    assertThat(select(new EnvironmentProxies(Map.of()), "https://x/")).isEqualTo("DIRECT");
    assertThat(select(new EnvironmentProxies(Map.of("https_proxy", "::")), "https://x/"))
        .isEqualTo("DIRECT");
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, https://example.com/, true",
    "example.com, https://mirror.Example.com/, true",
    "example.com, https://notexample.com/, false",
    ".example.com, https://mirror.example.com/, true",
    "*.example.com, https://mirror.example.com/, true",
    "'a, example.com', https://example.com/, true",
    "example.com:8443, https://example.com:8443/, true",
    "example.com:8443, https://example.com/, false",
    "192.0.2.1, http://192.0.2.1/, true",
    "*, https://anything/, true",
    "'', https://anything/, false",
  })
  void goesDirectlyToWhatNoProxyNames(String no, String address, boolean direct) {
    EnvironmentProxies proxies =
        new EnvironmentProxies(
            Map.of("no_proxy", no, "https_proxy", "http://p:1", "http_proxy", "http://p:1"));
    assertThat(select(proxies, address)).isEqualTo(direct ? "DIRECT" : "p:1");
    assertThat(proxies.describe(URI.create(address)))
        .isEqualTo(direct ? "" : " through the proxy 'p:1'");
  }

  @Test
  void neverShowsTheLogin() {
    EnvironmentProxies proxies =
        new EnvironmentProxies(Map.of("https_proxy", "http://me:s3cret@p:1"));
    assertThat(proxies.describe(URI.create("https://x/"))).isEqualTo(" through the proxy 'p:1'");
    assertThat(proxies.authenticator()).isPresent();
    assertThat(new EnvironmentProxies(Map.of("https_proxy", "http://p:1")).authenticator())
        .isEmpty();
  }

  private static String select(EnvironmentProxies proxies, String address) {
    Proxy proxy = proxies.select(URI.create(address)).getFirst();
    return proxy.address() instanceof InetSocketAddress socket
        ? socket.getHostString() + ":" + socket.getPort()
        : proxy.type().toString();
  }
}
