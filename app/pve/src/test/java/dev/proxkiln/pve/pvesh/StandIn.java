package dev.proxkiln.pve.pvesh;

import dev.proxkiln.core.port.Commands;
import dev.proxkiln.host.process.ProcessCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/**
 * Programs that stand in for those of a node: shell scripts in a folder that is searched first.
 * Each writes its arguments, one per line after {@code ==}, into {@code calls}.
 */
final class StandIn {
  private final Path folder;

  StandIn(Path folder) {
    this.folder = folder;
  }

  Commands commands() {
    return new ProcessCommands(folder, folder + ":/usr/bin:/bin");
  }

  /** A program with a script; {@code $0.calls} is not part of it. */
  StandIn program(String name, String script) {
    try {
      Path file = folder.resolve(name);
      Files.writeString(
          file,
          "#!/bin/sh\n{ printf '== %s %s' \""
              + name
              + "\" \"$LC_ALL\"; for a in \"$@\"; do printf '\\n%s' \"$a\"; done; echo; } >> '"
              + folder
              + "/calls'\n"
              + script);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was called: program with the locale it got, then its arguments. */
  List<List<String>> calls() {
    try {
      Path calls = folder.resolve("calls");
      if (!Files.exists(calls)) {
        return List.of();
      }
      return Arrays.stream(Files.readString(calls).split("(?m)^== "))
          .filter(call -> !call.isEmpty())
          .map(call -> call.lines().toList())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file(String name) {
    return folder.resolve(name);
  }
}
