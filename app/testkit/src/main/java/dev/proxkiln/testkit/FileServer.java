package dev.proxkiln.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Serves the files of a folder on loopback until it is killed; for demonstrations. */
public final class FileServer {
  private FileServer() {}

  /**
   * Prints the server's address as its first line, then serves; when it is stopped, one line for
   * each request: method, path, status, bytes sent.
   *
   * @param args the folder, whose files are looked up once; the port, 0 or none for a free one;
   *     bytes a second for each answer, 0 or none for as fast as it goes; bytes a second for all
   *     answers together, none for as fast as it goes
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]).toRealPath();
    FaultServer server = FaultServer.http(args.length > 1 ? Integer.parseInt(args[1]) : 0);
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> "/" + folder.relativize(file))
          .forEach(
              path -> {
                server.serve(path, folder.resolve(path.substring(1)));
                if (args.length > 2 && !args[2].equals("0")) {
                  server.spoil(path, new Fault.Slow(Long.parseLong(args[2])));
                }
              });
    }
    if (args.length > 3) {
      server.throttle(Long.parseLong(args[3]));
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    server
                        .requests()
                        .forEach(
                            r ->
                                System.out.printf(
                                    "%s %s %d %d%n", r.method(), r.path(), r.status(), r.sent()))));
    System.out.println(server.url(""));
    System.out.flush();
    Thread.currentThread().join();
  }
}
