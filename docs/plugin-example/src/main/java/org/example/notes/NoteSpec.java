package org.example.notes;

import dev.proxkiln.core.spec.Spec;

/**
 * What {@code note set} shall do, checked.
 *
 * @param node node of the guest
 * @param vmid its VM ID
 * @param text the note, Markdown
 */
record NoteSpec(String node, long vmid, String text) implements Spec {}
