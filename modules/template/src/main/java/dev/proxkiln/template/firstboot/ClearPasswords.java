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
                              + key
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

  private static boolean isGuestPassword(String pointer) {
    return pointer.isEmpty()
        || pointer.matches("/users/\\d+")
        || pointer.matches("/chpasswd/users/\\d+");
  }
}
