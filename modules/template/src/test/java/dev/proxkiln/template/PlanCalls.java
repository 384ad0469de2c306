package dev.proxkiln.template;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.sandbox.contract.Contract;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every call that a plan may make, with likely outputs filled in. */
public final class PlanCalls {

  private static final Map<String, String> OUTPUTS =
      Map.of(
          "run.id", "k7f3a9",
          "run.date", "2026-11-20T12:00:00Z",
          "image.path", "/var/cache/proxkiln/6c2607f1.qcow2",
          "image.format", "qcow2",
          "customise.path", "/var/cache/proxkiln/customised-r1.qcow2",
          "config.disk", "scsi0",
          "media.storage", "local",
          "media.iso", "local:iso/x.iso",
          "config.notes", "Made by somebody.");

  private PlanCalls() {}

  /** The calls of steps, checks, probes and undos. */
  public static List<PveCall> of(Plan plan) {
    List<PveCall> calls = new ArrayList<>();
    Stream.concat(plan.steps().stream(), plan.aftermath().stream())
        .forEach(
            step -> {
              switch (step) {
                case Step.Require require -> require.checks().forEach(c -> check(c, calls));
                case Step.Call call -> calls.add(call.call());
                case Step.Await await -> calls.add(await.get());
                case Step.Discard discard -> discard.what().forEach(u -> undo(u, calls));
                case Step.Run _, Step.Download _, Step.Write _, Step.Record _ -> {}
              }
              probe(step.probe(), calls);
              step.undo().forEach(u -> undo(u, calls));
            });
    return calls;
  }

  private static void check(Check check, List<PveCall> calls) {
    switch (check) {
      case Check.Api api -> calls.add(api.get());
      case Check.Refused refused -> calls.add(refused.get());
      case Check.Matches _, Check.AtMost _, Check.Differ _ -> {}
    }
  }

  private static void probe(Probe probe, List<PveCall> calls) {
    if (probe instanceof Probe.Api api) {
      calls.add(api.get());
    }
  }

  private static void undo(Undo undo, List<PveCall> calls) {
    if (undo instanceof Undo.Api api) {
      calls.add(api.call());
      probe(api.there(), calls);
      probe(api.ours(), calls);
    }
  }

  /** A text with its outputs filled in. */
  public static String text(Text text) {
    return text.render(
        part ->
            switch (part) {
              case Text.Literal(String literal) -> literal;
              case Text.Output output -> output(output);
              case Text.Secret _ -> "s3cret";
            });
  }

  /** Steps of a part of a larger plan have a prefix before their usual name. */
  private static String output(Text.Output output) {
    String step = output.step().substring(output.step().lastIndexOf('-') + 1);
    String known = OUTPUTS.get(step + "." + output.name());
    if (known != null) {
      return known;
    }
    boolean id = output.step().matches("(?:.*-)?vmid(?:-.*)?");
    return id ? "9100" : output.name().equals("pid") ? "42" : "x";
  }

  /** The parameters with their outputs filled in. */
  public static Map<String, Object> params(PveCall call) {
    Map<String, Object> params = new LinkedHashMap<>();
    call.params()
        .forEach(
            (name, values) ->
                params.put(
                    name,
                    values.size() == 1
                        ? text(values.getFirst())
                        : values.stream().map(PlanCalls::text).toList()));
    return params;
  }

  /** Everything a node of a version would refuse about the plan's calls. */
  public static List<String> violations(Plan plan, String version) {
    Contract contract = Contract.of(version);
    return of(plan).stream()
        .flatMap(
            call -> {
              Map<String, Object> params = params(call);
              // A transport adds the file as the upload's own part.
              return contract.check(call.verb().name(), text(call.path()), params).stream()
                  .map(v -> version + " " + call.verb() + " " + text(call.path()) + ": " + v);
            })
        .toList();
  }

  /** The call of a step. */
  public static PveCall call(Plan plan, String step) {
    return ((Step.Call) plan.step(step).orElseThrow()).call();
  }
}
