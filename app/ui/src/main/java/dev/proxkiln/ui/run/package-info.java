/**
 * Pages of runs: one that is under way, one that stopped, one that is done, and several at once.
 * Rule: a page only shows what it is given and asks for what the user chose; the run is worked on
 * by a process of its own and goes on whatever becomes of the page.
 */
@NullMarked
package dev.proxkiln.ui.run;

import org.jspecify.annotations.NullMarked;
