package dev.proxkiln.sandbox;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A plain REST client for the tests, which trusts only the sandbox's own authority. */
public final class Api {
  public static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient client;
  private final URI url;
  private final String node;
  private final List<String> headers = new ArrayList<>();

  /** Status and body of an answer. */
  public record Answer(int status, String body, List<String> contentType) {
    public JsonNode json() {
      return JSON.readTree(body);
    }

    public JsonNode data() {
      return json().path("data");
    }

    public String message() {
      return json().path("message").asString("").strip();
    }

    public String error(String parameter) {
      return json().path("errors").path(parameter).asString("").strip();
    }
  }

  private Api(HttpClient client, URI url, String node) {
    this.client = client;
    this.url = url;
    this.node = node;
  }

  /** A client without a login. */
  public static Api of(Sandbox sandbox) {
    return of(sandbox.certificateAuthority(), sandbox.url(), sandbox.node());
  }

  /** A client with root's ticket for a sandbox in another process. */
  public static Api root(RunningSandbox running, Path stateDir) {
    Api api = of(stateDir.resolve("pki/pve-root-ca.pem"), running.uri(), running.node());
    RunningSandbox.Credentials root = RunningSandbox.credentials(stateDir).orElseThrow();
    return api.loggedIn(root.user(), root.password());
  }

  private static Api of(Path authority, URI url, String node) {
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      HttpClient client =
          HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
      return new Api(client, url, node);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client with root's ticket. */
  public static Api root(Sandbox sandbox) {
    return of(sandbox).loggedIn(sandbox.user(), sandbox.password());
  }

  private Api loggedIn(String user, String password) {
    Answer login = post("/access/ticket", "username", user, "password", password);
    return with(
        "Cookie",
        "PVEAuthCookie=" + login.data().path("ticket").asString(),
        "CSRFPreventionToken",
        login.data().path("CSRFPreventionToken").asString());
  }

  /** The same client with these headers and no others. */
  public Api with(String... others) {
    Api api = new Api(client, url, node);
    api.headers.addAll(List.of(others));
    return api;
  }

  public Answer get(String path, String... query) {
    return send("GET", path + query(query), HttpRequest.BodyPublishers.noBody(), "");
  }

  public Answer delete(String path, String... query) {
    return send("DELETE", path + query(query), HttpRequest.BodyPublishers.noBody(), "");
  }

  public Answer post(String path, String... form) {
    return send("POST", path, HttpRequest.BodyPublishers.ofString(form(form)), FORM);
  }

  public Answer put(String path, String... form) {
    return send("PUT", path, HttpRequest.BodyPublishers.ofString(form(form)), FORM);
  }

  public Answer json(String verb, String path, Object body) {
    return send(
        verb,
        path,
        HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)),
        "application/json");
  }

  public Answer raw(String verb, String path, String body, String type) {
    return send(verb, path, HttpRequest.BodyPublishers.ofString(body), type);
  }

  /** Uploads a file, the fields before it. */
  public Answer upload(String storage, Path file, String name, String... fields) {
    String boundary = "----test" + System.nanoTime();
    StringBuilder head = new StringBuilder();
    for (int i = 0; i < fields.length; i += 2) {
      head.append(
          "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
              .formatted(boundary, fields[i], fields[i + 1]));
    }
    head.append(
        ("--%s\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"%s\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n")
            .formatted(boundary, name));
    try {
      HttpRequest.BodyPublisher body =
          HttpRequest.BodyPublishers.concat(
              HttpRequest.BodyPublishers.ofString(head.toString()),
              HttpRequest.BodyPublishers.ofFile(file),
              HttpRequest.BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
      return send(
          "POST",
          "/nodes/" + node + "/storage/" + storage + "/upload",
          body,
          "multipart/form-data; boundary=" + boundary);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends to the sandbox's own branch instead of the API. */
  public Answer sandbox(String verb, String path, String body) {
    return exchange(
        verb,
        url + "/sandbox" + path,
        HttpRequest.BodyPublishers.ofString(body),
        "application/json");
  }

  /** Waits for the task that an answer names and returns its exit status. */
  public String await(Answer answer) {
    if (answer.status() != 200) {
      throw new AssertionError("status " + answer.status() + ": " + answer.body());
    }
    String path = task(answer) + "/status";
    return Awaitility.await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> get(path).data(), status -> status.path("status").asString().equals("stopped"))
        .path("exitstatus")
        .asString();
  }

  /** Lines of the log of the task that an answer names. */
  public List<String> log(Answer answer) {
    String path = task(answer) + "/log";
    List<String> lines = new ArrayList<>();
    get(path, "limit", "1000").data().forEach(line -> lines.add(line.path("t").asString()));
    return lines;
  }

  private static String task(Answer answer) {
    String upid = answer.data().asString();
    return "/nodes/" + upid.split(":", -1)[1] + "/tasks/" + upid.replace(":", "%3A");
  }

  private static final String FORM = "application/x-www-form-urlencoded";

  private Answer send(String verb, String path, HttpRequest.BodyPublisher body, String type) {
    return exchange(verb, url + "/api2/json" + path, body, type);
  }

  private Answer exchange(String verb, String uri, HttpRequest.BodyPublisher body, String type) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).method(verb, body);
    for (int i = 0; i < headers.size(); i += 2) {
      request.header(headers.get(i), headers.get(i + 1));
    }
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(), response.body(), response.headers().allValues("content-type"));
    } catch (IOException e) {
      throw new IllegalStateException(verb + " " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String query(String... pairs) {
    return pairs.length == 0 ? "" : "?" + form(pairs);
  }

  /** A form with everything percent-encoded. */
  public static String form(String... pairs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(i == 0 ? "" : "&")
          .append(encode(pairs[i]))
          .append('=')
          .append(encode(pairs[i + 1]));
    }
    return text.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Alternating names and values out of a map. */
  public static String[] pairs(Map<String, String> map) {
    List<String> all = new ArrayList<>();
    map.forEach(
        (name, value) -> {
          all.add(name);
          all.add(value);
        });
    return all.toArray(String[]::new);
  }
}
