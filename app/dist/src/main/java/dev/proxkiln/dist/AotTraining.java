package dev.proxkiln.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpServer;
import dev.proxkiln.cli.Main;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Runs the commands that users start most in one JVM, so that an AOT cache knows their classes.
 *
 * <p>There are several caches, because the JVM loads all classes of its cache at every start: 2700
 * classes cost 50 ms, which is nothing for a template and twice the start of a short answer. The
 * menu's own ends where its first page is on the screen.
 */
public final class AotTraining {
  private static final List<List<String>> QUICK =
      List.of(List.of("version"), List.of("catalog", "list"));
  private static final List<List<String>> MENU = List.of(List.of("menu"));
  private static final List<List<String>> PLAN =
      List.of(
          List.of("facts", "--target", "sandbox"),
          List.of("template", "create", "debian-12", "--target", "sandbox", "--dry-run"),
          List.of("menu", "--target", "sandbox"));
  private static final List<List<String>> FULL =
      List.of(
          List.of("help"),
          List.of("catalog", "list", "-o", "json"),
          List.of("catalog", "show", "debian-12"),
          List.of("template", "create", "--help"),
          List.of("runs"),
          List.of("__complete", "template", "create", "deb"),
          List.of("sandbox", "start", "--boot", "simulated"));

  private AotTraining() {}

  /**
   * Trains; started with {@code -XX:AOTCacheOutput} by {@code ./dev build}. A command that fails is
   * a slower start of it and nothing worse.
   *
   * @param args {@code quick}, {@code menu}, {@code full}, or {@code node} for the sandbox node's
   *     own process
   */
  public static void main(String[] args) throws IOException {
    switch (args[0]) {
      case "quick" -> run(QUICK);
      case "menu" -> run(MENU);
      case "node" -> {
        SandboxOptions options =
            SandboxOptions.in(Layout.current().state().resolve("sandbox"))
                .withBootMode(BootMode.SIMULATED);
        try (Sandbox _ = Sandbox.open(options)) {
          run(PLAN);
        }
      }
      default -> {
        run(FULL);
        run(PLAN);
        run(List.of(List.of("sandbox", "stop")));
        download();
      }
    }
  }

  /** A small disk from a server on loopback, in a form for Java and in one for a program. */
  private static void download() throws IOException {
    byte[] disk = new byte[1 << 20];
    disk[510] = 0x55; // the signature of a partition table
    disk[511] = (byte) 0xaa;
    ByteArrayOutputStream gz = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gz)) {
      out.write(disk);
    }
    byte[] zst = Zstd.compress(disk);
    String sums = sha512(gz.toByteArray()) + "  disk.raw.gz\n" + sha512(zst) + "  disk.raw.zst\n";
    Map<String, byte[]> files =
        Map.of(
            "/disk.raw.gz", gz.toByteArray(),
            "/disk.raw.zst", zst,
            "/SHA512SUMS", sums.getBytes(UTF_8));
    Path folder = Layout.current().state().resolve("training");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = files.getOrDefault(exchange.getRequestURI().getPath(), new byte[0]);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://localhost:" + server.getAddress().getPort();
      for (String form : List.of("gz", "zst")) {
        FetchOnce.main(new String[] {folder.toString(), address, "disk.raw." + form, form, "raw"});
      }
    } catch (ProblemException e) {
      System.err.println("training: " + e.getMessage());
    } finally {
      server.stop(0);
    }
  }

  private static String sha512(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(List<List<String>> commands) {
    for (List<String> command : commands) {
      int code = Main.run(command);
      if (code != 0) {
        System.err.println("training: exit code " + code + " of " + String.join(" ", command));
      }
    }
  }
}
