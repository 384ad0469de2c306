package dev.proxkiln.cli.config;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Consent;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.config.ConfigSlug;
import dev.proxkiln.config.SecretSource;
import dev.proxkiln.config.Sources;
import dev.proxkiln.config.vault.Opening;
import dev.proxkiln.config.vault.VaultFile;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.host.file.FileTrouble;
import dev.proxkiln.host.file.TextFile;
import dev.proxkiln.host.log.Masks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code secret ...}: what the vault keeps. A secret never stands on a command line. */
public final class SecretCommands {
  /** Largest secret in bytes: keys and certificates fit, whole files do not. */
  private static final int MOST = 64 << 10;

  private static final Field<String> FROM_FILE =
      Field.of(
          "from-file",
          "File",
          Type.anyText(4000),
          "File that holds the text; - reads standard input. A line end at its end is left out.");
  private static final Field<String> FROM_VARIABLE =
      Field.of(
          "from-variable",
          "Variable",
          Type.text("NAME", "[A-Za-z_][A-Za-z0-9_]*", "Give the name of an environment variable."),
          "Environment variable that holds the text.");
  private static final Field<String> WITH =
      Field.of(
              "with",
              "With",
              Type.word("WHAT", "key-file", "passphrase"),
              "What opens the vault from now on.")
          .mandatory();

  private final Field<String> name =
      Field.of(
              "secret",
              "Name",
              Type.text(
                  "NAME",
                  Sources.SECRET_NAME,
                  "Use lower-case letters, digits, dots, dashes and underscores, for example"
                      + " web-root."),
              "Name of the secret; settings take it as secret:NAME.")
          .mandatory()
          .at(1);

  private final Outside outside;
  private final Wiring wiring;

  public SecretCommands(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The commands. */
  public List<Command> commands() {
    Field<String> kept = name.choosing(facts -> Field.Choice.plain(wiring.secretNames()));
    List<Command> commands = new ArrayList<>();
    commands.add(
        own(
            "set",
            "Put a secret into the vault; its text is asked for, or read.",
            Schema.of(name, FROM_FILE, FROM_VARIABLE),
            this::set));
    commands.add(own("get", "Print the text of a secret.", Schema.of(kept), this::get));
    commands.add(own("list", "List secrets by name.", Schema.of(), this::list));
    commands.add(own("remove", "Take a secret out of the vault.", Schema.of(kept), this::remove));
    commands.add(
        own(
            "rekey",
            "Open the vault with something else: a key file or a passphrase.",
            Schema.of(WITH),
            this::rekey));
    commands.add(
        own("rotate", "Seal every secret anew under a new key.", Schema.of(), this::rotate));
    return commands;
  }

  private static Command own(String verb, String summary, Schema schema, Command.Own.Body body) {
    return new Command.Own("secret " + verb, summary, schema, false, body);
  }

  /** What is kept, in the vault or in a file, by name. */
  private int set(Invocation invocation) {
    Answers answers = invocation.answers();
    String secret = answers.get(name);
    String text = text(answers, secret);
    if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > MOST) {
      throw CoreSlug.INVALID_VALUE
          .problem(
              secret,
              text.isEmpty() ? "The secret is empty." : "The secret is larger than 64 KiB.",
              "",
              "Give its text when you are asked, or with --from-file or --from-variable.")
          .raise();
    }
    Masks.ofProcess().add(text);
    wiring.vault().change(vault -> vault.with(secret, text, Instant.now()));
    told(invocation, "set", secret, "Secret " + secret + " is in the vault: secret:" + secret);
    return 0;
  }

  private String text(Answers answers, String secret) {
    Optional<String> file = answers.find(FROM_FILE);
    Optional<String> variable = answers.find(FROM_VARIABLE);
    if (file.isPresent() && variable.isPresent()) {
      throw CliSlug.BAD_USAGE
          .problem("--from-file", "--from-file and --from-variable exclude each other.", "", "")
          .raise();
    }
    if (file.isPresent()) {
      return withoutLineEnd(
          file.get().equals("-") ? input() : TextFile.read(outside.folder().resolve(file.get())));
    }
    if (variable.isPresent()) {
      return Optional.ofNullable(outside.environment().get(variable.get()))
          .orElseThrow(
              () ->
                  CoreSlug.INVALID_VALUE
                      .problem(
                          "--from-variable",
                          "There is no variable '" + variable.get() + "'.",
                          "",
                          "Export it first.")
                      .raise());
    }
    return wiring
        .passphrases()
        .asked("Text of secret " + secret + ": ")
        .orElseThrow(
            () ->
                CoreSlug.MISSING_VALUE
                    .problem(
                        secret,
                        "The text of secret '" + secret + "' is missing.",
                        "Nobody can be asked for it here, and it never stands on a command line.",
                        "Give --from-file FILE, --from-file - for standard input, or"
                            + " --from-variable NAME.")
                    .raise());
  }

  private static String input() {
    InputStream in = System.in;
    try {
      return new String(in.readNBytes(MOST + 2), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw FileTrouble.reading(Path.of("standard input"), e);
    }
  }

  private static String withoutLineEnd(String text) {
    return text.replaceFirst("\\r?\\n$", "");
  }

  private int get(Invocation invocation) {
    String secret = invocation.answers().get(name);
    String text = wiring.secrets(Map.of()).secret(secret);
    if (invocation.globals().output().equals("table")) {
      outside.out().println(text);
    } else {
      new Results(outside, wiring, invocation)
          .print(new Query.One(new TreeMap<>(Map.of("secret", secret, "text", text))));
    }
    return 0;
  }

  private int list(Invocation invocation) {
    List<Object> rows = new ArrayList<>();
    Map<String, VaultFile.Sealed> sealed = wiring.vault().sealed();
    for (String secret : wiring.secretNames()) {
      Map<String, Object> row = new LinkedHashMap<>();
      Optional<VaultFile.Sealed> one = Optional.ofNullable(sealed.get(secret));
      row.put("secret", secret);
      row.put("kept", place(secret, one.isPresent()));
      one.ifPresent(s -> row.put("revision", s.revision()));
      one.ifPresent(s -> row.put("changed", s.changed()));
      rows.add(row);
    }
    new Results(outside, wiring, invocation)
        .print(
            new Query.Rows(
                List.of(
                    new Query.Column("SECRET", "secret"),
                    new Query.Column("KEPT IN", "kept"),
                    new Query.Column("REVISION", "revision"),
                    new Query.Column("CHANGED", "changed")),
                rows));
    return 0;
  }

  private String place(String secret, boolean inVault) {
    String variable = SecretSource.variable(secret);
    if (!outside.environment().getOrDefault(variable, "").isEmpty()) {
      return variable;
    }
    return inVault ? "vault" : wiring.secretFolder().resolve(secret).toString();
  }

  private int remove(Invocation invocation) {
    String secret = invocation.answers().get(name);
    if (!wiring.vault().sealed().containsKey(secret)) {
      throw ConfigSlug.SECRET_MISSING
          .problem(
              "secret:" + secret,
              "There is no secret '" + secret + "' in the vault.",
              "",
              "See: proxkiln secret list")
          .raise();
    }
    Consent.to(
        outside, invocation.switches(), "Secret '" + secret + "' goes, and nobody has it then.");
    wiring.vault().change(vault -> vault.without(secret));
    told(invocation, "removed", secret, "Secret " + secret + " is gone.");
    return 0;
  }

  private int rekey(Invocation invocation) {
    String with = invocation.answers().get(WITH);
    if (with.equals("passphrase")) {
      wiring.vault().toPassphrase();
    } else {
      wiring.vault().toKey();
    }
    told(
        invocation,
        "opened-with",
        with,
        with.equals("passphrase")
            ? "The passphrase opens the vault now; the key file is gone."
            : "The key in " + wiring.layout().vaultKey() + " opens the vault now.");
    return 0;
  }

  private int rotate(Invocation invocation) {
    wiring.vault().rotate();
    boolean key = wiring.vault().opening().filter(Opening.Key.class::isInstance).isPresent();
    told(
        invocation,
        "secrets",
        String.valueOf(wiring.vault().sealed().size()),
        key
            ? "Every secret is sealed under the new key in " + wiring.layout().vaultKey() + "."
            : "Every secret is sealed under a new key of the same passphrase.");
    return 0;
  }

  private void told(Invocation invocation, String key, String value, String sentence) {
    new Results(outside, wiring, invocation).told(Map.of(key, value), sentence);
  }
}
