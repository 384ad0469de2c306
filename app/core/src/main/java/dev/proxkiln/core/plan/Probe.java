package dev.proxkiln.core.plan;

import dev.proxkiln.core.call.PveCall;
import dev.proxkiln.core.call.Text;
import java.util.List;

/**
 * How to see, after a crash, whether a step's work is there; also the guard of an undo. A probe
 * reads only.
 */
public sealed interface Probe {

  /** Cannot be seen, and doing the step again is harmless. */
  record Never() implements Probe {}

  /** A read call answers and the answer meets every expectation; a failing call means no. */
  record Api(PveCall get, List<Expect> expect) implements Probe {
    public Api {
      expect = List.copyOf(expect);
    }
  }

  /** A file is there, on the machine that the plan writes to. */
  record FileThere(Text path) implements Probe {}

  /** The probe that says: do it again. */
  static Probe never() {
    return new Never();
  }

  static Probe api(PveCall get, Expect... expect) {
    return new Api(get, List.of(expect));
  }
}
