package dev.proxkiln.template.create;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.field.BadValue;
import dev.proxkiln.core.field.Field;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Type;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Part;
import dev.proxkiln.template.part.Reading;
import dev.proxkiln.template.part.Sources;
import dev.proxkiln.template.part.Target;
import java.util.List;
import java.util.Optional;

/** What the template is called and where it belongs. */
final class IdentityPart implements Part<Identity> {

  private final Field<Long> vmid =
      Field.of(
              "vmid",
              "VM ID",
              Type.integer(100, 999_999_999),
              "VM ID of the template; left out, the next free one is taken.")
          .choosing(
              facts ->
                  facts.nextId().isPresent()
                      ? List.of(
                          new Field.Choice(
                              Long.toString(facts.nextId().getAsLong()), "next free ID"))
                      : List.of());

  private final Field<String> name;

  private final Field<List<String>> tags =
      Field.of(
              "tags",
              "Tags",
              Type.listOf(
                  Type.text(
                      "TAG",
                      "[a-zA-Z0-9_][a-zA-Z0-9_.+-]{0,59}",
                      "Use letters, digits and _ - + . only."),
                  ",; "),
              "Tags of the template, besides those that proxkiln sets itself.")
          .ruled(
              (given, facts, answers) ->
                  given.stream()
                      .filter(tag -> tag.equals("proxkiln") || tag.startsWith("run-"))
                      .findFirst()
                      .map(
                          tag ->
                              new BadValue(
                                  "holds '" + tag + "', which proxkiln sets itself",
                                  "Leave it out.")));

  private final Field<String> notes =
      Field.of(
          "notes",
          "Notes",
          Type.anyText(4000),
          "Text for the notes of the template; where it comes from is written below it.");

  private final Field<String> pool =
      Field.of(
              "pool",
              "Pool",
              Type.text(
                  "POOL",
                  "[A-Za-z][A-Za-z0-9_.-]*(?:/[A-Za-z][A-Za-z0-9_.-]*){0,2}",
                  "Give the name of a resource pool."),
              "Resource pool that the template joins.")
          .choosing(facts -> facts.pools().stream().map(p -> new Field.Choice(p, "")).toList());

  IdentityPart(Sources sources) {
    name =
        Field.of("name", "Name", Type.dnsName(), "Name of the template; clones may have others.")
            .byDefault(
                (facts, answers) ->
                    sources.subject(answers).map(subject -> subject.id().replace('.', '-')));
  }

  @Override
  public Schema.Page page() {
    return new Schema.Page("Guest", List.of(vmid, name, tags, notes, pool))
        .asking("vmid", "name", "tags");
  }

  @Override
  public void check(Target target) {
    if (!target.facts().known()) {
      return;
    }
    target
        .given(vmid)
        .filter(text -> text.matches("\\d{3,9}"))
        .flatMap(text -> target.facts().guest(Long.parseLong(text)))
        .ifPresent(guest -> target.problem(Conditions.vmidTaken(target.where(vmid.key()), guest)));
    target
        .given(pool)
        .filter(id -> !target.facts().pools().contains(id))
        .ifPresent(
            id ->
                target.problem(
                    Conditions.poolMissing(target.where(pool.key()), id, target.facts())));
  }

  @Override
  public Optional<Identity> read(Reading reading) {
    return Optional.of(
        new Identity(
            reading.find(vmid),
            reading.get(name),
            reading.find(tags).orElse(List.of()),
            reading.find(notes).orElse(""),
            reading.find(pool)));
  }

  @Override
  public void plan(Identity identity, Draft draft) {
    identity
        .vmid()
        .ifPresent(
            id ->
                draft.check(
                    new Check.Api(
                        "vmid",
                        PveCall.get("/cluster/nextid").with("vmid", id),
                        List.of(),
                        Conditions.vmidTaken(id))));
    // A path cannot name an entry with a dot; the node then refuses for itself.
    identity
        .pool()
        .filter(id -> !id.contains("."))
        .ifPresent(
            id ->
                draft.check(
                    new Check.Api(
                        "pool",
                        PveCall.get("/pools"),
                        List.of(Expect.present("[poolid=" + id + "]")),
                        Conditions.poolMissing("--pool", id, draft.facts()))));
    draft.set("name", identity.name());
    identity.pool().ifPresent(id -> draft.set("pool", id));
    identity.tags().forEach(draft::tag);
  }
}
