package dev.proxkiln.template.part;

import dev.proxkiln.core.call.Text;
import java.util.Optional;

/** What the first disk of the guest is made of, when the steps before have run. */
public sealed interface Content {

  /**
   * A disk image on the machine where proxkiln runs; read by its path or uploaded.
   *
   * @param path absolute
   * @param format {@code qcow2}, {@code raw} or {@code vmdk}, the real one; perhaps known only when
   *     the step before has run
   * @param virtualSize bytes of the disk inside; empty where no step says it
   */
  record File(Text path, Text format, Optional<Text> virtualSize) implements Content {

    /**
     * As a download or another step with the outputs {@code path} and {@code virtual-size}.
     *
     * @param format as the plan knows it; {@code auto} where the step's output {@code format} says
     */
    public static File of(String step, String format) {
      return new File(
          Text.output(step, "path"),
          format.equals("auto") ? Text.output(step, "format") : Text.of(format),
          Optional.of(Text.output(step, "virtual-size")));
    }
  }

  /**
   * A volume of the node's that PVE imports: content type {@code import} or {@code images}.
   *
   * @param id volume ID
   * @param virtualSize bytes, where they are known
   */
  record Volume(Text id, Optional<Text> virtualSize) implements Content {}

  /**
   * Nothing: a system is installed onto it.
   *
   * @param installed whether that is done when the source's steps are; else a person does it later
   */
  record Blank(boolean installed) implements Content {}
}
