/**
 * SSH public keys and where they come from: files, the agent, this host's authorized keys. Rule: a
 * key is taken apart before it is believed, and a private key is refused in words that do not
 * repeat it.
 */
@NullMarked
package dev.proxkiln.host.key;

import org.jspecify.annotations.NullMarked;
