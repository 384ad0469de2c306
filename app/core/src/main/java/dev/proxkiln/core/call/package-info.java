/**
 * A Proxmox VE API call as data: verb, path, parameters. Values are {@link
 * dev.proxkiln.core.call.Text}s that may refer to the output of an earlier step or to a secret.
 * Rule: nothing here runs anything.
 */
@NullMarked
package dev.proxkiln.core.call;

import org.jspecify.annotations.NullMarked;
