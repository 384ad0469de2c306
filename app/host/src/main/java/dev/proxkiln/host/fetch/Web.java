package dev.proxkiln.host.fetch;

import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.HostSlug;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request at a time to a web server: redirects followed by hand, never from https to http, with
 * the host's authorities and proxies. The HTTP client is made when the first request goes out.
 */
final class Web {
  private static final int MOST_REDIRECTS = 10;
  private static final String LOGIN_REFUSED = "the name and password were refused";
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  static {
    // The JDK reads this once, with its first HTTP client, and else sends no login to a proxy for
    // https; the launcher says the same on its command line. A login is sent only to a proxy whose
    // address has one.
    if (System.getProperty("jdk.http.auth.tunneling.disabledSchemes") == null) {
      System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }
  }

  private final Map<String, String> environment;
  private final Patience patience;
  private @Nullable HttpClient client;
  private @Nullable HttpClient bare;

  Web(Map<String, String> environment, Patience patience) {
    this.environment = environment;
    this.patience = patience;
  }

  /**
   * An answer that is worth reading: 200, 206, 304 or 416.
   *
   * @param address where it came from, after redirects
   * @param settled how far the redirects were said to be for good
   */
  record Answer(int status, URI address, URI settled, HttpResponse<PulledBody> response)
      implements AutoCloseable {
    PulledBody body() {
      return response.body();
    }

    Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    @Override
    public void close() {
      response.body().close();
    }
  }

  /**
   * Reads an address that a user or the catalogue gave.
   *
   * @throws ProblemException {@code address-invalid}, {@code address-insecure}
   */
  static URI address(String text, boolean insecure) {
    URI address;
    try {
      address = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw invalid(text, String.valueOf(e.getMessage()));
    }
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (address.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw invalid(text, "");
    }
    if (scheme.equals("http") && !insecure) {
      throw HostSlug.ADDRESS_INSECURE
          .problem(
              text,
              "'" + text + "' is a plain http address",
              "anybody on the way could change what comes",
              "use https, or allow plain http for this image in so many words")
          .raise();
    }
    return address;
  }

  /**
   * Sends a GET request and follows redirects.
   *
   * @throws Passing when trying again may help
   * @throws ProblemException {@code download-not-found}, {@code download-failed}, {@code
   *     redirect-insecure}
   */
  Answer get(URI start, Map<String, String> headers) throws IOException {
    URI address = start;
    URI settled = start;
    for (int i = 0; i < MOST_REDIRECTS; i++) {
      HttpResponse<PulledBody> response = send(address, headers);
      int status = response.statusCode();
      switch (status) {
        case 200, 206, 304, 416 -> {
          return new Answer(status, address, settled, response);
        }
        case 301, 302, 303, 307, 308 -> {
          drop(response.body());
          boolean isForGood = (status == 301 || status == 308) && address.equals(settled);
          address = redirect(address, response.headers().firstValue("Location"));
          settled = isForGood ? address : settled;
        }
        default -> {
          drop(response.body());
          throw refusal(address, status, response);
        }
      }
    }
    throw failed(start, "it redirects more than " + MOST_REDIRECTS + " times");
  }

  private HttpResponse<PulledBody> send(URI address, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(patience.connect().plus(patience.stall()))
            .header("User-Agent", "proxkiln")
            // A digest is over the bytes as they lie on the server, so no coding on top of them.
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    try {
      return clientFor(address)
          .send(request.GET().build(), head -> new PulledBody(patience.stall()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    } catch (IOException e) {
      throw trouble(address, e);
    }
  }

  /** The refusal of a proxy to make a tunnel comes without a body. */
  private static void drop(@Nullable PulledBody body) {
    if (body != null) {
      body.close();
    }
  }

  private IOException trouble(URI address, IOException e) {
    String proxy = new EnvironmentProxies(environment).describe(address);
    String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    if (said.contains("authentication attempts")) { // the JDK's words after the third 407
      throw failed(address, LOGIN_REFUSED + proxy);
    }
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
        return new Passing(
            HostSlug.DOWNLOAD_FAILED, "the name '" + address.getHost() + "' is unknown" + proxy);
      }
      if (t instanceof SSLException ssl && isDistrust(ssl)) {
        throw failed(
            address,
            "the server's certificate is not trusted: "
                + ssl.getMessage()
                + "; "
                + Authorities.of(environment).describe());
      }
    }
    return switch (e) {
      case HttpConnectTimeoutException _ ->
          new Passing(
              HostSlug.DOWNLOAD_STALLED,
              "no connection within " + patience.connect().toSeconds() + " s" + proxy);
      case HttpTimeoutException _ ->
          new Passing(HostSlug.DOWNLOAD_STALLED, "the server did not answer" + proxy);
      case ConnectException _ ->
          new Passing(
              HostSlug.DOWNLOAD_FAILED,
              "'" + address.getAuthority() + "' takes no connection" + proxy);
      default -> Passing.broken(said + proxy);
    };
  }

  /** A broken connection is an SSLException too; only words about certificates are final. */
  private static boolean isDistrust(SSLException e) {
    String said = String.valueOf(e.getMessage());
    return said.contains("PKIX")
        || said.contains("certificate")
        || said.contains("subject alternative");
  }

  private static URI redirect(URI from, Optional<String> location) {
    URI to;
    try {
      to = from.resolve(location.orElseThrow());
    } catch (RuntimeException e) {
      throw failed(from, "it redirects to nowhere");
    }
    boolean isSafe = "https".equals(to.getScheme()) || "http".equals(from.getScheme());
    boolean isWeb = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
    if (!isSafe || !isWeb || to.getHost() == null) {
      throw HostSlug.REDIRECT_INSECURE
          .problem(
              from.toString(),
              "'" + from + "' sends on to '" + to + "'",
              "a download that starts with https never leaves it",
              "ask the publisher, or give another address")
          .raise();
    }
    return to;
  }

  private IOException refusal(URI address, int status, HttpResponse<?> response) {
    return switch (status) {
      case 408, 429, 500, 502, 503, 504 ->
          new Passing(
              HostSlug.DOWNLOAD_FAILED, "the server answered " + status, retryAfter(response));
      case 401, 403, 404, 410 ->
          throw HostSlug.DOWNLOAD_NOT_FOUND
              .problem(
                  address.toString(),
                  "'" + address + "' is not there",
                  "the server answered " + status,
                  "check the address; publishers delete old builds, so a newer one may be there")
              .raise();
      case 407 ->
          throw failed(
              address, LOGIN_REFUSED + new EnvironmentProxies(environment).describe(address));
      default -> throw failed(address, "the server answered " + status);
    };
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("\\d{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .map(wait -> wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
  }

  static ProblemException failed(URI address, String why) {
    return HostSlug.DOWNLOAD_FAILED
        .problem(
            address.toString(),
            "'" + address + "' cannot be downloaded",
            why,
            "check the network, the proxy settings and the address, then try again")
        .raise();
  }

  private static ProblemException invalid(String text, String why) {
    return HostSlug.ADDRESS_INVALID
        .problem(text, "'" + text + "' is not a web address", why, "give an https address")
        .raise();
  }

  /** An address without TLS needs none of the authorities, which take their time to read. */
  private synchronized HttpClient clientFor(URI address) {
    if ("http".equals(address.getScheme())) {
      HttpClient known = bare;
      if (known == null) {
        known = client(Authorities.none());
        bare = known;
      }
      return known;
    }
    HttpClient known = client;
    if (known == null) {
      known = client(Authorities.of(environment).context());
      client = known;
    }
    return known;
  }

  private HttpClient client(SSLContext trust) {
    EnvironmentProxies proxies = new EnvironmentProxies(environment);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            // One stream a connection: with HTTP/2 up to 16 MiB would wait in its window.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience.connect())
            .proxy(proxies)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .sslContext(trust);
    proxies.authenticator().ifPresent(builder::authenticator);
    return builder.build();
  }
}
