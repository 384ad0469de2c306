/**
 * The installation that this program runs from: updates, going back, checks, removal. Rule: whoever
 * looks for a newer release never keeps anybody waiting.
 */
@NullMarked
package dev.proxkiln.cli.self;

import org.jspecify.annotations.NullMarked;
