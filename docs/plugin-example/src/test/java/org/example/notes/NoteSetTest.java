package org.example.notes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.proxkiln.core.facts.Facts;
import dev.proxkiln.core.field.Origin;
import dev.proxkiln.core.field.Values;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.core.spec.Checked;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NoteSetTest {
  private static Values values(String... keysAndValues) {
    Map<String, String> raw = new java.util.TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      raw.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Values.of(raw, Origin.flag(""));
  }

  @Test
  void readsTheNoteBeforeItWritesIt() {
    Plan plan =
        new NoteSet().plan(values("vmid", "100", "text", "Hello"), Facts.none()).orRaise();
    assertEquals(
        List.of("before", "write", "record"), plan.steps().stream().map(Step::id).toList());
  }

  @Test
  void saysEverythingThatIsWrong() {
    Checked<Plan> wrong = new NoteSet().plan(values("vmid", "7"), Facts.none());
    assertEquals(2, assertInstanceOf(Checked.Invalid.class, wrong).problems().size());
  }
}
