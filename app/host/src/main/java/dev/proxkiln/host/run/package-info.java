/**
 * Runs as folders of plain files: {@code plan.json}, {@code journal.jsonl}, {@code output.log},
 * {@code events.jsonl} for those who watch, {@code asked} for what they ask and, where a run has
 * secrets of its own, {@code secrets}. Rule: a journal entry is on disk before the call that
 * appends it returns; files have their final mode from the start.
 */
@NullMarked
package dev.proxkiln.host.run;

import org.jspecify.annotations.NullMarked;
