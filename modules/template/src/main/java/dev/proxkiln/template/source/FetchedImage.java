package dev.proxkiln.template.source;

import dev.proxkiln.core.plan.Fetch;
import dev.proxkiln.core.plan.Step;
import dev.proxkiln.template.part.Content;
import dev.proxkiln.template.part.Draft;
import dev.proxkiln.template.part.Source;
import dev.proxkiln.template.part.Subject;

/**
 * An image that is read by the download port: from an address, or from a file of this machine.
 *
 * @param fetch what to fetch and how to trust it
 */
record FetchedImage(Subject subject, Fetch fetch) implements Source {

  @Override
  public void plan(Draft draft) {
    String trust =
        switch (fetch.trust()) {
          case Fetch.Pinned(String algorithm, String _) ->
              "verify it by the " + algorithm + " given";
          case Fetch.Published published -> "verify it by the checksum file, which is not signed";
          case Fetch.Unverified() ->
              fetch.isLocal()
                  ? "look at its format"
                  : "and take whatever comes: it is NOT verified";
        };
    String label =
        (fetch.isLocal() ? "Read the file, " : "Download the image, ")
            + trust
            + (fetch.compression().equals("none") ? "" : ", unpack it");
    draft.add(
        Draft.Phase.OBTAIN, new Step.Download("image", label, fetch, fetch.isLocal() ? 10 : 60));
    draft.content(Content.File.of("image", fetch.format()));
    draft.madeFrom(
        (fetch.isLocal() ? "a file, as " : "an image of the user's choice, as ") + subject.id());
    Provenance.note(draft, subject);
  }
}
