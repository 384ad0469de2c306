package dev.proxkiln.template.existing;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import dev.proxkiln.core.plan.Check;
import dev.proxkiln.core.plan.Expect;
import dev.proxkiln.core.plan.Probe;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.List;

/**
 * The steps in which a guest becomes a template.
 *
 * @param guest path of the guest on its node
 */
public record Conversion(Text guest) {

  /** What to do where a plan made something else than it should. */
  public static final String AGAIN = "Look at the output of the run, and start it again.";

  private PveCall config() {
    return PveCall.get(guest, "/config");
  }

  /**
   * Converts it.
   *
   * @param label for people
   */
  public Step.Call convert(String label) {
    return Step.Call.of(
        "convert",
        label,
        PveCall.post(guest, "/template"),
        Probe.api(config(), Expect.equal("template", "1")));
  }

  /**
   * Reads its configuration and compares. The node's commands say that all is well even when it is
   * not, so the result is looked at.
   *
   * @param what the problem {@code template-not-as-planned} says
   * @param next what to do then
   */
  public Step compare(String id, String label, List<Expect> expected, String what, String next) {
    return new Step.Require(
        id,
        label,
        List.of(
            new Check.Api(
                "config",
                config(),
                expected,
                TemplateSlug.TEMPLATE_NOT_AS_PLANNED.problem("step " + id, what, "", next))),
        false);
  }
}
