package dev.proxkiln.cli;

import dev.proxkiln.cli.call.Program;
import dev.proxkiln.cli.node.SandboxNode;
import dev.proxkiln.cli.outside.Columns;
import dev.proxkiln.cli.outside.Home;
import dev.proxkiln.cli.outside.Interrupts;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.outside.Signals;
import dev.proxkiln.cli.outside.TtyEcho;
import dev.proxkiln.cli.outside.Version;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.host.file.Layout;
import dev.proxkiln.sandbox.SandboxProcess;
import dev.proxkiln.sandbox.pvesh.PveshCommand;
import dev.proxkiln.ui.DevTty;
import dev.proxkiln.ui.Screen;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts the program; the only place that ends the process. */
public final class Main {
  private Main() {}

  /** Runs a command line and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments)));
  }

  /** Runs a command line and returns its exit code. */
  public static int run(List<String> words) {
    PrintStream out = stream(FileDescriptor.out);
    // The two that never need the rest of the program come before it is loaded.
    if (words.equals(List.of("version"))) {
      out.println("proxkiln " + Version.text());
      out.flush();
      return 0;
    }
    PrintStream err = stream(FileDescriptor.err);
    if (words.size() > 2 && words.subList(0, 2).equals(SandboxNode.SERVE)) {
      return SandboxProcess.run(words.subList(2, words.size()), out, err);
    }
    Layout layout = Layout.current();
    if (words.size() > 1 && words.subList(0, 2).equals(SandboxNode.PVESH)) {
      return new PveshCommand(SandboxNode.folder(layout))
          .run(words.subList(2, words.size()), out, err);
    }
    Map<String, String> environment = System.getenv();
    Columns columns = new Columns(environment);
    Outside outside =
        new Outside(
            out,
            err,
            environment,
            Path.of("").toAbsolutePath(),
            new DevTty(new TtyEcho()),
            color -> Screen.of(2, color, environment, columns),
            color -> Screen.of(1, color, environment, columns),
            new Interrupts(interrupts -> Signals.install(interrupts, err)));
    Wiring wiring = Rooms.wiring(outside, layout, Home.find());
    int code = new Program(outside, wiring).run(words);
    out.flush();
    err.flush();
    return code;
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
