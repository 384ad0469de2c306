package dev.proxkiln.host.fetch;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Fetch.Pinned;
import dev.proxkiln.core.port.Downloads.Watch;
import dev.proxkiln.host.process.ProcessCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A download in a process of its own, for tests that kill it or measure it. */
final class FetchProcess {
  private FetchProcess() {}

  /** Starts one; {@code jvm} are options such as {@code -Xmx64m}. */
  static Process start(Path cache, Fetch fetch, List<String> jvm) throws IOException {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    argv.addAll(jvm);
    argv.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    argv.addAll(List.of("-cp", System.getProperty("java.class.path")));
    argv.add(FetchProcess.class.getName());
    argv.addAll(List.of(cache.toString(), fetch.url(), ((Pinned) fetch.trust()).digest()));
    argv.addAll(List.of(fetch.compression(), fetch.format()));
    return new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Prints the path of the image and the peak memory of this process in KiB. */
  public static void main(String[] args) throws IOException {
    Fetch fetch =
        new Fetch(args[1], new Pinned("sha256", args[2]), args[3], Optional.empty(), args[4], true);
    Watch silent =
        new Watch() {
          @Override
          public void progress(long done, long total) {}

          @Override
          public void note(String text) {
            System.err.println(text);
          }
        };
    long start = System.nanoTime();
    Map<String, String> outputs =
        new StreamingDownloads(Path.of(args[0]), List.of(), new ProcessCommands(), Map.of())
            .fetch(fetch, silent);
    System.out.println(outputs.get("path"));
    System.out.println(peak());
    System.out.println((System.nanoTime() - start) / 1_000_000 + " ms");
  }

  private static long peak() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
