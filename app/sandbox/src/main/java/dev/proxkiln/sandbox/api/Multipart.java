package dev.proxkiln.sandbox.api;

import dev.proxkiln.sandbox.refusal.Refusal;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An upload: three known fields, then the file, which must come last (source: pve-http-server
 * AnyEvent.pm, file_upload_multipart). Fields behind the file are lost, as on a node.
 */
final class Multipart {
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
  private static final Pattern FIELD =
      Pattern.compile("(?i)content-disposition:.*\\bname=\"([^\"]*)\".*");
  private static final Pattern FILE =
      Pattern.compile("(?i)content-disposition:.*\\bfilename=\"([^\"]+)\".*");
  private static final int FIELD_LIMIT = 4096;

  private Multipart() {}

  /** Reads the fields, and the file's bytes into {@code file}. */
  static Map<String, String> read(InputStream raw, String contentType, Path file)
      throws IOException {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw Refusal.failed("upload 'Content-Type '" + contentType + "' not implemented");
    }
    byte[] mark = ("\r\n--" + boundary.group(1)).getBytes(StandardCharsets.ISO_8859_1);
    Map<String, String> fields = new LinkedHashMap<>();
    BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
    // The first boundary has no line break before it.
    String first = line(in);
    while (!first.equals("--" + boundary.group(1))) {
      if (first.isEmpty() && in.read() < 0) {
        throw Refusal.failed("upload failed");
      }
      first = line(in);
    }
    while (true) {
      String name = "";
      String filename = "";
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        Matcher field = FIELD.matcher(header);
        Matcher part = FILE.matcher(header);
        name = field.matches() ? field.group(1) : name;
        filename = part.matches() ? part.group(1) : filename;
      }
      if (!filename.isEmpty()) {
        if (!name.equals("filename")) {
          throw Refusal.failed(
              "wrong field name '" + name + "' for file upload, expected 'filename'");
        }
        fields.put("filename", filename.strip());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
          copy(in, out, mark, Long.MAX_VALUE);
        }
        in.transferTo(OutputStream.nullOutputStream());
        return fields;
      }
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      copy(in, value, mark, FIELD_LIMIT);
      fields.put(name, value.toString(StandardCharsets.UTF_8).strip());
      if (line(in).startsWith("--")) {
        throw Refusal.failed("upload failed");
      }
    }
  }

  /** Copies up to the mark and takes the mark out of the stream. */
  private static void copy(InputStream in, OutputStream out, byte[] mark, long limit)
      throws IOException {
    int matched = 0;
    long written = 0;
    while (true) {
      int next = in.read();
      if (next < 0 || written > limit) {
        throw Refusal.failed("upload failed");
      }
      if (next == mark[matched]) {
        matched++;
        if (matched == mark.length) {
          return;
        }
        continue;
      }
      // The mark starts with a carriage return that it does not repeat, so a broken match can
      // only start again at its first byte.
      if (matched > 0) {
        out.write(mark, 0, matched);
        written += matched;
        matched = 0;
      }
      if (next == mark[0]) {
        matched = 1;
      } else {
        out.write(next);
        written++;
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (line.size() > FIELD_LIMIT) {
        throw Refusal.failed("upload failed");
      }
      line.write(next);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
