package dev.proxkiln.testkit;

import java.nio.file.Path;

/** Serves the files of a folder on loopback over TLS until it is killed. */
public final class SecureFileServer {
  private SecureFileServer() {}

  /**
   * Prints the server's address as its first line, then serves.
   *
   * @param args the folder, whose files are looked up when they are asked for; a folder for the
   *     certificate, which becomes {@code test.pem} in it
   */
  public static void main(String[] args) throws InterruptedException {
    FaultServer server = FaultServer.https(TestCertificate.in(Path.of(args[1])));
    server.serveAll(Path.of(args[0]));
    System.out.println("https://127.0.0.1:" + server.port());
    System.out.flush();
    Thread.currentThread().join();
  }
}
