package dev.proxkiln.template.create;

import dev.proxkiln.template.firstboot.Login;
import java.util.List;
import java.util.Optional;

/**
 * Who may log in.
 *
 * @param user name of the first user
 * @param password name of the secret that holds the password or its crypt hash
 * @param keys public keys, one each
 * @param upgrade whether the first boot of a clone upgrades all packages
 */
public record Access(String user, Optional<String> password, List<String> keys, boolean upgrade) {
  /** What PVE says of it in the user data of clones. */
  Login login() {
    return new Login(user, keys, password.isPresent(), upgrade);
  }
}
