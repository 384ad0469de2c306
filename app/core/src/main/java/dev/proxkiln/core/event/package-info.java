/**
 * A typed synchronous bus and the sealed events of a run. Rule: events are past-tense facts; a
 * listener that throws is logged and never stops the publisher.
 */
@NullMarked
package dev.proxkiln.core.event;

import org.jspecify.annotations.NullMarked;
