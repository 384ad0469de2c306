/**
 * Programs on this machine. Rule: an argument vector and never a shell, a clean environment, a
 * deadline, both streams drained, and nothing left running when the deadline passes.
 */
@NullMarked
package dev.proxkiln.host.process;

import org.jspecify.annotations.NullMarked;
