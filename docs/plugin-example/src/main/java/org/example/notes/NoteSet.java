package org.example.notes;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.facts.GuestFacts;
import dev.proxkiln.core.field.Answers;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.plan.Undo;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.pve.problem.PveSlug;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code note set VMID --text TEXT}: writes the note of a virtual machine. */
final class NoteSet implements Action<NoteSpec> {
  // One declaration gives the flag, the key in files, the check, the help and the completion.
  private static final Field<Long> VMID =
      Field.of("vmid", "VM ID", Type.integer(100, 999_999_999), "The virtual machine.")
          .choosing(
              facts ->
                  facts.guests().stream()
                      .map(g -> new Field.Choice(String.valueOf(g.vmid()), g.name()))
                      .toList())
          .mandatory()
          .at(1);
  private static final Field<String> TEXT =
      Field.of("text", "Text", Type.anyText(8000), "The note, in Markdown.").mandatory();

  @Override
  public String name() {
    return "note set";
  }

  @Override
  public String summary() {
    return "Write the note of a virtual machine.";
  }

  @Override
  public Schema schema(Facts facts) {
    return Schema.of(VMID, TEXT);
  }

  @Override
  public Checked<NoteSpec> read(Values values, Facts facts) {
    return schema(facts).read(values, facts).then(answers -> check(answers, facts));
  }

  private static Checked<NoteSpec> check(Answers answers, Facts facts) {
    long vmid = answers.get(VMID);
    Optional<GuestFacts> guest = facts.guest(vmid).filter(g -> g.type().equals("qemu"));
    if (facts.known() && guest.isEmpty()) {
      return new Checked.Invalid<>(
          List.of(
              PveSlug.GUEST_MISSING.problem(
                  "--vmid",
                  "There is no virtual machine " + vmid + ".",
                  "",
                  "See them with: qm list")));
    }
    String node = guest.map(GuestFacts::node).orElse(facts.node());
    return new Checked.Valid<>(new NoteSpec(node, vmid, answers.get(TEXT)));
  }

  /** A plan is data: nothing happens here, and it can be printed, run, resumed and undone. */
  @Override
  public Plan plan(NoteSpec spec, Facts facts) {
    String config = "/nodes/" + spec.node() + "/qemu/" + spec.vmid() + "/config";
    Step before =
        Step.Call.read(
            "before",
            "Read the note of " + spec.vmid(),
            PveCall.get(config),
            Map.of("note", "description"));
    // After a crash this says whether the step was done; undo touches nothing that is not ours.
    Probe written =
        Probe.api(PveCall.get(config), Expect.of("description", Expect.Test.CONTAINS, spec.text()));
    Step write =
        Step.Call.of(
            "write",
            "Write the note of " + spec.vmid(),
            PveCall.put(config).with("description", spec.text()),
            written,
            new Undo.Api(
                PveCall.put(config).with("description", Text.output("before", "note")),
                written,
                written));
    Step fact =
        new Step.Record(
            "record",
            "Announce the note",
            "NoteWritten",
            Map.of("vmid", Text.of(spec.vmid()), "node", Text.of(spec.node())));
    return new Plan(
        name(),
        "Write the note of " + spec.vmid(),
        facts.address(),
        facts.node(),
        List.of(before, write, fact));
  }
}
