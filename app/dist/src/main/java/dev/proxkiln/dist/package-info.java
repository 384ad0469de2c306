/**
 * What makes a release out of the modules: the training run for the AOT cache.
 *
 * <p>Nothing here runs in a user's hands. The rule: this package may start the program, the program
 * never knows this package.
 */
@NullMarked
package dev.proxkiln.dist;

import org.jspecify.annotations.NullMarked;
