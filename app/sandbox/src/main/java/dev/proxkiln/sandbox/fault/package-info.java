/**
 * Trouble on demand, for tests: lost quorum, full storages, tasks that are slow, warn or fail.
 *
 * <p>Rule: a fault makes the sandbox do what a node in that trouble does, never something that no
 * node would do.
 */
@NullMarked
package dev.proxkiln.sandbox.fault;

import org.jspecify.annotations.NullMarked;
