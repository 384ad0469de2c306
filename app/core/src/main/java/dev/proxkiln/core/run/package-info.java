/**
 * Running a plan: write-ahead journal, executor, undo and resume. Knows no module. Rule: STARTED is
 * on disk before a step acts and DONE after; a step in doubt is settled by its probe.
 */
@NullMarked
package dev.proxkiln.core.run;

import org.jspecify.annotations.NullMarked;
