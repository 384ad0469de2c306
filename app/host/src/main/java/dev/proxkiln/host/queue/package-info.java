/**
 * The queue: wishes that wait to be run, a file each. Rule: a change is on disk, whole, before the
 * call that makes it returns; whoever changes something holds the queue's lock.
 */
@NullMarked
package dev.proxkiln.host.queue;

import org.jspecify.annotations.NullMarked;
