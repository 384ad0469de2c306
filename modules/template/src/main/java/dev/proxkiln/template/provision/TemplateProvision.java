package dev.proxkiln.template.provision;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Definition;
import dev.proxkiln.core.module.Surroundings;
import dev.proxkiln.core.module.Survey;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.Commands;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.core.problem.ProblemException;
import dev.proxkiln.template.catalogue.Catalogue;
import dev.proxkiln.template.catalogue.Image;
import dev.proxkiln.template.copies.Nearest;
import dev.proxkiln.template.existing.Templates;
import dev.proxkiln.template.problem.TemplateSlug;
import dev.proxkiln.template.rotation.Series;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code template provision}: a new template of an existing one and an Ansible playbook. It looks
 * first: at the template's settings, which come back when the playbook has run, and at Ansible.
 */
public final class TemplateProvision implements Survey {
  static final String NAME = "template provision";

  private static final Duration LOOK = Duration.ofMinutes(2);
  private static final String INSTALL =
      "Install it: apt-get install --no-install-recommends ansible-core openssh-client";

  private final Supplier<Catalogue> catalogue;
  private final Supplier<LocalDate> today;
  private final String version;

  /**
   * The survey.
   *
   * @param catalogue tells the user of an image, and what its agent does
   * @param today the calendar, for the names of versions
   * @param version of proxkiln, for the notes of what it makes
   */
  public TemplateProvision(
      Supplier<Catalogue> catalogue, Supplier<LocalDate> today, String version) {
    this.catalogue = catalogue;
    this.today = today;
    this.version = version;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Run an Ansible playbook against a clone of a template, and make a new template of it.";
  }

  @Override
  public Schema schema(Facts facts) {
    return ProvisionFields.SCHEMA;
  }

  /**
   * Looks at the template and at Ansible.
   *
   * @throws ProblemException those of {@link Schema#read}, {@code template-unknown}, {@code
   *     not-a-template}, {@code series-name-taken}, {@code image-not-usable}, {@code
   *     command-missing}, {@code provision-failed}
   */
  @Override
  public Found look(Values values, Facts facts, Surroundings around) {
    Answers answers = schema(facts).read(values, facts).orRaise();
    List<Problem> problems = new ArrayList<>();
    Nearest nearest =
        Nearest.of(facts, around.pve(), answers.get(Templates.TEMPLATE), Templates.where(values));
    GuestFacts template = nearest.template();
    Map<String, String> config = Templates.texts(nearest.config());
    Optional<Image> image =
        template.tags().stream().flatMap(tag -> catalogue.get().find(tag).stream()).findFirst();
    if (!config.getOrDefault("agent", "").matches("(?:.*,)?(?:enabled=)?1(?:,.*)?")
        || !image.map(i -> i.needs().agentRuns()).orElse(true)) {
      problems.add(silent(template));
    }
    Optional<String> user =
        answers
            .find(ProvisionFields.USER)
            .or(() -> Optional.ofNullable(config.get("ciuser")))
            .or(() -> image.map(i -> i.needs().user()))
            .filter(name -> !name.isEmpty());
    if (user.isEmpty()) {
      problems.add(
          CoreSlug.MISSING_VALUE.problem(
              "--user",
              "User is missing.",
              "Neither the template nor the catalogue says whom cloud-init makes.",
              "Give the user that Ansible logs in as."));
    }
    Optional<Series> series = series(template, answers, facts, around, problems);
    List<String> words = words(answers);
    ansible(answers.get(ProvisionFields.PLAYBOOK), words, around.commands(), problems);
    if (!problems.isEmpty() || user.isEmpty() || series.isEmpty()) {
      throw new ProblemException(problems);
    }
    ProvisionSpec spec =
        new ProvisionSpec(
            template,
            nearest.node(),
            config,
            user.get(),
            answers.get(ProvisionFields.PLAYBOOK),
            words,
            answers.get(ProvisionFields.INVENTORY_GROUP),
            series.get(),
            series.get().next(today.get(), facts),
            answers.get(ProvisionFields.TEST),
            Duration.ofSeconds(answers.get(ProvisionFields.DEADLINE)),
            Duration.ofSeconds(answers.get(ProvisionFields.PLAYBOOK_DEADLINE)));
    Plan plan = new ProvisionPlan(spec, facts, version, around.scratch()).plan();
    return new Found(
        nearest.told(facts),
        List.of(new Job(plan.title(), List.of(plan), answers.get(ProvisionFields.KEEP_FAILED))),
        List.of());
  }

  private static Problem silent(GuestFacts template) {
    return TemplateSlug.IMAGE_NOT_USABLE.problem(
        "--template",
        "The guest agent of template '" + template.vmid() + "' runs no commands.",
        "Through it the clone's host key is read, and Ansible let in.",
        "Make a template whose agent is enabled (--install-agent), and allows guest-exec.");
  }

  private static Optional<Series> series(
      GuestFacts template,
      Answers answers,
      Facts facts,
      Surroundings around,
      List<Problem> problems) {
    Optional<String> given = answers.find(ProvisionFields.NAME);
    String name = given.orElseGet(() -> usual(template, answers.get(ProvisionFields.PLAYBOOK)));
    try {
      Series series = Series.of(facts, Series.NAME.parse().apply(name));
      series.demandName(facts, "--name");
      if (around.definitions().stream().map(Definition::name).anyMatch(name::equals)) {
        throw TemplateSlug.SERIES_NAME_TAKEN
            .problem(
                "--name",
                "There is a definition '" + name + "'.",
                "Its versions are made by template refresh.",
                "Choose another name.")
            .raise();
      }
      return Optional.of(series);
    } catch (BadValue e) {
      problems.add(
          CoreSlug.MISSING_VALUE.problem(
              "--name", "Name is missing.", "'" + name + "' " + e.why() + ".", e.next()));
    } catch (ProblemException e) {
      problems.addAll(e.problems());
    }
    return Optional.empty();
  }

  /** The template's name with that of the playbook behind it; of a version, that of its series. */
  private static String usual(GuestFacts template, String playbook) {
    String before =
        template.tags().stream()
            .filter(tag -> tag.startsWith(Series.SERIES))
            .map(tag -> tag.substring(Series.SERIES.length()))
            .findFirst()
            .orElse(template.name());
    String what = Path.of(playbook).getFileName().toString().replaceFirst("\\.[^.]*$", "");
    return (before + "-" + what)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "");
  }

  private static List<String> words(Answers answers) {
    List<String> words = new ArrayList<>();
    for (String variable : answers.find(ProvisionFields.EXTRA_VARS).orElse(List.of())) {
      int equals = variable.indexOf('=');
      // As JSON a value may hold whatever it likes; NAME=VALUE would be split at spaces.
      words.add("--extra-vars");
      words.add(
          JsonMapper.shared()
              .writeValueAsString(
                  Map.of(variable.substring(0, equals), variable.substring(equals + 1))));
    }
    for (String file : answers.find(ProvisionFields.EXTRA_VARS_FILE).orElse(List.of())) {
      words.add("--extra-vars");
      words.add("@" + file);
    }
    answers
        .find(ProvisionFields.VAULT_PASSWORD_FILE)
        .ifPresent(file -> words.addAll(List.of("--vault-password-file", file)));
    return words;
  }

  /** Ansible is here, and reads the playbook: nothing is made for one that cannot run. */
  private static void ansible(
      String playbook, List<String> words, Commands commands, List<Problem> problems) {
    List<String> argv =
        new ArrayList<>(List.of("ansible-playbook", "--syntax-check", "--inventory", "localhost,"));
    argv.addAll(words);
    argv.addAll(List.of("--", playbook));
    Commands.Command command = Commands.Command.of(argv).within(LOOK);
    for (Map.Entry<String, String> setting : Playbook.ENVIRONMENT.entrySet()) {
      command = command.with(setting.getKey(), setting.getValue());
    }
    try {
      commands.run(Commands.Command.of("ssh", "-V").within(LOOK));
      Commands.Ended ended = commands.run(command);
      if (!ended.ok()) {
        problems.add(
            TemplateSlug.PROVISION_FAILED.problem(
                "--playbook",
                "Ansible cannot read the playbook '" + playbook + "'.",
                (ended.err().isBlank() ? ended.out() : ended.err()).strip(),
                "Try it: ansible-playbook --syntax-check " + playbook));
      }
    } catch (ProblemException e) {
      Problem problem = e.first();
      problems.add(
          problem.slug().equals("command-missing")
              ? new Problem(
                  problem.slug(),
                  problem.kind(),
                  "--playbook",
                  problem.what(),
                  problem.why(),
                  INSTALL)
              : problem);
    }
  }
}
