/**
 * Tasks of the node: their IDs, following them to their end, waiting for those of a guest.
 *
 * <p>Rule: {@code OK} and {@code WARNINGS: n} are success, every other end is a problem that
 * carries the last lines of the log.
 */
@NullMarked
package dev.proxkiln.pve.task;

import org.jspecify.annotations.NullMarked;
