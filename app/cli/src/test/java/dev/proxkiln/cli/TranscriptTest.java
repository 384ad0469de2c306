package dev.proxkiln.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.sandbox.Sandbox;
import dev.proxkiln.sandbox.SandboxOptions;
import dev.proxkiln.sandbox.boot.BootMode;
import dev.proxkiln.testkit.FaultServer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions on the command line, as text files.
 *
 * <p>{@code $ proxkiln ...} is a call; under it stands what came: standard output as it is,
 * standard error behind {@code 2> }, and {@code exit N} where the code is not 0; comments come
 * first. {@code ROOT} in a call is the folder of the session. {@code $ cat > FILE} writes the lines
 * behind {@code > }. What differs from run to run is replaced by a word in capitals. {@code
 * -Dtranscripts.write=true} writes the files anew.
 */
class TranscriptTest {
  private static final Path FOLDER = Path.of("src/test/transcripts");
  private static final boolean WRITE = Boolean.getBoolean("transcripts.write");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  @TempDir Path root;

  static Stream<Path> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(f -> f.toString().endsWith(".txt")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void goesAsWritten(Path file) throws IOException, URISyntaxException {
    List<String> session = Files.readAllLines(file);
    String happened;
    boolean node = session.stream().noneMatch(line -> line.equals("# no node"));
    try (FaultServer images = FaultServer.http()) {
      TinyImage.offer(images, new InProcess(root));
      if (node) {
        Path state = new InProcess(root).layout().state().resolve("sandbox");
        Files.createDirectories(state);
        try (Sandbox sandbox =
            Sandbox.open(SandboxOptions.in(state).withBootMode(BootMode.SIMULATED))) {
          happened = play(session, images);
        }
      } else {
        happened = play(session, images);
      }
    }
    if (WRITE) {
      Files.writeString(file, happened);
    }
    assertThat(happened).isEqualTo(String.join("\n", session) + "\n");
  }

  private String play(List<String> session, FaultServer images) throws IOException {
    List<String> happened = new ArrayList<>();
    String lastRun = "";
    for (int i = 0; i < session.size(); i++) {
      String line = session.get(i);
      if (line.startsWith("$ ") && !happened.isEmpty() && !happened.getLast().startsWith("> ")) {
        happened.add("");
      }
      if (line.startsWith("$ cat > ")) {
        happened.add(line);
        List<String> text = new ArrayList<>();
        while (i + 1 < session.size() && session.get(i + 1).startsWith("> ")) {
          i++;
          happened.add(session.get(i));
          text.add(session.get(i).substring(2));
        }
        Path file = root.resolve(line.substring("$ cat > ".length()));
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, String.join("\n", text) + "\n");
      } else if (line.startsWith("$ ")) {
        happened.add(line);
        InProcess.Ended ended =
            call(line.substring(2).replace("RUN", lastRun).replace("ROOT", root.toString()));
        Matcher run = Pattern.compile("\\br[0-9a-z]{8}\\b").matcher(ended.err() + ended.out());
        if (run.find()) {
          lastRun = run.group();
        }
        plain(ended.out(), images, lastRun)
            .lines()
            .map(String::stripTrailing)
            .forEach(happened::add);
        plain(ended.err(), images, lastRun)
            .lines()
            .forEach(l -> happened.add(("2> " + l).stripTrailing()));
        if (ended.code() != 0) {
          happened.add("exit " + ended.code());
        }
      } else if (line.startsWith("# ") && happened.stream().allMatch(l -> l.startsWith("# "))) {
        happened.add(line);
      }
    }
    return String.join("\n", happened) + "\n";
  }

  private InProcess.Ended call(String line) {
    InProcess program = new InProcess(root);
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(
          word.group(1) != null
              ? word.group(1)
              : word.group(2) != null ? word.group(2) : word.group(3));
    }
    while (words.getFirst().matches("[A-Z_]+=.*")) {
      String[] variable = words.removeFirst().split("=", 2);
      program.with(variable[0], variable[1]);
    }
    assertThat(words.removeFirst()).isEqualTo("proxkiln");
    return program.run(words.toArray(String[]::new));
  }

  private String plain(String text, FaultServer images, String run) {
    Map<String, String> same = new LinkedHashMap<>();
    same.put(Pattern.quote(root.toString()), "ROOT");
    same.put(Pattern.quote(images.url("")), "ADDRESS");
    if (!run.isEmpty()) {
      same.put(run, "RUN");
    }
    same.put("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "DATE");
    same.put("done  [0-9.]+ s", "done  TIME");
    same.put("\\btook(: +|\": ?\"| +)[0-9.]+ s", "took$1TIME");
    same.put("\\b20[2-9]\\d[01]\\d[0-3]\\d\\b", "TODAY");
    same.put("\"milliseconds\":\\d+", "\"milliseconds\":0");
    same.put("plan [0-9a-f]{12}", "plan ID");
    same.put("\"plan\":\"[0-9a-f]{12}\"", "\"plan\":\"ID\"");
    same.put("Plan [0-9a-f]{12}", "Plan ID");
    same.put("(?:sha512:)?[0-9a-f]{128}", "SHA512");
    same.put("\\b[0-9a-f]{64}\\b", "SHA256");
    same.put("0\\.1\\.0(?:-SNAPSHOT)?", "VERSION");
    same.put("available-bytes(: +|\":)\\d+", "available-bytes$1BYTES");
    String out = text;
    for (Map.Entry<String, String> one : same.entrySet()) {
      out = Pattern.compile(one.getKey()).matcher(out).replaceAll(one.getValue());
    }
    return out;
  }
}
