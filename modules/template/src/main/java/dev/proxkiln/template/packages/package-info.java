/**
 * Names of packages in every distribution's own words: the files in {@code templates/packages}, the
 * commands that list them, and the choice for one image. Rule: nothing is installed under a name
 * that was not checked before the run, unless the user says {@code raw:NAME}.
 */
@NullMarked
package dev.proxkiln.template.packages;

import org.jspecify.annotations.NullMarked;
