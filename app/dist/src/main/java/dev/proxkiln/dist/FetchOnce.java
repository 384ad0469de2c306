package dev.proxkiln.dist;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.host.fetch.StreamingDownloads;
import dev.proxkiln.host.process.ProcessCommands;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One fetch and nothing else, so that {@code ./dev bench} can hold it against other tools. */
public final class FetchOnce {
  private static final Downloads.Watch SILENT =
      new Downloads.Watch() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void note(String text) {}
      };

  private FetchOnce() {}

  /**
   * Fetches an image into a cache; prints its path and the milliseconds that it took.
   *
   * @param args folder of the cache, address of the folder on the server, file name, compression,
   *     disk format; the server has a SHA512SUMS beside the file
   */
  public static void main(String[] args) {
    Fetch fetch =
        new Fetch(
            args[1] + "/" + args[2],
            new Fetch.Published(
                "sha512", args[1] + "/SHA512SUMS", "gnu", args[2], Optional.empty()),
            args[3],
            Optional.empty(),
            args[4],
            true);
    long begun = System.nanoTime();
    Map<String, String> outputs =
        new StreamingDownloads(Path.of(args[0]), List.of(), new ProcessCommands(), System.getenv())
            .fetch(fetch, SILENT);
    long millis = (System.nanoTime() - begun) / 1_000_000;
    System.out.println(outputs.get("path") + " " + millis);
  }
}
