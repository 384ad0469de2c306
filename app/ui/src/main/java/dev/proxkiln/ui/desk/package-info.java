/**
 * What pages may ask the rest of the program for. Rule: pages know nothing else of it, so that they
 * can be shown and tested without a node, a file or a process.
 */
@NullMarked
package dev.proxkiln.ui.desk;

import org.jspecify.annotations.NullMarked;
