package dev.proxkiln.template.catalogue;

import dev.proxkiln.core.problem.Problem;
import dev.proxkiln.template.problem.TemplateSlug;
import java.util.Optional;

/** Whether a template can be made of an image by downloading it, and if not, what to do. */
public final class Usable {

  private Usable() {}

  /** Why it cannot be made; empty when it can. */
  public static Optional<Problem> refusal(String where, Image image) {
    return switch (image.kind()) {
      case MANUAL ->
          Optional.of(
              problem(
                  where,
                  image,
                  "must be downloaded by hand",
                  "Its publisher asks for a login, a licence or a choice.",
                  "Get the file from "
                      + image.nature().page().orElse("its publisher")
                      + (image.needs().osType().startsWith("w")
                          ? ", then install from it: proxkiln template install --iso FILE."
                          : ", then give it with --image-file.")));
      case INSTALLER_ISO ->
          Optional.of(
              problem(
                  where,
                  image,
                  "is an installer, not a disk",
                  "A system has to be installed from it first.",
                  "Install from it with --iso "
                      + image.id()
                      + ", or choose a cloud image; see: proxkiln catalog list --kind"
                      + " cloud-image"));
      case CLOUD_IMAGE, APPLIANCE -> Optional.empty();
    };
  }

  /** Why a file of it cannot be trusted; empty when it can. */
  public static Optional<Problem> refusal(String where, Image image, Download download) {
    return download.verifiable()
        ? Optional.empty()
        : Optional.of(unverified(image.id(), download.url()).at(where));
  }

  /** The problem of bytes that nothing vouches for. */
  static Problem unverified(String id, String url) {
    return TemplateSlug.IMAGE_NOT_USABLE.problem(
        "--image",
        "Image '" + id + "' has no known digest.",
        "Nothing says what its bytes must be, so a changed file would pass unseen.",
        "Give the digest yourself: --image "
            + id
            + " --url "
            + url
            + " --sha256 DIGEST; or put both into a catalogue file of your own, see"
            + " docs/catalogue.md.");
  }

  private static Problem problem(String where, Image image, String what, String why, String next) {
    return TemplateSlug.IMAGE_NOT_USABLE.problem(
        where, "Image '" + image.id() + "' " + what + ".", why, next);
  }
}
