/**
 * A {@code pvesh} for the sandbox: the command that a node has for its own API, speaking to the
 * sandbox's server as root.
 *
 * <p>Rule: what it prints where, and its exit codes, are those of the real command, the misleading
 * ones included: a task that failed still exits 0.
 */
@NullMarked
package dev.proxkiln.sandbox.pvesh;

import org.jspecify.annotations.NullMarked;
