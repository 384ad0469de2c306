package dev.proxkiln.sandbox.api;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.proxkiln.sandbox.access.Access;
import dev.proxkiln.sandbox.access.Caller;
import dev.proxkiln.sandbox.access.NodeCertificate;
import dev.proxkiln.sandbox.refusal.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** The HTTPS server: logins, bodies in, JSON out (source: pve-http-server AnyEvent.pm). */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String API = "/api2/json";
  private static final Pattern UPLOAD = Pattern.compile("/nodes/[^/]+/storage/([^/]+)/upload");
  private static final Pattern COOKIE = Pattern.compile("(?:^|[;\\s])PVEAuthCookie=([^;\\s]+)");
  private static final Pattern TOKEN = Pattern.compile("PVEAPIToken[= ](\\S+)");

  /** Largest body in bytes that is not an upload. */
  private static final int BODY_LIMIT = 512 * 1024;

  /** Header with the Base64 of what a command on the node prints for this call. */
  public static final String OUTPUT_HEADER = "Proxkiln-Sandbox-Output";

  private final HttpsServer server;
  private final ExecutorService workers;
  private final Access access;
  private final Dispatcher dispatcher;
  private final Extras extras;
  private final Path uploads;

  /** What the sandbox offers beside the API, under {@code /sandbox}. */
  @FunctionalInterface
  public interface Extras {
    /**
     * Answers a call that root made.
     *
     * @param path below {@code /sandbox}
     * @param body JSON text, may be empty
     * @return data, null for none
     * @throws Refusal for anything but success
     */
    @Nullable Object call(String verb, String path, String body) throws Exception;
  }

  /**
   * Starts listening on loopback.
   *
   * @param port 0 for any free one
   * @param uploads folder for files on their way in
   */
  public ApiServer(
      int port, NodeCertificate certificate, NodeCalls calls, Extras extras, Path uploads)
      throws IOException {
    this.access = calls.access();
    this.dispatcher = calls.dispatcher();
    this.extras = extras;
    this.uploads = uploads;
    // Without it every answer on a kept connection waits for the client's delayed ACK (40 ms).
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
    server = HttpsServer.create(new InetSocketAddress(NodeCertificate.loopback(), port), 64);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    workers = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(workers);
    server.createContext("/", this::exchange);
    server.start();
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  private void exchange(HttpExchange exchange) throws IOException {
    try {
      String path = Forms.decode(exchange.getRequestURI().getRawPath().replace("+", "%2B"));
      if (path.startsWith(API)) {
        api(exchange, path.substring(API.length()));
      } else if (path.startsWith("/sandbox")) {
        sandbox(exchange, path.substring("/sandbox".length()));
      } else if (path.startsWith("/api2/")) {
        send(exchange, 501, "no such uri".getBytes(StandardCharsets.UTF_8), null);
      } else {
        String text = "This is a proxkiln sandbox node, not a Proxmox VE.\n";
        send(exchange, path.equals("/") ? 200 : 404, text.getBytes(StandardCharsets.UTF_8), null);
      }
    } catch (Refusal e) {
      refuse(exchange, e);
    } catch (IOException e) {
      LOG.debug("connection lost", e);
    } catch (Exception e) {
      LOG.warn("call failed: {}", exchange.getRequestURI().getPath(), e);
      refuse(exchange, Refusal.failed("sandbox error: " + e));
    } finally {
      exchange.close();
    }
  }

  private void api(HttpExchange exchange, String path) throws Exception {
    String verb = exchange.getRequestMethod();
    Headers headers = exchange.getRequestHeaders();
    Matcher uploading = UPLOAD.matcher(path);
    boolean isUpload = verb.equals("POST") && uploading.matches();
    Caller caller = Dispatcher.open(verb, path) ? Caller.NOBODY : login(headers);
    boolean byTicket = !caller.isToken() && !caller.id().isEmpty();
    String type = String.valueOf(headers.getFirst("Content-Type"));
    if (isUpload && type.startsWith("multipart/form-data")) {
      try {
        access.check(caller, "/storage/" + uploading.group(1), "Datastore.AllocateTemplate");
      } catch (Refusal e) {
        // A node reads everything first; whoever is still sending would not see the answer.
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        throw e;
      }
      upload(exchange, caller, path, type);
      return;
    }
    if (byTicket && !verb.equals("GET")) {
      access.checkCsrf(caller, headers.getFirst("CSRFPreventionToken"));
    }
    Map<String, Object> parameters = parameters(exchange, verb, type);
    answer(exchange, dispatcher.call(caller, verb, path, parameters, Optional.empty()));
  }

  private void upload(HttpExchange exchange, Caller caller, String path, String type)
      throws Exception {
    Path file = Files.createTempFile(uploads, "pveupload-", "");
    try {
      Map<String, Object> parameters = new LinkedHashMap<>();
      try (InputStream body = exchange.getRequestBody()) {
        parameters.putAll(Multipart.read(body, type, file));
      }
      parameters.putAll(Forms.urlEncoded(exchange.getRequestURI().getRawQuery()));
      answer(exchange, dispatcher.call(caller, "POST", path, parameters, Optional.of(file)));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void sandbox(HttpExchange exchange, String path) throws Exception {
    Caller caller = login(exchange.getRequestHeaders());
    if (!caller.isRoot()) {
      throw Refusal.forbidden("user != root@pam");
    }
    String body = new String(body(exchange), StandardCharsets.UTF_8);
    answer(exchange, extras.call(exchange.getRequestMethod(), path, body));
  }

  private Caller login(Headers headers) {
    String cookie = String.valueOf(headers.getFirst("Cookie"));
    String authorization = String.valueOf(headers.getFirst("Authorization"));
    Matcher ticket = COOKIE.matcher(cookie);
    if (!ticket.find()) {
      ticket = COOKIE.matcher(authorization);
    } else {
      ticket.reset();
    }
    if (ticket.find()) {
      return access
          .byTicket(Forms.decode(ticket.group(1).replace("+", "%2B")))
          .orElseThrow(() -> Refusal.unauthorized("Authentication failed!"));
    }
    Matcher token = TOKEN.matcher(authorization);
    if (token.find()) {
      return access
          .byToken(Forms.decode(token.group(1)))
          .orElseThrow(() -> Refusal.unauthorized("Authentication failed!"));
    }
    throw Refusal.unauthorized("No ticket");
  }

  private Map<String, Object> parameters(HttpExchange exchange, String verb, String type)
      throws IOException {
    Map<String, Object> parameters = new LinkedHashMap<>();
    byte[] body = body(exchange);
    if (body.length > 0) {
      if (!verb.equals("PUT") && !verb.equals("POST")) {
        throw Refusal.notImplemented("Unexpected content for method '" + verb + "'");
      }
      boolean known =
          type.equals("null")
              || type.startsWith("application/json")
              || type.startsWith("application/x-www-form-urlencoded");
      if (!known) {
        throw Refusal.notImplemented("upload 'Content-Type '" + type + "' not implemented");
      }
      String text = new String(body, StandardCharsets.UTF_8);
      if (type.startsWith("application/json")) {
        parameters.putAll(Forms.json(text));
      } else {
        parameters.putAll(Forms.urlEncoded(text));
      }
    }
    parameters.putAll(Forms.urlEncoded(exchange.getRequestURI().getRawQuery()));
    parameters.remove("_dc");
    return parameters;
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readNBytes(BODY_LIMIT + 1);
      if (body.length > BODY_LIMIT) {
        throw Refusal.notImplemented("for data too large");
      }
      return body;
    }
  }

  private static void answer(HttpExchange exchange, @Nullable Object answer) throws IOException {
    @Nullable Object data = answer;
    if (answer instanceof Routes.Printed printed) {
      data = printed.data();
      // For pvesh alone: what a node's own command prints has no place in the API's answer.
      String lines = String.join("\n", printed.lines());
      exchange
          .getResponseHeaders()
          .set(
              OUTPUT_HEADER,
              Base64.getEncoder().encodeToString(lines.getBytes(StandardCharsets.UTF_8)));
    }
    Map<String, @Nullable Object> body = new TreeMap<>();
    body.put("data", data);
    json(exchange, 200, body);
  }

  private static void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
    if (refusal.status() == 401) {
      send(exchange, 401, new byte[0], null);
      return;
    }
    Map<String, @Nullable Object> body = new TreeMap<>();
    body.put("data", null);
    body.put("message", refusal.getMessage() + "\n");
    if (!refusal.errors().isEmpty()) {
      body.put("errors", refusal.errors());
    }
    json(exchange, refusal.status(), body);
  }

  private static void json(HttpExchange exchange, int status, Object body) throws IOException {
    send(exchange, status, JSON.writeValueAsBytes(body), "application/json;charset=UTF-8");
  }

  private static void send(HttpExchange exchange, int status, byte[] body, @Nullable String type)
      throws IOException {
    // A refusal may come before the body was read. Unread, the server would drop the connection
    // after the answer without a word, and the client's next call on it would fail.
    exchange.getRequestBody().close();
    Headers headers = exchange.getResponseHeaders();
    if (status >= 400) {
      headers.set("Connection", "close"); // as pveproxy does
    }
    headers.set("Cache-Control", "max-age=0");
    headers.set("Server", "proxkiln-sandbox");
    if (type != null) {
      headers.set("Content-Type", type);
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
