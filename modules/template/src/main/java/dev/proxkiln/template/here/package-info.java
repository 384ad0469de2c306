/**
 * Commands on the machine where proxkiln runs, and the folder of a run that they work in. Rule:
 * argv only, and everything that is made lies in that one folder, which one undo removes.
 */
@NullMarked
package dev.proxkiln.template.here;

import org.jspecify.annotations.NullMarked;
