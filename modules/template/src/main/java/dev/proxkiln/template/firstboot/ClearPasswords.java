package dev.proxkiln.template.firstboot;

import dev.proxkiln.template.cloudinit.Document;
import dev.proxkiln.template.cloudinit.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Passwords in clear in a cloud-config: plans, snippets and drives are no place for them. */
final class ClearPasswords {
  private ClearPasswords() {}

  static List<Fault> in(Document document) {
    List<Fault> faults = new ArrayList<>();
    look(document.tree(), "", document, faults);
    return faults;
  }

  private static void look(
      @Nullable Object tree, String pointer, Document document, List<Fault> faults) {
    switch (tree) {
      case Map<?, ?> map ->
          map.forEach(
              (name, value) -> {
                String key = String.valueOf(name);
                String inner = pointer + "/" + key;
                boolean clear =
                    key.equals("plain_text_passwd")
                        || (key.equals("list") && pointer.equals("/chpasswd") && isClear(value))
                        || ((key.equals("password") || key.equals("passwd"))
                            && isGuestPassword(pointer)
                            && value instanceof String text
                            && !text.startsWith("$")
                            && !text.equals("*")
                            && !text.equals("!"));
                if (clear) {
                  // The password itself is never repeated.
                  faults.add(
                      new Fault(
                          document.line(inner),
                          "'"
                              + (key.equals("list") ? "chpasswd.list" : key)
                              + "' is a password in clear, and whoever may read snippets sees it;"
                              + " give a hash made by: openssl passwd -6"));
                }
                look(value, inner, document, faults);
              });
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          look(list.get(i), pointer + "/" + i, document, faults);
        }
      }
      case null, default -> {}
    }
  }

  /** Lines {@code USER:PASSWORD}; {@code R} and {@code RANDOM} ask cloud-init to make one up. */
  private static boolean isClear(@Nullable Object list) {
    return switch (list) {
      case List<?> lines -> lines.stream().anyMatch(line -> isClear(String.valueOf(line)));
      case String text ->
          text.lines()
              .map(line -> line.strip().replaceFirst("^[^:]*:", ""))
              .anyMatch(word -> !word.isEmpty() && !word.matches("R|RANDOM|[$*!].*"));
      case null, default -> false;
    };
  }

  private static boolean isGuestPassword(String pointer) {
    return pointer.isEmpty()
        || pointer.matches("/users/\\d+")
        || pointer.matches("/chpasswd/users/\\d+");
  }
}
