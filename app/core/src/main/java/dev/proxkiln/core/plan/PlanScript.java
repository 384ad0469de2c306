package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A plan as a bash script that root can read and run on the node.
 *
 * <p>It does what the plan does, step by step, and stops at the first error; it does not undo.
 */
final class PlanScript {

  private static final String FUNCTIONS =
      """
      fail() { printf 'error: %s\\n' "$*" >&2; exit 1; }

      # pick PATH: the value at a path of the JSON on standard input, nothing where there is none.
      # meets PATH TEST VALUE: whether the JSON on standard input is as expected.
      json() {
        perl -MJSON::PP -e '
          my ($do, $path, $test, $want) = @ARGV;
          my $part;
          ($path, $part) = ($1, $2) if $do eq "pick" && $path =~ /^(.*?) ~ (.*)$/s;
          local $/; my $v = JSON::PP->new->allow_nonref->decode(scalar <STDIN>);
          $path =~ s/\\[/.[/g;
          for my $part (grep { length } split /\\./, $path) {
            if ($part =~ /^\\[(.+?)=(.*)\\]$/) {
              my ($k, $x) = ($1, $2);
              ($v) = ref $v eq "ARRAY" ? grep { ($_->{$k} // "") eq $x } @$v : ();
            } elsif ($part =~ /^\\[(\\d+)\\]$/) { $v = ref $v eq "ARRAY" ? $v->[$1] : undef }
            else { $v = ref $v eq "HASH" ? $v->{$part} : undef }
            last unless defined $v;
          }
          my $t = defined $v && !ref $v ? "$v" : "";
          $t = $t =~ /$part/ ? $1 : "" if defined $part;
          if ($do eq "pick") { print $t; exit 0 }
          my %ok = (
            EQUALS => sub { defined $v && $t eq $want },
            EQUALS_OR_ABSENT => sub { !defined $v || $t eq $want },
            DIFFERS => sub { $t ne $want },
            HAS_WORD => sub { grep { $_ eq $want } split /[,; ]+/, $t },
            CONTAINS => sub { index($t, $want) >= 0 },
            MATCHES => sub { $t =~ /$want/ },
            AT_LEAST_IF_KNOWN => sub { $t !~ /^[0-9.e+]+$/ || $t >= $want },
            PRESENT => sub { defined $v }, ABSENT => sub { !defined $v });
          exit($ok{$test}->() ? 0 : 1);' -- "$@"
      }
      pick() { json pick "$1"; }
      meets() { json meets "$@"; }
      """;

  private static final String STAGE =
      """

      # stage FILE: a copy where the upload call may take it from.
      stage() { local to; to=/var/tmp/pveupload-$(openssl rand -hex 16); cp -- "$1" "$to"; printf '%s' "$to"; }
      """;

  private static final String FOUND =
      """

      # found ' ~ PATTERN': the first group of a pattern in the text on standard input.
      found() { perl -0777 -ne 'BEGIN { $p = shift; $p =~ s/^.*? ~ //s } print $1 if /$p/' -- "$1"; }
      """;

  private final Plan plan;
  private final StringBuilder out = new StringBuilder();

  PlanScript(Plan plan) {
    this.plan = plan;
  }

  String text() {
    header();
    int number = 1;
    for (Step step : plan.steps()) {
      out.append('\n');
      comment(number++ + " of " + plan.steps().size() + ": " + step.label());
      step(step);
    }
    return out.toString();
  }

  private void header() {
    line("#!/bin/bash");
    comment(plan.title());
    comment("Made by: proxkiln plan " + plan.command() + " --format sh (plan " + plan.id() + ")");
    comment(
        "Run it as root on node "
            + plan.node()
            + ". It stops at the first error and undoes nothing.");
    line("set -euo pipefail");
    line("export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    line("run_id=s$(date +%s)");
    line("run_date=$(date -u +%Y-%m-%dT%H:%M:%SZ)");
    if (plan.steps().stream().anyMatch(PlanScript::usesCache)) {
      line("run_cache=/var/cache/proxkiln/images; mkdir -p -- \"$run_cache\"");
    }
    for (String secret : secrets()) {
      line(
          "read -rsp "
              + ShellWords.quote("Secret " + secret + ": ")
              + " "
              + ShellWords.secret(secret)
              + "; echo >&2");
    }
    out.append('\n').append(FUNCTIONS);
    if (plan.steps().stream()
        .anyMatch(s -> s instanceof Step.Call c && c.call().file().isPresent())) {
      out.append(STAGE);
    }
    if (plan.steps().stream().anyMatch(s -> s instanceof Step.Run r && !r.outputs().isEmpty())) {
      out.append(FOUND);
    }
    if (plan.steps().stream().anyMatch(Step.Download.class::isInstance)) {
      out.append(DownloadScript.FUNCTIONS);
    }
  }

  private static boolean usesCache(Step step) {
    return step instanceof Step.Run run
        && Stream.concat(run.argv().stream(), run.input().stream())
            .flatMap(text -> text.parts().stream())
            .anyMatch(new Text.Output("run", "cache")::equals);
  }

  private Set<String> secrets() {
    Set<String> names = new LinkedHashSet<>();
    for (Step step : plan.steps()) {
      if (step instanceof Step.Call call) {
        call.call().params().values().stream()
            .flatMap(List::stream)
            .forEach(text -> collect(text, names));
      } else if (step instanceof Step.Run run) {
        run.input().ifPresent(text -> collect(text, names));
      }
    }
    return names;
  }

  private static void collect(Text text, Set<String> names) {
    for (Text.Part part : text.parts()) {
      if (part instanceof Text.Secret(String name)) {
        names.add(name);
      }
    }
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void comment(String text) {
    text.lines().forEach(each -> line("# " + each));
  }

  private void step(Step step) {
    switch (step) {
      case Step.Require require -> require(require);
      case Step.Call call -> call(call);
      case Step.Run run -> run(run);
      case Step.Download download -> download(download);
      case Step.Write write -> write(write);
      case Step.Await await -> await(await);
      case Step.Discard discard -> discard.what().forEach(this::discard);
      case Step.Record record ->
          record
              .facts()
              .forEach(
                  (key, value) ->
                      line(
                          "printf '%s %s\\n' "
                              + ShellWords.quote(key)
                              + " "
                              + ShellWords.word(value)));
    }
  }

  private void discard(Undo undo) {
    switch (undo) {
      case Undo.Api api -> {
        line("if " + condition(api.there()) + "; then");
        String command = ShellWords.command(api.call(), plan.node());
        line("  " + condition(api.ours()) + " || fail " + ShellWords.quote("not ours: " + command));
        line("  " + command);
        line("fi");
      }
      case Undo.DeleteFile(Text path) ->
          line(
              member(path).map(node -> ssh(node) + " ").orElse("")
                  + "rm -f -- "
                  + ShellWords.word(bare(path)));
      case Undo.Command(List<Text> argv) -> line(words(argv));
      case Undo.DropPartial _ -> {
        // The script downloads to a folder of its own.
      }
    }
  }

  private static String condition(Probe probe) {
    return switch (probe) {
      case Probe.Never() -> "false";
      case Probe.Api(PveCall get, List<Expect> expect) ->
          "{ answer=$("
              + read(get)
              + " 2>/dev/null)"
              + expect.stream().map(PlanScript::meets).collect(Collectors.joining())
              + "; }";
      case Probe.FileThere(Text path) -> "[ -e " + ShellWords.word(path) + " ]";
    };
  }

  private void require(Step.Require require) {
    String name = require.id().replace('-', '_');
    if (require.soft()) {
      line(name + "_passed='' " + name + "_failed=''");
    }
    for (Check check : require.checks()) {
      String otherwise =
          require.soft()
              ? name + "_failed+=," + ShellWords.quote(check.name())
              : fail(check.otherwise());
      String well = require.soft() ? name + "_passed+=," + ShellWords.quote(check.name()) : ":";
      line("if " + condition(check) + "; then " + well + "; else " + otherwise + "; fi");
    }
    if (require.soft()) {
      line(
          "[ -z \"$"
              + name
              + "_failed\" ] && "
              + name
              + "_verdict=passed || "
              + name
              + "_verdict=failed");
    }
  }

  private static String fail(Problem problem) {
    return "fail " + ShellWords.quote((problem.what() + " " + problem.next()).strip());
  }

  private static String condition(Check check) {
    return switch (check) {
      case Check.Api api ->
          "answer=$("
              + read(api.get())
              + ")"
              + api.expect().stream().map(PlanScript::meets).collect(Collectors.joining());
      case Check.Refused refused -> "! " + read(refused.get()) + " >/dev/null 2>&1";
      case Check.Matches matches ->
          "grep -Pqz -- "
              + ShellWords.word(matches.pattern())
              + " <<<"
              + ShellWords.word(matches.text());
      case Check.AtMost atMost ->
          "[ " + ShellWords.word(atMost.number()) + " -le " + ShellWords.word(atMost.most()) + " ]";
      case Check.Differ differ ->
          "[ " + ShellWords.word(differ.one()) + " != " + ShellWords.word(differ.other()) + " ]";
    };
  }

  private static String read(PveCall get) {
    return ShellWords.command(get, "") + " --output-format json";
  }

  private static String meets(Expect expect) {
    return " && meets "
        + ShellWords.word(Text.of(expect.path()))
        + " "
        + expect.test()
        + " "
        + ShellWords.word(expect.value())
        + " <<<\"$answer\"";
  }

  private void outputs(String step, Map<String, String> outputs) {
    outputs.forEach(
        (name, path) ->
            line(
                ShellWords.variable(new Text.Output(step, name))
                    + "=$(pick "
                    + ShellWords.word(Text.of(path))
                    + " <<<\"$answer\")"));
  }

  private void call(Step.Call step) {
    if (step.outputs().isEmpty()) {
      line(ShellWords.command(step.call(), plan.node()));
      return;
    }
    // The last line is the answer; a task's log comes before it.
    line(
        "answer=$("
            + ShellWords.command(step.call(), plan.node())
            + " --output-format json | tail -n 1)");
    outputs(step.id(), step.outputs());
  }

  private void run(Step.Run step) {
    String input =
        step.input().map(text -> "printf %s " + ShellWords.word(text) + " | ").orElse("");
    line(step.id().replace('-', '_') + "_out=$(" + input + words(step.argv()) + ")");
    step.outputs()
        .forEach(
            (name, selector) ->
                line(
                    ShellWords.variable(new Text.Output(step.id(), name))
                        + "=$(printf %s \"$"
                        + step.id().replace('-', '_')
                        + "_out\" | found "
                        + ShellWords.quote(selector)
                        + ")"));
  }

  private static String words(List<Text> argv) {
    return argv.stream().map(ShellWords::word).collect(Collectors.joining(" "));
  }

  private void write(Step.Write step) {
    Optional<String> node = member(step.path());
    if (node.isPresent()) {
      line(
          String.format(
              "printf %%s %s | %s install -D -m %04o /dev/stdin %s",
              ShellWords.word(step.content()),
              ssh(node.get()),
              step.mode(),
              ShellWords.word(bare(step.path()))));
      return;
    }
    String path = ShellWords.word(step.path());
    line(String.format("install -D -m %04o /dev/null %s", step.mode(), path));
    line("printf %s " + ShellWords.word(step.content()) + " >" + path);
  }

  /** The other node that a path is on; its name always stands in the first literal. */
  private static Optional<String> member(Text path) {
    return path.parts().getFirst() instanceof Text.Literal(String first)
        ? NodePath.parse(first).node()
        : Optional.empty();
  }

  private static Text bare(Text path) {
    List<Object> parts = new ArrayList<>(path.parts());
    if (parts.getFirst() instanceof Text.Literal(String first)) {
      parts.set(0, NodePath.parse(first).path());
    }
    return Text.join(parts.toArray());
  }

  private static String ssh(String node) {
    return "ssh -e none -o BatchMode=yes -o HostKeyAlias=" + node + " root@" + node;
  }

  private void await(Step.Await step) {
    line("deadline=$((SECONDS + " + step.deadline().toSeconds() + "))");
    line(
        "until answer=$("
            + read(step.get())
            + " 2>/dev/null)"
            + step.until().stream().map(PlanScript::meets).collect(Collectors.joining())
            + "; do");
    line("  [ $SECONDS -lt $deadline ] || fail " + ShellWords.quote("timed out: " + step.label()));
    line("  sleep " + Math.max(1, step.pause().toSeconds()));
    line("done");
    outputs(step.id(), step.outputs());
  }

  private void download(Step.Download step) {
    new DownloadScript(step, this::line).write();
  }
}
