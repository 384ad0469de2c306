package dev.proxkiln.sandbox.pvesh;

import dev.proxkiln.sandbox.contract.Contract;
import dev.proxkiln.sandbox.state.StateFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code pvesh get|set|create|delete PATH [--name value ...] [--output-format json]} against the
 * sandbox of a state folder (source: pve-manager CLI/pvesh.pm, seen on real nodes).
 *
 * <p>Work that starts a task is followed to its end: its log goes to {@code out}, its error to
 * {@code err}, then the UPID to {@code out}, and the exit code is 0 whatever became of the task.
 */
public final class PveshCommand {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final Map<String, String> VERBS =
      Map.of("get", "GET", "set", "PUT", "create", "POST", "delete", "DELETE");

  /** Exit code of everything that fails before a task starts. */
  private static final int DIED = 255;

  private static final Duration PAUSE = Duration.ofMillis(15);

  private final Path stateDir;

  /** A command for the sandbox of this state folder. */
  public PveshCommand(Path stateDir) {
    this.stateDir = stateDir;
  }

  /** Ends the command with a message on standard error. */
  private static final class Died extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exit;

    Died(int exit, String message) {
      super(message);
      this.exit = exit;
    }
  }

  /**
   * The command line, taken apart.
   *
   * @param format json, json-pretty or text
   */
  private record Line(
      String command, String path, Map<String, Object> parameters, String format, boolean quiet) {}

  /**
   * Runs the command.
   *
   * @param arguments without the command's own name
   * @return the exit code: 0, 1 for an unknown path, 255 for any other failure before a task
   */
  public int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      return execute(arguments, out, err);
    } catch (Died e) {
      err.println(e.getMessage());
      return e.exit;
    } catch (ConnectException | NoSuchFileException e) {
      err.println("ipcc_send_rec[1] failed: Connection refused");
      err.println("Unable to load access control list: Connection refused");
      return DIED;
    } catch (IOException e) {
      err.println(e.getMessage());
      return DIED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("interrupted by signal");
      return DIED;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private int execute(List<String> arguments, PrintStream out, PrintStream err)
      throws Died, IOException, InterruptedException {
    JsonNode running =
        JSON.readTree(
            StateFolder.read(stateDir.resolve("sandbox.json"))
                .orElseThrow(() -> new NoSuchFileException("sandbox.json")));
    Contract contract = Contract.of(running.path("version").asString("9.2"));
    Line line = parse(contract, arguments);
    URI url = URI.create(running.path("url").asString());
    try (RootClient client = RootClient.open(stateDir, url)) {
      RootClient.Answer answer = client.send(verb(line), line.path, line.parameters);
      if (answer.status() != 200) {
        throw new Died(DIED, message(line, answer));
      }
      if (!answer.printed().isEmpty()) {
        out.println(answer.printed());
      }
      JsonNode data = answer.data();
      boolean task = data.isString() && data.asString().startsWith("UPID:");
      if (task && !line.command.equals("get")) {
        follow(client, data.asString(), out, err);
      }
      if (!line.quiet && !data.isNull() && !data.isMissingNode()) {
        out.println(printed(line, data));
      }
      return 0;
    }
  }

  private static String verb(Line line) {
    return VERBS.getOrDefault(line.command, "GET");
  }

  private static Line parse(Contract contract, List<String> arguments) throws Died {
    if (arguments.size() < 2) {
      throw new Died(DIED, "400 not enough arguments");
    }
    String command = arguments.get(0);
    String verb = VERBS.get(command);
    if (verb == null) {
      throw new Died(DIED, "ERROR: unknown command 'pvesh " + command + "'");
    }
    String path = arguments.get(1);
    Contract.Match match =
        contract
            .find(verb, path)
            .orElseThrow(
                () -> new Died(1, "No '" + command + "' handler defined for '" + path + "'"));
    Map<String, Object> parameters = new LinkedHashMap<>();
    String format = "text";
    boolean quiet = false;
    int i = 2;
    while (i < arguments.size()) {
      String argument = arguments.get(i++);
      if (!argument.startsWith("-") || argument.length() < 2) {
        throw new Died(DIED, "400 too many arguments");
      }
      String name = argument.replaceFirst("^--?", "");
      Optional<String> value = Optional.empty();
      int equals = name.indexOf('=');
      if (equals >= 0) {
        value = Optional.of(name.substring(equals + 1));
        name = name.substring(0, equals);
      }
      if (List.of("noborder", "noheader", "noproxy", "human-readable").contains(name)) {
        continue;
      }
      if (name.equals("quiet")) {
        quiet = true;
        continue;
      }
      String type =
          name.equals("output-format")
              ? "string"
              : contract.type(match.endpoint(), name).orElse("");
      if (type.isEmpty()) {
        throw new Died(DIED, "Unknown option: " + name + "\n400 unable to parse option");
      }
      boolean next = i < arguments.size();
      boolean bareFlag = type.equals("boolean") && (!next || arguments.get(i).startsWith("-"));
      if (value.isEmpty() && bareFlag) {
        value = Optional.of("1");
      } else if (value.isEmpty()) {
        if (!next) {
          throw new Died(
              DIED, "Option " + name + " requires an argument\n400 unable to parse option");
        }
        value = Optional.of(arguments.get(i++));
      }
      if (name.equals("output-format")) {
        format = value.get();
      } else {
        put(parameters, name, type, value.get());
      }
    }
    return new Line(command, path, parameters, format, quiet);
  }

  private static void put(Map<String, Object> parameters, String name, String type, String value) {
    if (type.equals("array")) {
      List<String> many = new ArrayList<>();
      if (parameters.get(name) instanceof List<?> old) {
        old.forEach(element -> many.add(String.valueOf(element)));
      }
      many.add(value);
      parameters.put(name, many);
    } else if (type.equals("boolean")) {
      parameters.put(
          name,
          switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "on", "yes", "true" -> "1";
            case "0", "off", "no", "false" -> "0";
            default -> value;
          });
    } else {
      parameters.put(name, value);
    }
  }

  private static String message(Line line, RootClient.Answer answer) {
    String message = answer.body().path("message").asString("").strip();
    if (answer.status() == 500) {
      return message;
    }
    StringBuilder text = new StringBuilder();
    text.append(answer.status()).append(' ').append(message);
    for (Map.Entry<String, JsonNode> error : answer.body().path("errors").properties()) {
      text.append('\n')
          .append(error.getKey())
          .append(": ")
          .append(error.getValue().asString("").strip());
    }
    if (answer.status() == 400) {
      text.append("\n\npvesh ").append(line.command).append(' ').append(line.path);
      text.append(" [OPTIONS] [FORMAT_OPTIONS]");
    }
    return text.toString();
  }

  /** Prints a task's log as it grows, then its error or the count of its warnings. */
  private static void follow(RootClient client, String upid, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    String node = upid.split(":", -1)[1];
    String task = "/nodes/" + node + "/tasks/" + upid;
    int printed = 0;
    boolean stopped = false;
    while (true) {
      JsonNode status = client.send("GET", task + "/status", Map.of()).data();
      stopped = status.path("status").asString("").equals("stopped");
      JsonNode log =
          client.send("GET", task + "/log", Map.of("start", printed, "limit", 5000)).data();
      for (JsonNode row : log) {
        String text = row.path("t").asString("");
        boolean real = row.path("n").asInt(0) > printed && !text.equals("no content");
        if (real) {
          printed++;
          if (!text.startsWith("TASK ")) {
            out.println(text);
          }
        }
      }
      if (stopped) {
        verdict(status.path("exitstatus").asString(""), err);
        return;
      }
      out.flush();
      Thread.sleep(PAUSE);
    }
  }

  private static void verdict(String status, PrintStream err) {
    if (status.startsWith("WARNINGS: ")) {
      err.println("Task finished with " + status.substring("WARNINGS: ".length()) + " warning(s)!");
    } else if (!status.equals("OK")) {
      err.println(status);
    }
  }

  private static String printed(Line line, JsonNode data) {
    return switch (line.format) {
      case "json" -> JSON.writeValueAsString(data);
      case "json-pretty" -> PRETTY.writeValueAsString(data);
      default -> data.isString() ? data.asString() : PRETTY.writeValueAsString(data);
    };
  }
}
