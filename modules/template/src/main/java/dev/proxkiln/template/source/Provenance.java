package dev.proxkiln.template.source;

import dev.proxkiln.core.call.Text;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Subject;

/** What the notes and the announcement say of an image that step {@code image} brought here. */
final class Provenance {
  private Provenance() {}

  static void note(Draft draft, Subject subject) {
    Text digest = Text.output("image", "digest");
    Text verified = Text.output("image", "verified");
    draft.note("address", Text.output("image", "url"));
    draft.note("digest", digest);
    draft.note("verified", verified);
    draft.announce("image", Text.of(subject.id()));
    draft.announce("digest", digest);
    draft.announce("verified", verified);
  }
}
