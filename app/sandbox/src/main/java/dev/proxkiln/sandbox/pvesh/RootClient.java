package dev.proxkiln.sandbox.pvesh;

import dev.proxkiln.sandbox.api.ApiServer;
import dev.proxkiln.sandbox.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** REST calls to the sandbox of a state folder, as root with a ticket. */
final class RootClient implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http;
  private final URI url;
  private final String ticket;
  private final String csrf;

  /**
   * An answer.
   *
   * @param printed what the real command prints for this call before its result
   */
  record Answer(int status, JsonNode body, String printed) {
    JsonNode data() {
      return body.path("data");
    }
  }

  private RootClient(HttpClient http, URI url, String ticket, String csrf) {
    this.http = http;
    this.url = url;
    this.ticket = ticket;
    this.csrf = csrf;
  }

  /**
   * Logs in.
   *
   * @param url where the sandbox listens
   * @throws IOException when it does not answer
   */
  static RootClient open(Path stateDir, URI url) throws IOException, InterruptedException {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trusting(stateDir.resolve("pki").resolve("pve-root-ca.pem")))
            .build();
    JsonNode credentials =
        JSON.readTree(StateFolder.read(stateDir.resolve("credentials.json")).orElse("{}"));
    RootClient anonymous = new RootClient(http, url, "", "");
    Answer login =
        anonymous.send(
            "POST",
            "/access/ticket",
            Map.of(
                "username",
                credentials.path("user").asString(""),
                "password",
                credentials.path("password").asString("")));
    return new RootClient(
        http,
        url,
        login.data().path("ticket").asString(""),
        login.data().path("CSRFPreventionToken").asString(""));
  }

  private static SSLContext trusting(Path authority) throws IOException {
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS", e);
    }
  }

  /**
   * Sends a call.
   *
   * @param parameters texts, or lists of texts
   */
  Answer send(String verb, String path, Map<String, ?> parameters)
      throws IOException, InterruptedException {
    boolean hasBody = verb.equals("POST") || verb.equals("PUT");
    String query = hasBody || parameters.isEmpty() ? "" : "?" + query(parameters);
    String encoded =
        path.replace("%", "%25").replace(" ", "%20").replace("#", "%23").replace("?", "%3F");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/api2/json" + encoded + query))
            .header("Cookie", "PVEAuthCookie=" + ticket)
            .header("CSRFPreventionToken", csrf.isEmpty() ? "none" : csrf);
    if (hasBody) {
      request
          .header("Content-Type", "application/json")
          .method(verb, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(parameters)));
    } else {
      request.method(verb, HttpRequest.BodyPublishers.noBody());
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String printed =
        response
            .headers()
            .firstValue(ApiServer.OUTPUT_HEADER)
            .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))
            .orElse("");
    String body = response.body().isBlank() ? "{}" : response.body();
    return new Answer(response.statusCode(), JSON.readTree(body), printed);
  }

  private static String query(Map<String, ?> parameters) {
    StringBuilder text = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8)));
    return text.toString();
  }

  @Override
  public void close() {
    http.close();
  }
}
