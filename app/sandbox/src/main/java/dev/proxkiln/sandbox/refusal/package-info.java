/**
 * How the sandbox node says no: the one exception type that carries an HTTP status, a message in
 * the node's own words and, for bad parameters, one reason per parameter.
 *
 * <p>Rule: the texts here are Proxmox VE's texts, because clients match on them; what went wrong
 * inside the sandbox itself is never dressed up as a Refusal.
 */
@NullMarked
package dev.proxkiln.sandbox.refusal;

import org.jspecify.annotations.NullMarked;
