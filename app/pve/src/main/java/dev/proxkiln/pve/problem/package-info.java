/**
 * What can go wrong when talking to Proxmox VE, told apart by the node's own words.
 *
 * <p>Rule: a problem keeps the words of the node in {@code why} and says in {@code next} what to
 * do; an error that no rule knows is {@code call-failed}, never guessed.
 */
@NullMarked
package dev.proxkiln.pve.problem;

import org.jspecify.annotations.NullMarked;
