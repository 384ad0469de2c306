package dev.proxkiln.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A web server on loopback that knows ranges and entity tags, does wrong what a test tells it to,
 * and remembers every request.
 */
public final class FaultServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final String DATE = "Fri, 20 Nov 2026 10:00:00 GMT";

  /**
   * A request as it came and what became of it.
   *
   * @param headers first value by lower-case name
   * @param status status that was sent, 0 for none
   * @param sent bytes of the body that were sent
   */
  public record Request(
      String method, String path, Map<String, String> headers, int status, long sent) {
    /** A header, empty when it was not sent. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, Content> contents = new ConcurrentHashMap<>();
  private final Map<String, List<Pending>> faults = new ConcurrentHashMap<>();
  private volatile Line line = Line.ENDLESS;
  private volatile Optional<Path> folder = Optional.empty();
  private final List<Reply> replies = new CopyOnWriteArrayList<>();

  /** A fault and how many requests it will still spoil. */
  private static final class Pending {
    private final Fault fault;
    private int left;

    private Pending(Fault fault) {
      this.fault = fault;
      this.left = fault.times();
    }
  }

  private FaultServer(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** A plain http server on a free port. */
  public static FaultServer http() {
    return http(0);
  }

  /** A plain http server on a port, 0 for a free one. */
  public static FaultServer http(int port) {
    try {
      return new FaultServer(HttpServer.create(loopback(port), 64), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An https server on a free port. */
  public static FaultServer https(TestCertificate certificate) {
    try {
      HttpsServer server = HttpsServer.create(loopback(0), 64);
      server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
      return new FaultServer(server, "https");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress loopback(int port) {
    // Without it every small answer waits 40 ms for the client's delayed ACK.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The address of a path, which starts with a slash. */
  public String url(String path) {
    return scheme + "://localhost:" + port() + path;
  }

  /** Hands out bytes at a path. */
  public FaultServer serve(String path, byte[] bytes) {
    return serve(path, Content.of(bytes));
  }

  /** Hands out text at a path. */
  public FaultServer serve(String path, String text) {
    return serve(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Hands out a file at a path. */
  public FaultServer serve(String path, Path file) {
    return serve(path, Content.of(file));
  }

  /** Hands out content at a path. */
  public FaultServer serve(String path, Content content) {
    contents.put(path, content);
    return this;
  }

  /** Hands out the files of a folder, as they are when they are asked for. */
  public FaultServer serveAll(Path files) {
    folder = Optional.of(files.toAbsolutePath().normalize());
    return this;
  }

  /** Adds a fault at a path; those that break an answer come one a request, in this order. */
  public FaultServer spoil(String path, Fault fault) {
    faults.computeIfAbsent(path, p -> new CopyOnWriteArrayList<>()).add(new Pending(fault));
    return this;
  }

  /** Takes all faults away from a path. */
  public FaultServer mend(String path) {
    faults.remove(path);
    return this;
  }

  /** Lets all answers together send at most so many bytes a second, as over one line. */
  public FaultServer throttle(long bytesPerSecond) {
    line = new Line(bytesPerSecond);
    return this;
  }

  /** Every request so far, in the order in which they came. */
  public List<Request> requests() {
    return replies.stream().map(Reply::request).toList();
  }

  /** The requests for a path. */
  public List<Request> requests(String path) {
    return requests().stream().filter(r -> r.path().equals(path)).toList();
  }

  /** Forgets the requests so far. */
  public void forget() {
    replies.clear();
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    Reply reply = new Reply(exchange, path);
    replies.add(reply);
    try {
      answer(path, reply);
    } catch (IOException e) {
      // The client went away, or a fault wants the connection to break.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private void answer(String path, Reply reply) throws IOException, InterruptedException {
    List<Fault> active = take(path);
    for (Fault fault : active) {
      switch (fault) {
        case Fault.NoResponse _ -> {
          return;
        }
        case Fault.Status status -> {
          reply.status(status.code(), status.headers());
          return;
        }
        case Fault.Redirect redirect -> {
          reply.status(redirect.code(), Map.of("Location", redirect.location()));
          return;
        }
        case Fault.CutAt _,
            Fault.StallAt _,
            Fault.Endless _,
            Fault.WithoutLength _,
            Fault.IgnoresRange _,
            Fault.WithoutValidators _,
            Fault.Slow _ -> {}
      }
    }
    Optional<Content> content = Optional.ofNullable(contents.get(path)).or(() -> file(path));
    if (content.isEmpty()) {
      reply.status(404, Map.of());
    } else {
      reply.content(content.get(), active);
    }
  }

  private Optional<Content> file(String path) {
    return folder
        .map(all -> all.resolve(path.substring(1)).normalize())
        .filter(file -> file.startsWith(folder.get()) && Files.isRegularFile(file))
        .map(Content::of);
  }

  /** The faults of one request: all that last, and the first of those that break it. */
  private List<Fault> take(String path) {
    List<Fault> active = new ArrayList<>();
    boolean broken = false;
    for (Pending pending : faults.getOrDefault(path, List.of())) {
      boolean breaks =
          switch (pending.fault) {
            case Fault.Status _, Fault.Redirect _, Fault.NoResponse _ -> true;
            case Fault.CutAt _, Fault.StallAt _ -> true;
            case Fault.Endless _,
                Fault.WithoutLength _,
                Fault.IgnoresRange _,
                Fault.WithoutValidators _,
                Fault.Slow _ ->
                false;
          };
      synchronized (pending) {
        if (pending.left > 0 && !(breaks && broken)) {
          pending.left--;
          broken |= breaks;
          active.add(pending.fault);
        }
      }
    }
    return active;
  }

  private static <F extends Fault> Optional<F> find(List<Fault> faults, Class<F> type) {
    return faults.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /** One answer. */
  private final class Reply {
    private final HttpExchange exchange;
    private final String path;
    private final Map<String, String> headers;
    private volatile int status;
    private volatile long sent;

    private Reply(HttpExchange exchange, String path) {
      this.exchange = exchange;
      this.path = path;
      this.headers =
          exchange.getRequestHeaders().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      header -> header.getKey().toLowerCase(Locale.ROOT),
                      header -> header.getValue().getFirst()));
    }

    private Request request() {
      return new Request(exchange.getRequestMethod(), path, headers, status, sent);
    }

    private void status(int code, Map<String, String> headers) throws IOException {
      headers.forEach(exchange.getResponseHeaders()::set);
      byte[] body =
          ("<html><body>status " + code + "</body></html>\n").getBytes(StandardCharsets.UTF_8);
      status = code;
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
      sent = body.length;
    }

    private void content(Content content, List<Fault> active)
        throws IOException, InterruptedException {
      long size = content.size();
      String etag = "\"" + content.etag() + "\"";
      boolean validators = find(active, Fault.WithoutValidators.class).isEmpty();
      if (validators) {
        exchange.getResponseHeaders().set("ETag", etag);
        exchange.getResponseHeaders().set("Last-Modified", DATE);
        if (etag.equals(header("If-None-Match"))) {
          status = 304;
          exchange.sendResponseHeaders(304, -1);
          return;
        }
      }
      exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
      long start = find(active, Fault.IgnoresRange.class).isPresent() ? 0 : start(etag, size);
      if (start > 0 && start >= size) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + size);
        status(416, Map.of());
        return;
      }
      status = start > 0 ? 206 : 200;
      if (start > 0) {
        exchange
            .getResponseHeaders()
            .set("Content-Range", "bytes " + start + "-" + (size - 1) + "/" + size);
      }
      boolean endless = find(active, Fault.Endless.class).isPresent();
      boolean chunked = endless || find(active, Fault.WithoutLength.class).isPresent();
      exchange.sendResponseHeaders(status, chunked ? 0 : size - start);
      do {
        body(content, endless ? 0 : start, active);
      } while (endless);
      exchange.getResponseBody().close();
    }

    private long start(String etag, long size) {
      String range = header("Range");
      Matcher matcher = range == null ? null : RANGE.matcher(range);
      if (matcher == null || !matcher.matches()) {
        return 0;
      }
      String condition = header("If-Range");
      boolean same = condition == null || condition.equals(etag) || condition.equals(DATE);
      return same ? Long.parseLong(matcher.group(1)) : 0;
    }

    private void body(Content content, long start, List<Fault> active)
        throws IOException, InterruptedException {
      long cut = find(active, Fault.CutAt.class).map(Fault.CutAt::offset).orElse(Long.MAX_VALUE);
      long stall =
          find(active, Fault.StallAt.class).map(Fault.StallAt::offset).orElse(Long.MAX_VALUE);
      long rate = find(active, Fault.Slow.class).map(Fault.Slow::bytesPerSecond).orElse(0L);
      long stop = Math.min(cut, stall);
      byte[] buffer = new byte[rate > 0 ? (int) Math.clamp(rate / 20, 1, 65536) : 65536];
      OutputStream out = exchange.getResponseBody();
      long at = start;
      try (InputStream in = content.from(start)) {
        while (at < stop) {
          int n = in.read(buffer, 0, (int) Math.min(buffer.length, stop - at));
          if (n < 0) {
            return;
          }
          pause(line.millisFor(n));
          out.write(buffer, 0, n);
          at += n;
          sent = sent + n;
          if (rate > 0) {
            out.flush();
            pause(n * 1000L / rate);
          }
        }
      }
      out.flush();
      if (stall <= cut) {
        closing.await();
      }
      throw new IOException("cut");
    }

    private void pause(long millis) throws InterruptedException, IOException {
      if (millis > 0 && closing.await(millis, TimeUnit.MILLISECONDS)) {
        throw new IOException("closing");
      }
    }

    private @Nullable String header(String name) {
      return exchange.getRequestHeaders().getFirst(name);
    }
  }
}
