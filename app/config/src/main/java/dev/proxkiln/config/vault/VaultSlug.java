package dev.proxkiln.config.vault;

import dev.proxkiln.core.problem.Kind;
import dev.proxkiln.core.problem.Slug;

/** The problems with the vault and with exports. */
public enum VaultSlug implements Slug {
  /** There is neither key nor passphrase to open it with. */
  VAULT_LOCKED(Kind.INPUT),
  /** The key or passphrase is another one's. */
  VAULT_KEY_WRONG(Kind.INPUT),
  /** It was cut off, changed, or put together from others. */
  VAULT_DAMAGED(Kind.HOST),
  /** A newer release wrote it. */
  VAULT_TOO_NEW(Kind.INPUT);

  private final Kind kind;

  VaultSlug(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
