package dev.proxkiln.core.run;

import dev.proxkiln.core.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A run folder in memory; what was appended survives a "crash". */
final class MemoryRun implements RunFolder, Journal {
  private final Plan plan;
  final List<Map<String, Object>> entries = new ArrayList<>();
  final List<String> lines = new ArrayList<>();

  MemoryRun(Plan plan) {
    this.plan = plan;
  }

  @Override
  public String id() {
    return "r1";
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public Journal journal() {
    return this;
  }

  @Override
  public void output(String line) {
    lines.add(line);
  }

  @Override
  public void close() {}

  @Override
  public void append(Map<String, Object> entry) {
    entries.add(entry);
  }

  @Override
  public List<Map<String, Object>> entries() {
    return List.copyOf(entries);
  }
}
