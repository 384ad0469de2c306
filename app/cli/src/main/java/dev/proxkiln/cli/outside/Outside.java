package dev.proxkiln.cli.outside;

import dev.proxkiln.ui.Look;
import dev.proxkiln.ui.Terminal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * Everything around the program, so that tests can stand in for it.
 *
 * @param out standard output: results
 * @param err standard error: all the rest
 * @param environment environment variables
 * @param folder the current folder
 * @param terminal where questions are asked
 * @param look what standard error can show, for a value of {@code --color}
 * @param outLook what standard output can show, likewise
 * @param interrupts what Ctrl-C does
 */
public record Outside(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Path folder,
    Terminal terminal,
    Function<String, Look> look,
    Function<String, Look> outLook,
    Interrupts interrupts) {

  /** The same with nothing to be read of what it says. */
  public Outside silent(PrintStream nowhere) {
    return new Outside(nowhere, nowhere, environment, folder, terminal, look, outLook, interrupts);
  }
}
