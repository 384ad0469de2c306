package dev.proxkiln.core.module;

import java.util.List;
import java.util.Optional;

/** The files that ship with proxkiln and the user's own beside them; read only. */
public interface Resources {

  /** Names of the files in a folder of {@code templates/}, sorted; a user's file hides ours. */
  List<String> list(String folder);

  /** The text of a file, for example {@code images/debian.yaml}; empty where there is none. */
  Optional<String> read(String name);

  /** Whether the file that {@link #read} gives is the user's own. */
  default boolean isOwn(String name) {
    return false;
  }
}
