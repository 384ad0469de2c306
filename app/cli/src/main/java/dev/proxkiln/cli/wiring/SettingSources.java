package dev.proxkiln.cli.wiring;

import dev.proxkiln.config.FileSource;
import dev.proxkiln.config.GuestFileSource;
import dev.proxkiln.config.Sources;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.TextFile;
import dev.proxkiln.host.key.SshKey;
import dev.proxkiln.host.key.SshKeys;
import dev.proxkiln.host.machine.MachineSettings;
import dev.proxkiln.host.process.ProcessCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What settings point to on this machine: files, public keys, what the machine itself is set to.
 *
 * @param folder where names of files start from
 */
record SettingSources(Map<String, String> environment, Path folder) {

  /** Follows what settings point to. */
  Sources sources() {
    return new Sources(this::publicKeys, new NamedFiles(), this::content, this::machine);
  }

  /** The files that settings name. */
  private final class NamedFiles implements FileSource {
    @Override
    public String text(String name) {
      return TextFile.read(file(name));
    }

    @Override
    public String path(String name) {
      return TextFile.readable(file(name)).toString();
    }
  }

  private String machine(String key) {
    MachineSettings settings =
        new MachineSettings(new ProcessCommands(), environment, Path.of("/"));
    return switch (key) {
      case "proxy" -> settings.proxy();
      case "apt-cache" -> settings.aptCache();
      case "ca-certificates" -> settings.certificates();
      default -> throw new IllegalStateException("no setting of this machine: " + key);
    };
  }

  private GuestFileSource.Content content(String name) {
    Path path = file(name);
    try {
      return new GuestFileSource.Content(Files.readAllBytes(path), Files.isExecutable(path));
    } catch (IOException e) {
      throw FileTrouble.reading(path, e);
    }
  }

  private List<String> publicKeys(String word) {
    SshKeys keys =
        new SshKeys(new ProcessCommands(), environment, Path.of("/root/.ssh/authorized_keys"));
    List<SshKey> found =
        switch (word) {
          case "agent" -> keys.agent();
          case "host" -> keys.authorized();
          default -> isKey(word) ? SshKeys.parse(word, "the key") : keys.file(file(word));
        };
    return found.stream().map(SshKey::line).toList();
  }

  /** No file name has a space behind such a word. */
  private static boolean isKey(String word) {
    return word.matches("(?s)(?:ssh-|ecdsa-|sk-)[^ /]+ .*") || word.contains("PRIVATE KEY");
  }

  private Path file(String name) {
    String home = environment.getOrDefault("HOME", "");
    return name.startsWith("~/") && !home.isEmpty()
        ? Path.of(home).resolve(name.substring(2))
        : folder.resolve(name);
  }
}
