package dev.proxkiln.cli.command;

import dev.proxkiln.cli.problem.CliSlug;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Nearest;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.problem.CoreSlug;
import dev.proxkiln.core.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Flags by picocli, built from schemas: parsing, help and completion. */
public final class Flags {
  /** Picocli shows a value behind a flag that needs none; this one is taken out of its help. */
  private static final String SWITCH = "\ue000\ue000";

  private static final String PROGRAM = "proxkiln";

  /** Flags of {@link Switches}, told apart from settings. */
  private static final List<String> SWITCHES =
      List.of(
          "file",
          "save-answers",
          "dry-run",
          "detach",
          "yes",
          "no-input",
          "verbose",
          "quiet",
          "help",
          "format",
          "json",
          "output");

  private Flags() {}

  /**
   * What was typed.
   *
   * @param values settings by key, lists a line each
   */
  public record Given(Map<String, String> values, Switches switches) {}

  /**
   * Parses the flags and arguments of one command.
   *
   * @throws dev.proxkiln.core.problem.ProblemException {@code unknown-setting}, {@code bad-usage}
   */
  public static Given parse(Command command, boolean planning, List<String> arguments) {
    Schema schema = command.schema(Facts.none());
    CommandSpec spec = spec(command, planning);
    CommandLine parser = parser(spec);
    try {
      return given(parser.parseArgs(arguments.toArray(String[]::new)), schema, planning);
    } catch (ParameterException e) {
      throw problem(e, spec).raise();
    }
  }

  private static CommandLine parser(CommandSpec spec) {
    CommandLine parser = new CommandLine(spec);
    parser.setExpandAtFiles(false);
    parser.setOverwrittenOptionsAllowed(true);
    parser.setInterpolateVariables(false);
    return parser;
  }

  private static CommandSpec spec(Command command, boolean planning) {
    Schema schema = command.schema(Facts.none());
    CommandSpec spec = CommandSpec.create();
    spec.name(PROGRAM + (planning ? " plan " : " ") + command.name());
    spec.usageMessage()
        .description(text(command.summary()))
        .sortOptions(false)
        .abbreviateSynopsis(true)
        .autoWidth(false)
        .width(100);
    int page = 0;
    for (Schema.Page part : schema.pages()) {
      ArgGroupSpec.Builder group =
          ArgGroupSpec.builder()
              .validate(false)
              .order(page++)
              .heading(text((part.title().isEmpty() ? "Settings" : part.title()) + ":") + "%n");
      for (Field<?> field : part.fields()) {
        group.addArg(option(field, isSeveral(command, field)));
      }
      if (!part.fields().isEmpty()) {
        spec.addArgGroup(group.build());
      }
    }
    List<Field<?>> words = PlainWords.positional(schema);
    for (int i = 0; i < words.size(); i++) {
      Field<?> field = words.get(i);
      boolean several = i == words.size() - 1 && isSeveral(command, field);
      PositionalParamSpec.Builder word =
          PositionalParamSpec.builder()
              .index(several ? i + "..*" : String.valueOf(i))
              .paramLabel("[" + label(field) + (several ? "...]" : "]"))
              .hideParamSyntax(true)
              .arity(several ? "0..*" : "0..1")
              .description(text(field.help()));
      if (several) {
        word.type(List.class).auxiliaryTypes(String.class);
      } else {
        word.type(String.class);
      }
      spec.addPositional(word.build());
    }
    ArgGroupSpec.Builder common =
        ArgGroupSpec.builder().validate(false).order(page).heading("Everywhere:%n");
    common(command, planning).forEach(common::addArg);
    spec.addArgGroup(common.build());
    return spec;
  }

  private static String label(Field<?> field) {
    return field.label().toUpperCase(java.util.Locale.ROOT).replace(' ', '-');
  }

  private static boolean isSeveral(Command command, Field<?> field) {
    return command.several().filter(field.key()::equals).isPresent();
  }

  private static OptionSpec option(Field<?> field, boolean several) {
    OptionSpec.Builder option = OptionSpec.builder("--" + field.key());
    if (field.type().name().equals("FLAG")) {
      option.type(Boolean.class).arity("0..1").fallbackValue("true").negatable(true);
      option.hideParamSyntax(true).paramLabel(SWITCH);
      option.converters(Flags::truth);
    } else {
      option.paramLabel(field.type().name()).arity("1");
      if (field.type().many() || several) {
        option.type(List.class).auxiliaryTypes(String.class);
      } else {
        option.type(String.class);
      }
      if (!field.type().words().isEmpty()) {
        option.completionCandidates(field.type().words());
      }
    }
    return option.description(text(described(field, several))).build();
  }

  private static String described(Field<?> field, boolean several) {
    StringBuilder out = new StringBuilder(field.help());
    List<String> words = field.type().words();
    if (!words.isEmpty() && !field.type().name().equals("FLAG")) {
      out.append(" One of: ").append(String.join(", ", words)).append('.');
    }
    if (field.type().many() || several) {
      out.append(" May be given several times.");
    }
    return out.append(" (").append(field.variable()).append(')').toString();
  }

  /** Picocli formats descriptions and reads markup in them. */
  private static String text(String plain) {
    return plain.replace("%", "%%").replace("@|", "@ |");
  }

  private static boolean truth(String raw) {
    return switch (raw.toLowerCase(java.util.Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default ->
          throw new CommandLine.TypeConversionException("'" + raw + "' is neither yes nor no");
    };
  }

  private static List<OptionSpec> common(Command command, boolean planning) {
    List<OptionSpec> options = new ArrayList<>();
    for (Field<?> field : Globals.SCHEMA.fields()) {
      if (!field.key().equals("output")) {
        options.add(option(field, false));
      } else if (!planning) {
        options.add(option(field, false).toBuilder().names("-o", "--output").build());
        options.add(toggle("The same as --output json.", "--json"));
      }
    }
    if (planning) {
      options.add(
          OptionSpec.builder("--format")
              .paramLabel("FORM")
              .type(String.class)
              .arity("1")
              .completionCandidates(List.of("text", "json", "sh"))
              .description("Form of the plan: text, json or sh.")
              .build());
      options.add(
          OptionSpec.builder("-o", "--output")
              .paramLabel("FILE")
              .type(String.class)
              .arity("1")
              .description("File to write the plan to, instead of standard output.")
              .build());
    }
    options.add(
        OptionSpec.builder("-f", "--file")
            .paramLabel("FILE")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .description("YAML file of settings for this command; - reads standard input.")
            .build());
    options.add(
        OptionSpec.builder("--save-answers")
            .paramLabel("FILE")
            .type(String.class)
            .arity("1")
            .description("File to write the settings of this call to, fit for -f.")
            .build());
    options.add(toggle("Print the plan and change nothing.", "--dry-run"));
    options.add(toggle("Agree beforehand; nothing is asked.", "-y", "--yes"));
    if (command.detaches() && !planning) {
      options.add(
          toggle("Run it in a process of its own and return; see it with attach.", "--detach"));
    }
    options.add(toggle("Never ask; what is missing is an error.", "--no-input"));
    options.add(
        OptionSpec.builder("-v", "--verbose")
            .type(boolean[].class)
            .arity("0")
            .description("Show the output of every step; twice: the log too.")
            .build());
    options.add(toggle("Print nothing but results and problems.", "-q", "--quiet"));
    options.add(toggle("Print this help.", "-h", "--help"));
    return options;
  }

  private static OptionSpec toggle(String description, String... names) {
    return OptionSpec.builder(names)
        .type(boolean.class)
        .arity("0")
        .description(description)
        .build();
  }

  private static Given given(ParseResult result, Schema schema, boolean planning) {
    Map<String, String> values = new LinkedHashMap<>();
    for (OptionSpec option : result.matchedOptionsSet()) {
      String key = option.longestName().substring(2);
      boolean file = planning && key.equals("output");
      if (!file && !(SWITCHES.contains(key) && !key.equals("output"))) {
        values.put(key, value(option.getValue()));
      }
    }
    if (result.hasMatchedOption("--json")) {
      values.put("output", "json");
    }
    List<Field<?>> words = PlainWords.positional(schema);
    for (PositionalParamSpec word : result.matchedPositionalsSet()) {
      Field<?> field = words.get(word.index().min());
      String value = value(word.getValue());
      String before = values.put(field.key(), value);
      if (before != null && !before.equals(value)) {
        throw CliSlug.BAD_USAGE
            .problem(
                "--" + field.key(),
                field.label() + " is given twice: '" + before + "' and '" + value + "'.",
                "",
                "Give it once.")
            .raise();
      }
    }
    return new Given(values, switches(result, planning));
  }

  private static String value(Object value) {
    return value instanceof List<?> list
        ? String.join("\n", list.stream().map(String::valueOf).toList())
        : String.valueOf(value);
  }

  private static Switches switches(ParseResult result, boolean planning) {
    String format = planning ? result.matchedOptionValue("--format", "text") : "text";
    if (!List.of("text", "json", "sh").contains(format)) {
      throw CoreSlug.INVALID_VALUE
          .problem(
              "--format",
              "Format '" + format + "' is not one of them.",
              "",
              "Give one of: text, json, sh.")
          .raise();
    }
    List<String> specs = result.matchedOptionValue("--file", List.of());
    boolean[] verbose = result.matchedOptionValue("--verbose", new boolean[0]);
    return new Switches(
        List.copyOf(specs),
        result.hasMatchedOption("--dry-run"),
        result.hasMatchedOption("--yes"),
        result.hasMatchedOption("--no-input"),
        verbose.length,
        result.hasMatchedOption("--quiet"),
        result.hasMatchedOption("--help"),
        format,
        planning
            ? Optional.ofNullable(result.matchedOptionValue("--output", null))
            : Optional.empty(),
        Optional.ofNullable(result.matchedOptionValue("--save-answers", null)),
        result.hasMatchedOption("--detach"));
  }

  private static Problem problem(ParameterException e, CommandSpec spec) {
    String help = "See: " + spec.name() + " --help";
    return switch (e) {
      case UnmatchedArgumentException unmatched -> {
        String word = unmatched.getUnmatched().getFirst();
        if (!word.startsWith("-")) {
          yield CliSlug.BAD_USAGE.problem(
              "",
              "'" + word + "' is one word too many.",
              "",
              "Put values after their flags. " + help);
        }
        String flag = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        List<String> known =
            spec.options().stream().flatMap(option -> Stream.of(option.names())).toList();
        yield CoreSlug.UNKNOWN_SETTING.problem(
            flag,
            "There is no flag '" + flag + "'.",
            "",
            Nearest.to(flag, known).map(near -> "Did you mean '" + near + "'?").orElse(help));
      }
      case MissingParameterException missing ->
          CliSlug.BAD_USAGE.problem(
              missing.getMissing().isEmpty()
                  ? ""
                  : ((OptionSpec) missing.getMissing().getFirst()).longestName(),
              "A flag has no value.",
              String.valueOf(e.getMessage()),
              help);
      default -> CliSlug.BAD_USAGE.problem("", String.valueOf(e.getMessage()), "", help);
    };
  }

  /**
   * The help of one command.
   *
   * @param width columns to fill; 80 to 100 are used
   */
  public static String help(Command command, boolean planning, boolean colour, int width) {
    CommandSpec spec = spec(command, planning);
    spec.usageMessage().width(Math.clamp(width, 80, 100));
    ColorScheme scheme = CommandLine.Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF);
    String bare = "=" + SWITCH;
    return parser(spec)
        .getUsageMessage(scheme)
        .replace(bare, " ".repeat(bare.length()))
        .replaceAll(" +(?=\\R)", "");
  }

  /**
   * A flag as it is typed.
   *
   * @param names short ones first
   * @param valued whether a value follows
   * @param words what the value can be, where that is known beforehand
   * @param about its help
   */
  public record Shape(List<String> names, boolean valued, List<String> words, String about) {
    /** The longest name. */
    String name() {
      return names.getLast();
    }
  }

  /** The flags of a command in the order of its help; both forms of what can be negated. */
  public static List<Shape> shapes(Command command, boolean planning) {
    List<Shape> shapes = new ArrayList<>();
    for (OptionSpec option : spec(command, planning).options()) {
      String about = String.join(" ", option.description()).replace("%%", "%");
      List<String> words = new ArrayList<>();
      if (option.completionCandidates() != null) {
        option.completionCandidates().forEach(words::add);
      }
      boolean valued = option.arity().min() > 0;
      shapes.add(new Shape(List.of(option.names()), valued, words, about));
      if (option.negatable()) {
        shapes.add(
            new Shape(
                List.of("--no-" + option.longestName().substring(2)), false, List.of(), about));
      }
    }
    return shapes;
  }
}
