/** A plug-in for proxkiln: notes of guests. */
@NullMarked
package org.example.notes;

import org.jspecify.annotations.NullMarked;
