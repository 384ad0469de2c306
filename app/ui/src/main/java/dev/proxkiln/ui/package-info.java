/**
 * What people see: problems, tables, the review of a plan, progress of a run, line by line. Rule:
 * nothing here decides anything; results go to standard output, all the rest to standard error, and
 * consent is asked for on the terminal itself, never read from a pipe.
 */
@NullMarked
package dev.proxkiln.ui;

import org.jspecify.annotations.NullMarked;
