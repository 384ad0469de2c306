/**
 * What is written about commands: overviews, manual pages, completion scripts. Rule: all of it
 * comes from the commands and their settings, nothing is said twice.
 */
@NullMarked
package dev.proxkiln.cli.help;

import org.jspecify.annotations.NullMarked;
