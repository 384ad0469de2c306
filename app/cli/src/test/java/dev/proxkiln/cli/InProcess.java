package dev.proxkiln.cli;

import dev.proxkiln.cli.call.Program;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.cli.outside.Interrupts;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The program in this process, with everything it keeps under one folder. */
public final class InProcess {
  private final Path root;
  private final Map<String, String> environment = new HashMap<>();
  private Terminal terminal = Terminal.NONE;
  private Interrupts interrupts = new Interrupts(i -> {});

  /** How a call ended. */
  public record Ended(int code, String out, String err) {}

  public InProcess(Path root) {
    this.root = root;
    environment.put("PROXKILN_ROOT", root.toString());
    environment.put("HOME", root.toString());
    environment.put("PATH", System.getenv("PATH"));
  }

  public InProcess with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public InProcess without(String variable) {
    environment.remove(variable);
    return this;
  }

  public InProcess asking(Terminal other) {
    terminal = other;
    return this;
  }

  public InProcess stoppedBy(Interrupts other) {
    interrupts = other;
    return this;
  }

  Path root() {
    return root;
  }

  public Layout layout() {
    return Layout.of(environment, false);
  }

  public Wiring wiring() {
    return wiring(System.out, System.err);
  }

  private Wiring wiring(PrintStream out, PrintStream err) {
    return Rooms.wiring(outside(out, err), layout(), Home.find());
  }

  public Outside outside() {
    return outside(System.out, System.err);
  }

  private Outside outside(PrintStream out, PrintStream err) {
    Look plain = new Look(false, false, true, () -> 80);
    return new Outside(
        out,
        err,
        Map.copyOf(environment),
        root,
        terminal,
        color -> plain,
        color -> plain,
        interrupts);
  }

  /** Runs a command line for the sandbox node. */
  public Ended onSandbox(String... words) {
    return run(
        Stream.concat(Stream.of("--target", "sandbox"), Stream.of(words)).toArray(String[]::new));
  }

  public Ended run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Outside outside = outside(outStream, errStream);
    int code =
        new Program(outside, Rooms.wiring(outside, layout(), Home.find())).run(List.of(arguments));
    return new Ended(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
