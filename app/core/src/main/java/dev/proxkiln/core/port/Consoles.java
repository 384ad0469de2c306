package dev.proxkiln.core.port;

import java.util.List;

/** Serial consoles of guests. */
public interface Consoles {

  /** A console that is being followed. */
  interface Console extends AutoCloseable {
    /** The last lines that came, at most {@code most}; empty when the console cannot be reached. */
    List<String> tail(int most);

    @Override
    void close();
  }

  /** Follows a guest's console until closed; never fails, an unreachable console is empty. */
  Console follow(String node, long vmid);

  /** No console can be reached. */
  Consoles NONE =
      (node, vmid) ->
          new Console() {
            @Override
            public List<String> tail(int most) {
              return List.of();
            }

            @Override
            public void close() {}
          };
}
