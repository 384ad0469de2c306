package dev.proxkiln.template.create;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Schema;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.spec.Checked;
import dev.proxkiln.template.install.IsoKind;
import dev.proxkiln.template.part.Sources;
import java.util.List;

/**
 * {@code template install}: makes a guest that starts from an installer ISO, for a person to
 * answer; {@code template finish} makes a template of it.
 */
public final class TemplateInstall implements Action<TemplateSpec> {

  private final TemplateCreate create;

  /**
   * The action.
   *
   * @param library what it is made with
   * @param version of proxkiln, for the notes of what it makes
   */
  public TemplateInstall(Library library, String version) {
    Sources isos = new Sources(List.of(new IsoKind(library.catalogue(), true)));
    this.create = new TemplateCreate(Parts.ofInstaller(isos, library), version);
  }

  @Override
  public String name() {
    return "template install";
  }

  @Override
  public String summary() {
    return "Make a guest that starts from an installer ISO, to be answered by you.";
  }

  @Override
  public Schema schema(Facts facts) {
    return create.schema(facts);
  }

  /** Reads and checks, with the problems of {@code template create}. */
  @Override
  public Checked<TemplateSpec> read(Values values, Facts facts) {
    return create.read(values, facts);
  }

  @Override
  public Plan plan(TemplateSpec spec, Facts facts) {
    return new Plan(
        name(),
        "Start installing " + spec.source().subject().title(),
        facts.address(),
        facts.node(),
        create.steps("", spec, facts));
  }
}
