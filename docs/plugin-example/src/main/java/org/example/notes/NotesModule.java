package org.example.notes;

import dev.proxkiln.core.module.Action;
import dev.proxkiln.core.module.Module;
import dev.proxkiln.core.module.Query;
import dev.proxkiln.core.module.Resources;
import java.util.List;

/** The module that the plug-in is. Its constructor and {@link #open} must be cheap. */
public final class NotesModule implements Module {

  @Override
  public String id() {
    return "notes";
  }

  @Override
  public String title() {
    return "Notes of guests";
  }

  @Override
  public void open(Resources resources) {
    // Files of templates/ in the jar could be read here.
  }

  @Override
  public List<Action<?>> actions() {
    return List.of(new NoteSet());
  }

  @Override
  public List<Query> queries() {
    return List.of();
  }
}
