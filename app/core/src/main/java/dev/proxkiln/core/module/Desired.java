package dev.proxkiln.core.module;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.port.PvePort;
import dev.proxkiln.core.problem.Problem;
import java.util.List;

/** An action whose result can be found again and compared with what is wanted. */
public interface Desired {

  /**
   * The target as if nothing that this action makes were on it, so that a plan can be made for
   * something that is there already.
   */
  Facts unhindered(Facts facts);

  /**
   * Looks for what a plan would make. Only reads.
   *
   * @param plan made from {@link #unhindered} facts
   * @throws dev.proxkiln.core.problem.ProblemException when the node refuses
   */
  Standing standing(Plan plan, Facts facts, PvePort pve);

  /** What there is of something that is wanted. */
  sealed interface Standing {
    /** What it is called on the target. */
    String name();

    /** It is not there. */
    record Missing(String name) implements Standing {}

    /**
     * It is there.
     *
     * @param vmid its VM ID
     * @param differences from what is wanted; none when all is right
     */
    record There(String name, long vmid, List<Difference> differences) implements Standing {
      public There {
        differences = List.copyOf(differences);
      }
    }

    /** Something else has its place. */
    record InTheWay(String name, Problem problem) implements Standing {}
  }

  /**
   * A setting that is not as it is wanted.
   *
   * @param setting as Proxmox VE calls it, for example {@code memory} or {@code scsi0 size}
   * @param wanted may be empty: it should not be set
   * @param actual may be empty: it is not set
   */
  record Difference(String setting, String wanted, String actual) {}
}
