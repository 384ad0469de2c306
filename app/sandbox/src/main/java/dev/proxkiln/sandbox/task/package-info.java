/**
 * Tasks: work that outlives the call that started it, with a UPID, a log file whose last line is
 * the verdict, and a worker thread.
 *
 * <p>Rule: the log file is the truth; a task whose log has no verdict and no worker is one that
 * ended unexpectedly, as on a node.
 */
@NullMarked
package dev.proxkiln.sandbox.task;

import org.jspecify.annotations.NullMarked;
