package dev.proxkiln.host.run;

import dev.proxkiln.core.event.RunEvent;
import dev.proxkiln.core.plan.Plan;
import dev.proxkiln.core.run.Journal;
import dev.proxkiln.core.run.RunFolder;
import dev.proxkiln.host.file.AppendLog;
import dev.proxkiln.host.file.LockFile;

/** An open, locked run folder. */
final class FileRunFolder implements RunFolder {
  private final String id;
  private final Plan plan;
  private final LockFile lock;
  private final FileJournal journal;
  private final AppendLog output;
  private final EventFile events;

  FileRunFolder(
      String id,
      Plan plan,
      LockFile lock,
      FileJournal journal,
      AppendLog output,
      EventFile events) {
    this.id = id;
    this.plan = plan;
    this.lock = lock;
    this.journal = journal;
    this.output = output;
    this.events = events;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public Journal journal() {
    return journal;
  }

  @Override
  public void output(String line) {
    line.lines().forEach(output::note);
  }

  @Override
  public void note(RunEvent event) {
    events.add(event);
  }

  @Override
  public void close() {
    try (lock;
        journal;
        output;
        events) {
      // Closes the files before the lock.
    }
  }
}
