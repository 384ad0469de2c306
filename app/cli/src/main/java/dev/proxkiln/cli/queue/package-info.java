/**
 * The queue: wishes that are kept until they are run. Rule: a wish is planned when its turn comes,
 * because by then the node may have changed.
 */
@NullMarked
package dev.proxkiln.cli.queue;

import org.jspecify.annotations.NullMarked;
