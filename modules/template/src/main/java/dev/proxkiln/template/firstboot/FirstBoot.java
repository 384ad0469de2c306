package dev.proxkiln.template.firstboot;

import dev.proxkiln.template.part.Snippet;
import java.util.List;

/**
 * What clones read at their first boot.
 *
 * @param snippets the files, each of another role
 */
public record FirstBoot(List<Snippet> snippets) {
  public FirstBoot {
    snippets = List.copyOf(snippets);
  }
}
