package dev.proxkiln.host.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Fetch.Pinned;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.host.process.ProcessCommands;
import dev.proxkiln.testkit.Content;
import dev.proxkiln.testkit.FaultServer;
import dev.proxkiln.testkit.Images;
import dev.proxkiln.testkit.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads through a real proxy that wants a name and a password. */
@Timeout(60)
class ProxyTest {
  private static final byte[] IMAGE = Images.qcow2(1 << 20);
  private static final Patience BRIEF =
      new Patience(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          1,
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofSeconds(5));
  private static final Watch SILENT =
      new Watch() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void note(String text) {}
      };

  @TempDir Path folder;

  @Test
  void reachesAnHttpsServerThroughAProxyWithALogin() throws IOException {
    TestCertificate certificate = TestCertificate.in(folder);
    try (FaultServer server = FaultServer.https(certificate);
        TunnelProxy proxy = new TunnelProxy()) {
      server.serve("/i", IMAGE);
      Fetch fetch =
          new Fetch(
              server.url("/i"),
              new Pinned("sha256", Content.digest("SHA-256", IMAGE)),
              "none",
              Optional.empty(),
              "qcow2",
              false);
      Map<String, String> wrong =
          Map.of(
              "https_proxy",
              "http://me:wrong@localhost:" + proxy.port(),
              "SSL_CERT_FILE",
              certificate.pem().toString());
      assertThatThrownBy(() -> downloads(wrong).fetch(fetch, SILENT))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.first().slug()).isEqualTo("download-failed");
                assertThat(e.first().why()).contains("refused through the proxy 'localhost:");
                assertThat(e.first().toString()).doesNotContain("wrong");
              });
      assertThat(server.requests()).isEmpty();
      Map<String, String> right =
          Map.of(
              "https_proxy",
              "http://me:pa%20ss@localhost:" + proxy.port(),
              "SSL_CERT_FILE",
              certificate.pem().toString());
      assertThat(downloads(right).fetch(fetch, SILENT)).containsEntry("url", server.url("/i"));
      assertThat(proxy.tunnels).containsExactly("localhost:" + server.port());
    }
  }

  private StreamingDownloads downloads(Map<String, String> environment) {
    return new StreamingDownloads(
        folder.resolve("cache"),
        List.of(),
        new ProcessCommands(),
        environment,
        BRIEF,
        Limits.USUAL);
  }

  /** A proxy for CONNECT that lets only {@code me} with the password {@code pa ss} through. */
  private static final class TunnelProxy implements AutoCloseable {
    private static final String LOGIN = "Basic bWU6cGEgc3M=";

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> tunnels = Collections.synchronizedList(new ArrayList<>());

    private TunnelProxy() throws IOException {
      Thread.ofVirtual().start(this::accept);
    }

    private int port() {
      return socket.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket client = socket.accept();
          Thread.ofVirtual().start(() -> serve(client));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private void serve(Socket client) {
      try (client) {
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream();
        while (true) {
          List<String> head = head(in);
          if (head.isEmpty()) {
            return;
          }
          if (head.stream()
              .anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: " + LOGIN))) {
            tunnel(head.getFirst().split(" ")[1], in, out);
            return;
          }
          out.write(
              ("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
                      + "Content-Length: 0\r\n\r\n")
                  .getBytes());
        }
      } catch (IOException e) {
        // the client went away
      }
    }

    private void tunnel(String target, InputStream in, OutputStream out) throws IOException {
      String[] parts = target.split(":");
      try (Socket server = new Socket(parts[0], Integer.parseInt(parts[1]))) {
        tunnels.add(target);
        out.write("HTTP/1.1 200 Go on\r\n\r\n".getBytes());
        Thread up = Thread.ofVirtual().start(() -> copy(in, server));
        server.getInputStream().transferTo(out);
        up.interrupt();
      }
    }

    private static void copy(InputStream in, Socket to) {
      try {
        in.transferTo(to.getOutputStream());
        to.shutdownOutput();
      } catch (IOException e) {
        // one of both closed
      }
    }

    private static List<String> head(InputStream in) throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.indexOf("\r\n\r\n") < 0) {
        int c = in.read();
        if (c < 0) {
          return List.of();
        }
        text.append((char) c);
      }
      return text.toString().lines().toList();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
