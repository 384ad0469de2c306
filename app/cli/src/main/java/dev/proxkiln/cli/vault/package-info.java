/**
 * The vault of this machine, and where passphrases come from. Rule: a passphrase is never an
 * argument, and never read from a pipe.
 */
@NullMarked
package dev.proxkiln.cli.vault;

import org.jspecify.annotations.NullMarked;
