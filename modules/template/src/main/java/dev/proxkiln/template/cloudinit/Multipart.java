package dev.proxkiln.template.cloudinit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Several user-data texts of different kinds as one MIME archive, which cloud-init unpacks (source:
 * RFC 2046, cloud-init's "MIME multi-part archive").
 */
public final class Multipart {
  /** No line of base64 and none of ours begins like this. */
  private static final String BOUNDARY = "==proxkiln==";

  private Multipart() {}

  /**
   * One part.
   *
   * @param name file name, for logs of the guest
   */
  public record Part(Kind kind, String name, String text) {}

  /** The archive; the parts are worked off in order. */
  public static String of(List<Part> parts) {
    StringBuilder out = new StringBuilder();
    out.append("Content-Type: multipart/mixed; boundary=\"").append(BOUNDARY).append("\"\n");
    out.append("MIME-Version: 1.0\n\n");
    for (Part part : parts) {
      out.append("--").append(BOUNDARY).append('\n');
      out.append("Content-Type: ").append(part.kind().mediaType());
      out.append("; charset=\"utf-8\"\n");
      out.append("MIME-Version: 1.0\n");
      // Any bytes, any length of lines.
      out.append("Content-Transfer-Encoding: base64\n");
      out.append("Content-Disposition: attachment; filename=\"").append(part.name()).append("\"\n");
      // Lists of packages and commands of several parts are joined, not replaced.
      out.append("Merge-Type: list(append)+dict(no_replace,recurse_list)+str()\n\n");
      byte[] bytes = part.text().getBytes(StandardCharsets.UTF_8);
      out.append(Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes)).append('\n');
    }
    return out.append("--").append(BOUNDARY).append("--\n").toString();
  }
}
