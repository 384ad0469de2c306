package dev.proxkiln.host.fetch;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Fetch.Pinned;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.host.process.ProcessCommands;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Measures every stage of a download alone and all of them in one pass. Not a test: run it by hand
 * with a packed raw image, its compression, its address on another process's server, and a folder.
 */
final class PassBench {
  private static final int ROUNDS = 3;

  private static final Watch SILENT =
      new Watch() {
        @Override
        public void progress(long done, long total) {}

        @Override
        public void note(String text) {}
      };

  private final Path packed;
  private final String compression;
  private final String url;
  private final Path folder;

  private PassBench(String[] args) {
    packed = Path.of(args[0]);
    compression = args[1];
    url = args[2];
    folder = Path.of(args[3]);
  }

  public static void main(String[] args) throws Exception {
    new PassBench(args).run();
  }

  private void run() throws Exception {
    String digest = digest();
    double[] alone = {
      best("network", this::network),
      best("digest", this::digest),
      best("unpack", () -> unpack(false)),
      best("unpack+write", () -> unpack(true))
    };
    double pass = best("pass", () -> pass(digest));
    double slowest = Math.max(Math.max(alone[0], alone[1]), alone[3]);
    System.out.printf(
        "sum of stages %.2f s, slowest %.2f s, one pass %.2f s: %.0f %% over the slowest%n",
        alone[0] + alone[1] + alone[3], slowest, pass, (pass / slowest - 1) * 100);
  }

  private static <T> double best(String name, Callable<T> work) throws Exception {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.call();
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    System.out.printf("%-13s %.2f s%n", name, best);
    return best;
  }

  private long network() throws IOException {
    Web web = new Web(Map.of(), Patience.USUAL);
    long total = 0;
    try (Web.Answer answer = web.get(URI.create(url), Map.of())) {
      byte[] buffer = new byte[Belt.PIECE];
      for (int n = answer.body().read(buffer); n >= 0; n = answer.body().read(buffer)) {
        total += n;
      }
    }
    return total;
  }

  private String digest() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = Files.newInputStream(packed)) {
      byte[] buffer = new byte[Belt.PIECE];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private long unpack(boolean write) throws IOException {
    Path target = folder.resolve("alone");
    try (InputStream file = Files.newInputStream(packed);
        InputStream in = Unpacked.stream(file, compression, Optional.empty(), "bench");
        SparseFile out = new SparseFile(target, 0)) {
      byte[] buffer = new byte[Belt.PIECE];
      for (int n = in.readNBytes(buffer, 0, buffer.length);
          n > 0;
          n = in.readNBytes(buffer, 0, buffer.length)) {
        if (write) {
          out.write(buffer, n);
        }
      }
      if (write) {
        out.finish();
      }
      return out.length();
    } finally {
      Files.deleteIfExists(target);
    }
  }

  private String pass(String digest) throws IOException {
    Fetch fetch =
        new Fetch(url, new Pinned("sha256", digest), compression, Optional.empty(), "raw", true);
    Map<String, String> outputs =
        new StreamingDownloads(folder.resolve("cache"), List.of(), new ProcessCommands(), Map.of())
            .fetch(fetch, SILENT);
    Files.delete(Path.of(outputs.get("path")));
    return outputs.get("digest");
  }
}
