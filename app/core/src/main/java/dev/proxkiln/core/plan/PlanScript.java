package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.problem.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

  private static final String DOWNLOAD =
      """

      work=$(mktemp -d /var/tmp/proxkiln.XXXXXXXX)
      trap 'rm -rf -- "$work"' EXIT
      # digest_of FILE: its digest in the checksum file on standard input (GNU, BSD or one digest).
      digest_of() {
        awk -v file="$1" '
          { sub(/\\r$/, "") }
          $2 == "(" file ")" && $3 == "=" { print $4; exit }
          { name = $2; sub(/^\\*/, "", name) } name == file { print $1; exit }
          NF == 1 && $1 ~ /^[0-9a-f]+$/ && length($1) >= 64 { print $1; exit }'
      }
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
    if (plan.steps().stream().anyMatch(Step.Download.class::isInstance)) {
      out.append(DOWNLOAD);
    }
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
        String command = ShellWords.command(api.call());
        line("  " + condition(api.ours()) + " || fail " + ShellWords.quote("not ours: " + command));
        line("  " + command);
        line("fi");
      }
      case Undo.DeleteFile(Text path) -> line("rm -f -- " + ShellWords.word(path));
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
      line(name + "_passed= " + name + "_failed=");
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
    return ShellWords.command(get) + " --output-format json";
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
      line(ShellWords.command(step.call()));
      return;
    }
    // The last line is the answer; a task's log comes before it.
    line("answer=$(" + ShellWords.command(step.call()) + " --output-format json | tail -n 1)");
    outputs(step.id(), step.outputs());
  }

  private void run(Step.Run step) {
    String argv = step.argv().stream().map(ShellWords::word).collect(Collectors.joining(" "));
    String input =
        step.input().map(text -> "printf %s " + ShellWords.word(text) + " | ").orElse("");
    line(step.id().replace('-', '_') + "_out=$(" + input + argv + ")");
  }

  private void write(Step.Write step) {
    String path = ShellWords.word(step.path());
    line(String.format("install -D -m %04o /dev/null %s", step.mode(), path));
    line("printf %s " + ShellWords.word(step.content()) + " >" + path);
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
    Fetch fetch = step.fetch();
    String name = step.id().replace('-', '_');
    String sum = fetch.trust().algorithm() + "sum";
    line(name + "_url=" + ShellWords.quote(fetch.url()));
    line(name + "_path=$work/" + step.id() + "." + fetch.format());
    String proto = fetch.insecure() ? "--proto =http,https" : "--proto =https";
    String curl = "curl -fL --retry 5 " + proto + " -o ";
    line(curl + "\"$work/download\" -- \"$" + name + "_url\"");
    switch (fetch.trust()) {
      case Fetch.Pinned(String _, String digest) -> line("digest=" + digest);
      case Fetch.Published p -> published(p, curl);
    }
    line(
        "echo \"$digest  $work/download\" | "
            + sum
            + " --check --status || fail 'the download does not have the digest that it must have'");
    line(name + "_size=$(stat -c %s \"$work/download\")");
    line(unpack(fetch, "\"$work/download\"", "\"$" + name + "_path\""));
    line(
        "about=$(qemu-img info -f " + fetch.format() + " --output=json -- \"$" + name + "_path\")");
    line(
        "[ -z \"$(pick backing-filename <<<\"$about\")\" ] || fail 'the image has a backing file'");
    line(name + "_digest=" + fetch.trust().algorithm() + ":$digest");
    line(name + "_format=" + fetch.format());
    line(name + "_virtual_size=$(pick virtual-size <<<\"$about\")");
    line(name + "_verified=" + ShellWords.quote(fetch.trust().algorithm() + " checked by script"));
  }

  private void published(Fetch.Published published, String curl) {
    line(curl + "\"$work/sums\" -- " + ShellWords.quote(published.url()));
    published
        .signature()
        .ifPresent(
            signed -> {
              line(
                  "gpg --dearmor <\"${PROXKILN_HOME:-/opt/proxkiln/current}/templates/keys/"
                      + signed.fingerprint()
                      + ".asc\" >\"$work/key.gpg\"");
              signed
                  .url()
                  .ifPresentOrElse(
                      url -> {
                        line(curl + "\"$work/sums.sig\" -- " + ShellWords.quote(url));
                        line("gpgv --keyring \"$work/key.gpg\" \"$work/sums.sig\" \"$work/sums\"");
                      },
                      () ->
                          line(
                              "gpgv --keyring \"$work/key.gpg\" --output \"$work/sums.text\" \"$work/sums\" && mv \"$work/sums.text\" \"$work/sums\""));
            });
    line("digest=$(digest_of " + ShellWords.quote(published.file()) + " <\"$work/sums\")");
  }

  private static String unpack(Fetch fetch, String from, String to) {
    String member = ShellWords.quote(fetch.member().orElse("*"));
    return switch (fetch.compression()) {
      case "none" -> "mv " + from + " " + to;
      case "xz" -> "xz -dc " + from + " >" + to;
      case "gz" -> "gzip -dc " + from + " >" + to;
      case "bz2" -> "bzip2 -dc " + from + " >" + to;
      case "zst" -> "zstd -dc " + from + " >" + to;
      case "zip" -> "unzip -p " + from + " " + member + " >" + to;
      default -> "tar -xOaf " + from + " --wildcards " + member + " >" + to;
    };
  }
}
