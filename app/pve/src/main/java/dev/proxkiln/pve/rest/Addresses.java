package dev.proxkiln.pve.rest;

import dev.proxkiln.core.port.ResolvedCall;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds addresses of calls, percent-encoded so that nothing in a value can change the address. */
final class Addresses {
  private Addresses() {}

  /** A volume ID holds a slash and yet is one part of the path. */
  private static final Pattern VOLUME =
      Pattern.compile("(/nodes/[^/]+/storage/[^/]+/content)/(.+)");

  private static final String API = "/api2/json";

  /** The address of a call; parameters go in the query where there is no body for them. */
  static URI of(URI base, ResolvedCall call, boolean withParameters) {
    StringBuilder address = new StringBuilder(base.toString());
    address.append(API).append(path(call.path()));
    if (withParameters && !call.params().isEmpty()) {
      address.append('?').append(query(call.params()));
    }
    return URI.create(address.toString());
  }

  static String path(String path) {
    Matcher volume = VOLUME.matcher(path);
    if (volume.matches()) {
      return segments(volume.group(1)) + "/" + encode(volume.group(2), ":");
    }
    return segments(path);
  }

  private static String segments(String path) {
    List<String> encoded = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      encoded.add(encode(segment, ":@"));
    }
    return String.join("/", encoded);
  }

  /** PVE cuts a value at an unencoded {@code =}, and takes {@code ;} for {@code &}. */
  static String query(Map<String, List<String>> params) {
    List<String> pairs = new ArrayList<>();
    params.forEach(
        (name, values) ->
            values.forEach(value -> pairs.add(encode(name, "") + "=" + encode(value, ""))));
    return String.join("&", pairs);
  }

  private static String encode(String text, String alsoPlain) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0
              || alsoPlain.indexOf(c) >= 0;
      if (plain) {
        out.append(c);
      } else {
        out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
        out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return out.toString();
  }
}
