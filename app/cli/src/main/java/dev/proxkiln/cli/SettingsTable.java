package dev.proxkiln.cli;

import dev.proxkiln.config.Layers;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What settings files and the environment say, and where each folder is. */
final class SettingsTable {
  private final Wiring wiring;
  private final Globals globals;
  private final List<Object> rows = new ArrayList<>();

  SettingsTable(Wiring wiring, Globals globals) {
    this.wiring = wiring;
    this.globals = globals;
  }

  Query.Rows rows() {
    row("target", globals.target().orElse("the usual one"), "");
    row("settings file", wiring.layout().config().resolve("config.yaml").toString(), "");
    row("secrets", wiring.layout().config().resolve("secrets").toString(), "");
    row("runs", wiring.layout().runs().toString(), "");
    row("image cache", wiring.layout().images().toString(), "");
    row("log", wiring.logFile().toString(), "");
    for (Command command : wiring.commands()) {
      if (command instanceof Command.Acts) {
        given(command);
      }
    }
    return new Query.Rows(
        List.of(
            new Query.Column("SETTING", "setting"),
            new Query.Column("VALUE", "value"),
            new Query.Column("FROM", "origin")),
        rows);
  }

  private void given(Command command) {
    Schema schema = command.schema(Facts.none());
    Values values =
        Layers.without(
            wiring
                .layers()
                .read(
                    new Layers.Request(
                        command.specFor(),
                        schema,
                        Globals.SCHEMA,
                        wiring::knownKeys,
                        wiring::commandNames,
                        List.of(),
                        Map.of()))
                .orRaise(),
            Globals.SCHEMA);
    values
        .entries()
        .forEach(
            (key, value) -> {
              boolean hidden =
                  schema.find(key).map(Field::source).filter(s -> s.hidden()).isPresent();
              row(
                  command.name() + " " + key,
                  hidden && !value.raw().startsWith("secret:") ? "given, not shown" : value.raw(),
                  value.origin().name(key));
            });
  }

  private void row(String setting, String value, String origin) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("setting", setting);
    row.put("value", value);
    row.put("origin", origin);
    rows.add(row);
  }
}
