/**
 * Versions of a template: refresh, rollback, the list of them, and what removes the old ones. All
 * versions of a definition are a series. The current one has the series' name and the tag {@code
 * current}; the others are named {@code SERIES-VERSION}. Rule: the name moves only to what passed
 * its boot test, and nothing that has clones is deleted.
 */
@NullMarked
package dev.proxkiln.template.rotation;

import org.jspecify.annotations.NullMarked;
