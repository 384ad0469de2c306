package dev.proxkiln.core.module;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.port.Downloads;
import dev.proxkiln.core.port.PvePort;
import java.util.List;

/**
 * What a {@link Survey} may look at. It only reads.
 *
 * @param pve the node; read calls only
 * @param downloads what publishers say; {@link Downloads#stated} only
 * @param commands programs on this machine that read
 * @param definitions settings kept by name, in the order of their names
 * @param program the words that start proxkiln itself, for what shall do so later
 * @param scratch folder on this machine for large files that a plan needs for a while
 */
public record Surroundings(
    PvePort pve,
    Downloads downloads,
    Commands commands,
    List<Definition> definitions,
    List<String> program,
    String scratch) {
  public Surroundings {
    definitions = List.copyOf(definitions);
    program = List.copyOf(program);
  }
}
