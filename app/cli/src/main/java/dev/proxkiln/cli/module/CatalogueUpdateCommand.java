package dev.proxkiln.cli.module;

import dev.proxkiln.cli.command.Command;
import dev.proxkiln.cli.command.Invocation;
import dev.proxkiln.cli.outside.HomeResources;
import dev.proxkiln.cli.outside.Outside;
import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.cli.wiring.Results;
import dev.proxkiln.cli.wiring.Wiring;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Resources;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.host.catalogue.CatalogueUpdate;
import dev.proxkiln.host.trust.SignedText;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code catalog update}: a newer catalogue without a new release. */
public final class CatalogueUpdateCommand {
  private static final Field<String> URL =
      Field.of(
          "catalog-url",
          "Catalogue address",
          Type.text("URL", "https?://\\S{1,2000}", "Give a web address."),
          "Address of the folder where the catalogue is published.");
  private static final Field<String> KEY =
      Field.of(
          "catalog-key",
          "Catalogue key",
          Type.text(
              "FINGERPRINT",
              "[0-9A-F]{40}|[0-9A-F]{64}",
              "Give the whole fingerprint of an OpenPGP key, in upper-case hex."),
          "Fingerprint of the key that signs it; the key is a file in /etc/proxkiln/keys.");
  private static final Field<Boolean> INSECURE =
      Field.of(
              "catalog-insecure",
              "Plain http",
              Type.flag(),
              "Allow a plain http address; the signature is checked all the same.")
          .byDefault(false);

  private final Outside outside;
  private final Wiring wiring;

  public CatalogueUpdateCommand(Outside outside, Wiring wiring) {
    this.outside = outside;
    this.wiring = wiring;
  }

  /** The command. */
  public Command command() {
    return new Command.Own(
        "catalog update",
        "Fetch a newer image catalogue that its publisher signed.",
        Schema.of(URL, KEY, INSECURE),
        false,
        this::run);
  }

  private int run(Invocation invocation) {
    Answers answers = invocation.answers();
    String url = needed(answers.find(URL), "--catalog-url", "where catalogues are published");
    String key = needed(answers.find(KEY), "--catalog-key", "whose signature to believe");
    CatalogueUpdate.Outcome outcome =
        new CatalogueUpdate(
                wiring.catalogues(),
                wiring.publishers(),
                new SignedText(wiring.pinnedKeys(), InstantSource.system()),
                LocalDate.now())
            .run(
                new CatalogueUpdate.Source(
                    url,
                    key,
                    answers.find(INSECURE).orElse(false),
                    wiring.home().catalogueVersion()),
                this::faults);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("version", outcome.version());
    tree.put("before", outcome.before());
    tree.put("updated", outcome.version() != outcome.before());
    tree.put("files", outcome.files());
    new Results(outside, wiring, invocation).print(new Query.One(tree));
    return 0;
  }

  private static String needed(Optional<String> given, String flag, String what) {
    return given.orElseThrow(
        () ->
            CliSlug.CATALOGUE_SOURCE_MISSING
                .problem(
                    flag,
                    "It is not set " + what + ".",
                    "",
                    "Give " + flag + ", or put it into a settings file.")
                .raise());
  }

  /** What is wrong with a catalogue that would be the shipped one. */
  private List<Problem> faults(Path staged) {
    Resources resources =
        new HomeResources(Path.of("/nonexistent"), staged, wiring.home().templates());
    List<Problem> faults = new ArrayList<>();
    for (Module module : wiring.modules()) {
      faults.addAll(module.faults(resources));
    }
    return faults;
  }
}
