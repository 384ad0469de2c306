package dev.proxkiln.core.run;

import java.util.List;
import java.util.Map;

/** The write-ahead log of a run: one plain tree an entry, on disk when {@link #append} returns. */
public interface Journal {

  /** Writes an entry and waits until it is on disk. */
  void append(Map<String, Object> entry);

  /** Every whole entry in order; a last line cut off by a crash is left out. */
  List<Map<String, Object>> entries();
}
