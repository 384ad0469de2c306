package dev.proxkiln.pve.rest;

import dev.proxkiln.core.call.Verb;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.port.ResolvedCall;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.core.tree.Tree;
import dev.proxkiln.pve.problem.PveErrors;
import dev.proxkiln.pve.problem.PveSlug;
import dev.proxkiln.pve.task.Tasks;
import dev.proxkiln.pve.task.Upid;
import dev.proxkiln.pve.wire.Json;
import dev.proxkiln.pve.wire.Resend;
import dev.proxkiln.pve.wire.Resend.StartedNothing;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of the PVE API over HTTPS.
 *
 * <p>Bodies are JSON: PVE cuts form values at a raw {@code =}, and arrays are natural. Safe for use
 * by several threads. Nothing of HTTP or JSON is loaded before the first call.
 */
public final class RestTransport implements PvePort, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RestTransport.class);

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration READ = Duration.ofSeconds(60);

  /** {@code PUT .../config} answers only when its work is done. */
  private static final Duration WRITE = Duration.ofMinutes(10);

  private static final Duration UPLOAD = Duration.ofHours(12);

  /**
   * Seconds for which an idle connection is kept; pveproxy closes one after 5 (pve-http-server,
   * AnyEvent.pm), and a write sent at that moment would be in doubt.
   */
  private static final String IDLE = "4";

  /** A ticket lives two hours (pve-access-control); it is renewed well before. */
  private static final Duration RENEW = Duration.ofMinutes(90);

  private final URI base;
  private final Credentials credentials;
  private final Trust trust;
  private final InstantSource clock;
  private final Duration backOff;
  private final Tasks tasks;

  private @Nullable HttpClient client;
  private @Nullable Ticket ticket;

  private record Ticket(String cookie, String csrf, Instant since) {
    @Override
    public String toString() {
      return "Ticket[since " + since + "]";
    }
  }

  /**
   * A transport to one node.
   *
   * @param base {@code https://HOST:PORT}
   */
  public RestTransport(URI base, Credentials credentials, Trust trust) {
    this(
        base,
        credentials,
        trust,
        InstantSource.system(),
        Duration.ofMillis(300),
        Tasks.Pause.SLEEP);
  }

  RestTransport(
      URI base,
      Credentials credentials,
      Trust trust,
      InstantSource clock,
      Duration backOff,
      Tasks.Pause pause) {
    this.base = base;
    this.credentials = credentials;
    this.trust = trust;
    this.clock = clock;
    this.backOff = backOff;
    this.tasks = new Tasks(call -> send(call).value(), pause, clock);
  }

  /** Who calls. */
  public Credentials credentials() {
    return credentials;
  }

  @Override
  public Answer send(ResolvedCall call) {
    return send(call, TaskWatch.NONE);
  }

  @Override
  public Answer send(ResolvedCall call, TaskWatch watch) {
    if (call.file().isPresent()) {
      return upload(call, call.file().get(), watch);
    }
    return Resend.sending(call, backOff, () -> once(call));
  }

  @Override
  public TaskEnd await(String upid, TaskWatch watch) {
    return tasks.await(
        Upid.parse(upid)
            .orElseThrow(() -> new IllegalArgumentException("not a task ID: '" + upid + "'")),
        watch);
  }

  @Override
  public void settle(String node, long vmid) {
    tasks.settle(node, vmid);
  }

  /** Ends open connections. */
  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
      client = null;
    }
  }

  // ---- one call ----

  private Answer once(ResolvedCall call) {
    HttpResponse<String> response = exchange(call);
    if (response.statusCode() == 401 && credentials instanceof Credentials.Password) {
      // The ticket ran out, or the node's key rotated: nothing was started.
      forget();
      response = exchange(call);
    }
    return answer(call, response);
  }

  private HttpResponse<String> exchange(ResolvedCall call) {
    boolean hasBody = call.verb() == Verb.POST || call.verb() == Verb.PUT;
    HttpRequest.Builder request = HttpRequest.newBuilder(Addresses.of(base, call, !hasBody));
    // An empty JSON body is an error for PVE, so a call without parameters sends none at all.
    BodyPublisher body =
        hasBody && !call.params().isEmpty()
            ? BodyPublishers.ofString(Json.write(body(call)))
            : BodyPublishers.noBody();
    request.method(call.verb().name(), body);
    if (hasBody && !call.params().isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    request.timeout(call.verb().reads() ? READ : WRITE);
    authorize(request, call.verb());
    return exchange(call, request.build());
  }

  private static Map<String, Object> body(ResolvedCall call) {
    Map<String, Object> body = new LinkedHashMap<>();
    call.params()
        .forEach((name, values) -> body.put(name, values.size() == 1 ? values.getFirst() : values));
    return body;
  }

  private HttpResponse<String> exchange(ResolvedCall call, HttpRequest request) {
    LOG.debug("{}", call);
    try {
      return http().send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw broken(call, e);
    } catch (InterruptedException e) {
      throw Tasks.stopped(where(call), e);
    }
  }

  private Answer answer(ResolvedCall call, HttpResponse<String> response) {
    int code = response.statusCode();
    if (code >= 200 && code < 300) {
      return success(call, response.body());
    }
    String message = "";
    Map<String, String> errors = new LinkedHashMap<>();
    if (!response.body().isBlank()) {
      try {
        Object tree = Json.read(response.body());
        message = Tree.text(tree, "message").strip();
        Tree.map(tree, "errors").forEach((name, why) -> errors.put(name, Tree.text(why).strip()));
      } catch (IllegalArgumentException e) {
        message = "HTTP " + code + ", not in the form of Proxmox VE";
      }
    }
    ProblemException problem = PveErrors.classify(where(call), message, code, errors).raise();
    if (startedNothing(call, problem.first(), code)) {
      throw new StartedNothing(problem);
    }
    throw problem;
  }

  private static Answer success(ResolvedCall call, String body) {
    Object data;
    try {
      data = Tree.at(Json.read(body), "data").orElse(null);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          PveSlug.ANSWER_UNREADABLE.problem(
              where(call),
              "The answer is not in the form of Proxmox VE.",
              String.valueOf(e.getMessage()),
              "Check that the address is that of a Proxmox VE node."),
          e);
    }
    Optional<String> task =
        !call.verb().reads() && data instanceof String text
            ? Upid.parse(text).map(Upid::toString)
            : Optional.empty();
    return new Answer(data, task);
  }

  /** 595 means that no connection to the other node came about. */
  private static boolean startedNothing(ResolvedCall call, Problem problem, int code) {
    return code == 595
        || (call.verb().reads() && (code == 596 || code == 599))
        || Resend.missedALock(call, problem);
  }

  // ---- trouble with the connection ----

  private RuntimeException broken(ResolvedCall call, IOException trouble) {
    for (Throwable cause = trouble; cause != null; cause = cause.getCause()) {
      if (cause instanceof TrustCheck.Refused refused) {
        return new ProblemException(refusedCertificate(refused), trouble);
      }
    }
    boolean nameless =
        trouble.getCause() instanceof UnresolvedAddressException
            || (trouble.getCause() != null
                && trouble.getCause().getCause() instanceof UnresolvedAddressException);
    boolean connected =
        !(trouble instanceof ConnectException) && !(trouble instanceof HttpConnectTimeoutException);
    String why;
    if (nameless) {
      why = "the name '" + base.getHost() + "' cannot be resolved";
    } else if (trouble instanceof HttpConnectTimeoutException) {
      why = "no answer within " + CONNECT.toSeconds() + " s";
    } else {
      why =
          trouble.getMessage() == null ? trouble.getClass().getSimpleName() : trouble.getMessage();
    }
    ProblemException problem =
        new ProblemException(
            PveSlug.NODE_UNREACHABLE.problem(
                where(call),
                connected
                    ? "The connection to '" + base + "' broke."
                    : "'" + base + "' cannot be reached.",
                connected && !call.verb().reads()
                    ? why + "; the node may have begun the work"
                    : why,
                "Check address, port (8006) and firewall, and that pveproxy runs on the node."),
            trouble);
    boolean refused = trouble instanceof ConnectException && !nameless;
    return refused || (connected && call.verb().reads()) ? new StartedNothing(problem) : problem;
  }

  private Problem refusedCertificate(TrustCheck.Refused refused) {
    String pin = "--fingerprint " + refused.fingerprint;
    if (refused.pinned) {
      return PveSlug.CERTIFICATE_CHANGED.problem(
          base.toString(),
          "The node shows another certificate than the pinned one.",
          "It was renewed, or somebody is in between. The SHA-256 fingerprint of this one is\n"
              + refused.fingerprint,
          "Compare that with 'pvenode cert info' on the node. If it is the same, pin it:\n" + pin);
    }
    return PveSlug.CERTIFICATE_UNKNOWN.problem(
        base.toString(),
        "The node's certificate is not known here.",
        refused.subject
            + ": "
            + refused.getMessage()
            + "\nIts SHA-256 fingerprint is\n"
            + refused.fingerprint,
        "Compare that with 'pvenode cert info' on the node. If it is the same, pin it:\n" + pin);
  }

  private static String where(ResolvedCall call) {
    return call.verb() + " " + call.path();
  }

  // ---- login ----

  private void authorize(HttpRequest.Builder request, Verb verb) {
    switch (credentials) {
      case Credentials.ApiToken token -> request.header("Authorization", token.header());
      case Credentials.Password password -> {
        Ticket now = ticket(password);
        request.header("Cookie", "PVEAuthCookie=" + now.cookie);
        if (!verb.reads()) {
          request.header("CSRFPreventionToken", now.csrf);
        }
      }
    }
  }

  private synchronized void forget() {
    ticket = null;
  }

  private synchronized Ticket ticket(Credentials.Password password) {
    Ticket now = ticket;
    if (now != null && Duration.between(now.since, clock.instant()).compareTo(RENEW) > 0) {
      try {
        // A ticket is as good as the password for getting the next one.
        now = login(password.name(), now.cookie);
      } catch (ProblemException e) {
        LOG.debug("ticket not renewed: {}", e.first().what());
        now = null;
      }
    }
    if (now == null) {
      now = login(password.name(), password.secret());
    }
    ticket = now;
    return now;
  }

  private Ticket login(String user, String secret) {
    LinkedHashMap<String, List<String>> params = new LinkedHashMap<>();
    params.put("username", List.of(user));
    params.put("password", List.of(secret));
    ResolvedCall call =
        new ResolvedCall(Verb.POST, "/access/ticket", params, Set.of("password"), Optional.empty());
    HttpRequest request =
        HttpRequest.newBuilder(Addresses.of(base, call, false))
            .header("Content-Type", "application/json")
            .timeout(READ)
            .POST(BodyPublishers.ofString(Json.write(body(call))))
            .build();
    HttpResponse<String> response = exchange(call, request);
    if (response.statusCode() == 401) {
      throw PveErrors.loginFailed("login as '" + user + "'", "").raise();
    }
    Object data = answer(call, response).value();
    if (Tree.flag(data, "NeedTFA") || Tree.text(data, "ticket").startsWith("PVE:!tfa!")) {
      throw PveSlug.SECOND_FACTOR_NEEDED
          .problem(
              "login as '" + user + "'",
              "User '" + user + "' has a second factor.",
              "a program that runs unattended cannot answer it",
              "Make an API token for this work and use that.")
          .raise();
    }
    return new Ticket(
        Tree.text(data, "ticket"), Tree.text(data, "CSRFPreventionToken"), clock.instant());
  }

  private synchronized HttpClient http() {
    if (client == null) {
      if (System.getProperty("jdk.httpclient.keepalive.timeout") == null) {
        System.setProperty("jdk.httpclient.keepalive.timeout", IDLE);
      }
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1) // the server speaks nothing newer
              .connectTimeout(CONNECT)
              .sslContext(TrustCheck.context(trust))
              .followRedirects(HttpClient.Redirect.NEVER)
              .build();
    }
    return client;
  }

  // ---- upload ----

  private Answer upload(ResolvedCall call, Path file, TaskWatch watch) {
    Upload upload = Upload.of(call, file);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(Addresses.of(base, call, false))
            .header("Content-Type", upload.contentType())
            .timeout(UPLOAD)
            .POST(upload.publisher());
    LOG.debug("{}", call);
    try {
      authorize(request, Verb.POST);
      return follow(call, upload, request.build(), watch);
    } catch (StartedNothing e) {
      throw e.problem(); // the file is not sent a second time
    }
  }

  private Answer follow(ResolvedCall call, Upload upload, HttpRequest request, TaskWatch watch) {
    CompletableFuture<HttpResponse<String>> coming =
        http().sendAsync(request, HttpResponse.BodyHandlers.ofString());
    try {
      while (true) {
        try {
          HttpResponse<String> response = coming.get(500, TimeUnit.MILLISECONDS);
          watch.progress(upload.total(), upload.total());
          return answer(call, response);
        } catch (TimeoutException e) {
          watch.progress(upload.sent(), upload.total());
        }
      }
    } catch (InterruptedException e) {
      coming.cancel(true);
      throw Tasks.stopped(where(call), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException trouble
          ? broken(call, trouble)
          : new IllegalStateException(e.getCause());
    }
  }
}
