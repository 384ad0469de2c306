package dev.proxkiln.pve.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A TLS server on loopback that gives prepared answers and remembers what it was asked. */
final class FakeNode implements AutoCloseable {

  record Request(String line, Map<String, List<String>> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, List.of("")).getFirst();
    }
  }

  record Reply(int code, String body) {
    static Reply data(String json) {
      return new Reply(200, "{\"data\":" + json + "}");
    }
  }

  private final HttpsServer server;
  private final X509Certificate certificate;
  private final Map<String, Queue<Reply>> replies = new HashMap<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();

  FakeNode() {
    this("localhost");
  }

  FakeNode(String name) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair keys = generator.generateKeyPair();
      X500Name subject = new X500Name("CN=" + name);
      Instant now = Instant.now();
      certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          subject,
                          BigInteger.valueOf(now.toEpochMilli()),
                          Date.from(now.minusSeconds(60)),
                          Date.from(now.plusSeconds(3600)),
                          subject,
                          keys.getPublic())
                      .addExtension(
                          Extension.subjectAlternativeName,
                          false,
                          new GeneralNames(new GeneralName(GeneralName.dNSName, name)))
                      .build(
                          new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("node", keys.getPrivate(), new char[0], new Certificate[] {certificate});
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      server.createContext("/", this::handle);
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  URI uri() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  String fingerprint() {
    try {
      return Trust.colons(Trust.sha256(certificate.getEncoded()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  Path pem(Path folder) {
    try {
      String body =
          Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
      return Files.writeString(
          folder.resolve("ca.pem"),
          "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Prepares answers to {@code VERB /path}; the last one is given again and again. */
  FakeNode on(String line, Reply... inOrder) {
    replies.put(line, new ArrayDeque<>(List.of(inOrder)));
    return this;
  }

  FakeNode onData(String line, String json) {
    return on(line, Reply.data(json));
  }

  List<Request> requests(String start) {
    return requests.stream().filter(r -> r.line.startsWith(start)).toList();
  }

  private synchronized Reply next(String line) {
    Queue<Reply> queue = replies.get(line);
    if (queue == null) {
      return new Reply(
          501, "{\"data\":null,\"message\":\"Method '" + line + "' not implemented\"}");
    }
    return queue.size() > 1 ? queue.remove() : queue.element();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      String body =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
      String raw = exchange.getRequestURI().toString();
      requests.add(
          new Request(
              exchange.getRequestMethod() + " " + raw,
              new HashMap<>(exchange.getRequestHeaders()),
              body));
      String path = raw.replaceFirst("\\?.*", "").replaceFirst("^/api2/json", "");
      Reply reply = next(exchange.getRequestMethod() + " " + path);
      byte[] bytes = reply.body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.code, bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) {
        exchange.getResponseBody().write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
