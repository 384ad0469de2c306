package dev.proxkiln.template.ignition;

import dev.proxkiln.template.ignition.Shape.Contents;
import dev.proxkiln.template.ignition.Shape.Each;
import dev.proxkiln.template.ignition.Shape.Flag;
import dev.proxkiln.template.ignition.Shape.Keys;
import dev.proxkiln.template.ignition.Shape.Mode;
import dev.proxkiln.template.ignition.Shape.Whole;
import dev.proxkiln.template.ignition.Shape.Word;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys of Butane's variants {@code fcos} and {@code flatcar} and of Ignition 3.x, side by side
 * (Butane: docs/config-fcos-v1_5.md; Ignition: docs/configuration-v3_4.md).
 */
final class ButaneKeys {
  private static final String FILES =
      "files beside this one are not read; write the text here with 'inline'";
  private static final Shape WORD = new Word();
  private static final Shape WHOLE = new Whole();
  private static final Shape FLAG = new Flag();
  private static final Shape WORDS = new Each(WORD);

  private ButaneKeys() {}

  /** A map under construction. */
  private static final class Table {
    private final Map<String, Keys.Key> keys = new LinkedHashMap<>();
    private final Map<String, String> refused = new LinkedHashMap<>();

    /** Names under which the same shape stands; JSON has them in camel case. */
    Table with(Shape shape, String... names) {
      for (String name : names) {
        keys.put(name, new Keys.Key(camel(name), shape));
      }
      return this;
    }

    Table refusing(String why, String... names) {
      for (String name : names) {
        refused.put(name, why);
      }
      return this;
    }

    Keys done() {
      return new Keys(Map.copyOf(keys), Map.copyOf(refused));
    }

    private static String camel(String name) {
      StringBuilder out = new StringBuilder();
      String[] words = name.split("_", -1);
      for (int i = 0; i < words.length; i++) {
        String word = words[i];
        if (i > 0 && word.equals("mib")) {
          out.append("MiB");
        } else if (i > 0) {
          out.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        } else {
          out.append(word);
        }
      }
      return out.toString();
    }
  }

  private static Table table() {
    return new Table();
  }

  private static Shape headers() {
    return new Each(table().with(WORD, "name", "value").done());
  }

  static Keys contents() {
    return table()
        .with(WORD, "source", "inline", "compression")
        .with(headers(), "http_headers")
        .with(table().with(WORD, "hash").done(), "verification")
        .refusing(FILES, "local")
        .done();
  }

  /** The whole file, without {@code variant} and {@code version}. */
  static Keys all() {
    return table()
        .with(ignition(), "ignition")
        .with(storage(), "storage")
        .with(systemd(), "systemd")
        .with(passwd(), "passwd")
        .with(table().with(WORDS, "should_exist", "should_not_exist").done(), "kernel_arguments")
        .refusing("say it with storage.disks, storage.luks and storage.filesystems", "boot_device")
        .refusing("say it with storage.files", "grub")
        .done();
  }

  private static Shape ignition() {
    Shape resource = new Contents();
    return table()
        .with(table().with(new Each(resource), "merge").with(resource, "replace").done(), "config")
        .with(table().with(WHOLE, "http_response_headers", "http_total").done(), "timeouts")
        .with(
            table()
                .with(table().with(new Each(resource), "certificate_authorities").done(), "tls")
                .done(),
            "security")
        .with(
            table().with(WORD, "http_proxy", "https_proxy").with(WORDS, "no_proxy").done(), "proxy")
        .done();
  }

  private static Shape owner() {
    return table().with(WHOLE, "id").with(WORD, "name").done();
  }

  private static Shape storage() {
    Shape partition =
        table()
            .with(WORD, "label", "type_guid", "guid")
            .with(WHOLE, "number", "size_mib", "start_mib")
            .with(FLAG, "wipe_partition_entry", "should_exist", "resize")
            .done();
    Shape disk =
        table()
            .with(WORD, "device")
            .with(FLAG, "wipe_table")
            .with(new Each(partition), "partitions")
            .done();
    Shape raid =
        table()
            .with(WORD, "name", "level")
            .with(WHOLE, "spares")
            .with(WORDS, "devices", "options")
            .done();
    Shape filesystem =
        table()
            .with(WORD, "path", "device", "format", "label", "uuid")
            .with(WORDS, "options", "mount_options")
            .with(FLAG, "wipe_filesystem", "with_mount_unit")
            .done();
    Shape file =
        table()
            .with(WORD, "path")
            .with(FLAG, "overwrite")
            .with(new Contents(), "contents")
            .with(new Each(new Contents()), "append")
            .with(new Mode(), "mode")
            .with(owner(), "user", "group")
            .done();
    Shape folder =
        table()
            .with(WORD, "path")
            .with(FLAG, "overwrite")
            .with(new Mode(), "mode")
            .with(owner(), "user", "group")
            .done();
    Shape link =
        table()
            .with(WORD, "path", "target")
            .with(FLAG, "hard", "overwrite")
            .with(owner(), "user", "group")
            .done();
    Shape luks =
        table()
            .with(WORD, "name", "device", "label", "uuid")
            .with(WORDS, "options")
            .with(FLAG, "wipe_volume")
            .with(new Contents(), "key_file")
            .with(clevis(), "clevis")
            .done();
    return table()
        .with(new Each(disk), "disks")
        .with(new Each(raid), "raid")
        .with(new Each(filesystem), "filesystems")
        .with(new Each(file), "files")
        .with(new Each(folder), "directories")
        .with(new Each(link), "links")
        .with(new Each(luks), "luks")
        .refusing(FILES, "trees")
        .done();
  }

  private static Shape clevis() {
    Shape tang = table().with(WORD, "url", "thumbprint", "advertisement").done();
    Shape custom = table().with(WORD, "pin", "config").with(FLAG, "needs_network").done();
    return table()
        .with(FLAG, "tpm2")
        .with(WHOLE, "threshold")
        .with(new Each(tang), "tang")
        .with(custom, "custom")
        .done();
  }

  private static Shape systemd() {
    Shape dropin = table().with(WORD, "name", "contents").refusing(FILES, "contents_local").done();
    Shape unit =
        table()
            .with(WORD, "name", "contents")
            .with(FLAG, "enabled", "mask")
            .with(new Each(dropin), "dropins")
            .refusing(FILES, "contents_local")
            .done();
    return table().with(new Each(unit), "units").done();
  }

  private static Shape passwd() {
    Shape user =
        table()
            .with(WORD, "name", "password_hash", "gecos", "home_dir", "primary_group", "shell")
            .with(WORDS, "ssh_authorized_keys", "groups")
            .with(WHOLE, "uid")
            .with(FLAG, "no_create_home", "no_user_group", "no_log_init", "system", "should_exist")
            .refusing(FILES, "ssh_authorized_keys_local")
            .done();
    Shape group =
        table()
            .with(WORD, "name", "password_hash")
            .with(WHOLE, "gid")
            .with(FLAG, "system", "should_exist")
            .done();
    return table().with(new Each(user), "users").with(new Each(group), "groups").done();
  }
}
