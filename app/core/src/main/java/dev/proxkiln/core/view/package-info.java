/**
 * What a run looks like, folded from its plan, its journal and its events. Rule: pure; whoever
 * shows a run, as lines, as a screen or as a tree, asks this and counts nothing itself.
 */
@NullMarked
package dev.proxkiln.core.view;

import org.jspecify.annotations.NullMarked;
